import { type AppError, type ErrorCode, appError, toAppError, toProblem } from '@beseda/errors';
import type { Logger } from '@beseda/service-defaults';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { Request, Response } from 'express';

const CODES: Record<number, ErrorCode> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  405: 'NOT_FOUND',
  412: 'FAILED_PRECONDITION',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'INVALID_ARGUMENT',
  416: 'INVALID_ARGUMENT',
  429: 'RATE_LIMITED',
};

/** What Express, its body parser and Nest throw, in our words. They name no field and their texts are not all ours to show. */
function fromFramework(thrown: unknown): AppError | undefined {
  if (thrown instanceof HttpException) {
    const status = thrown.getStatus();
    if (status === 404) return appError('NOT_FOUND', 'There is no such route.');
    const code = CODES[status];
    return code && appError(code, status === 400 ? 'The request cannot be read.' : thrown.message, { cause: thrown });
  }
  if (!(thrown instanceof Error) || !('status' in thrown) || typeof thrown.status !== 'number') return undefined;
  const code = CODES[thrown.status];
  if (!code) return undefined;
  const detail = thrown instanceof URIError ? 'The address cannot be read.' : (DETAILS[thrown.status] ?? UNREADABLE);
  return appError(code, detail, { cause: thrown });
}

const UNREADABLE = 'The body cannot be read: it is not valid JSON.';
const DETAILS: Record<number, string> = {
  412: 'The file is not the one that is meant.',
  413: 'The body is larger than 256 KiB.',
  416: 'The file has no such part.',
};

/** Refusals of a part of a file, which our codes do not tell apart, keep their status and say how long the file is. */
function ofPart(thrown: unknown): { status?: number; headers?: Record<string, string> } {
  const { status, headers } = (thrown ?? {}) as { status?: number; headers?: Record<string, string> };
  return status === 412 || status === 416 ? { status, headers: headers ?? {} } : {};
}

/** Every thrown value of an HTTP request becomes problem+json. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const error = fromFramework(thrown) ?? toAppError(thrown);
    this.#log(error, request);
    if (response.headersSent) {
      // Half an answer is on its way: cutting it is the only way to say that it is not whole.
      response.destroy();
      return;
    }
    const { status, headers } = ofPart(thrown);
    if (headers) response.set(headers);
    sendProblem(response, error, status);
  }

  #log(error: AppError, request: Request): void {
    const route = `${request.method} ${(request.route as { path?: string } | undefined)?.path ?? request.path}`;
    if (error.code === 'INTERNAL') this.logger.error({ err: error.cause ?? error, route }, 'a request failed');
    else if (error.logLevel === 'warn') this.logger.warn({ err: error, route }, 'a request failed');
  }
}

/** Answers with a problem. @param status instead of the one of its code */
export function sendProblem(response: Response, thrown: unknown, status?: number): void {
  const problem = { ...toProblem(thrown), ...(status === undefined ? {} : { status }) };
  if (problem.retryAfterMs !== undefined) response.set('Retry-After', String(Math.ceil(problem.retryAfterMs / 1_000)));
  if (problem.status === 401) response.set('WWW-Authenticate', 'Bearer');
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

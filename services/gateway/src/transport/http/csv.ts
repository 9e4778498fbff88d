import { LIMITS } from '@beseda/api';
import { appError, invalidField } from '@beseda/errors';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import express, { type Request, type Response } from 'express';
import type { Observable } from 'rxjs';
import { withNewDeadline } from './upload.interceptor.js';

const read = express.raw({ type: 'text/csv', limit: LIMITS.csvBytes });

/** Reads a body of text/csv as it is: bytes in UTF-8. Runs after the guard, so that nobody sends it for nothing. */
@Injectable()
export class CsvInterceptor implements NestInterceptor {
  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<Request>();
    if (!request.is('text/csv')) throw appError('INVALID_ARGUMENT', 'The body must be text/csv in UTF-8.');
    await new Promise<void>((resolve, reject) => {
      read(request, context.switchToHttp().getResponse<Response>(), (error: unknown) => {
        if (error === undefined || error === null) resolve();
        else reject(readError(error));
      });
    });
    if (csvOf(request).length === 0) throw invalidField('file', 'empty', 'The file is empty.');
    return withNewDeadline(next);
  }
}

/** The bytes that {@link CsvInterceptor} read. */
export const csvOf = ({ body }: Request): Buffer => (Buffer.isBuffer(body) ? body : Buffer.alloc(0));

/** What the body parser throws: a body that is too large, cut off or packed in a way it does not know. */
function readError(error: unknown): Error {
  if (error instanceof Error && 'status' in error && error.status === 413) {
    const message = `The file is larger than ${LIMITS.csvBytes.toLocaleString('en-US')} bytes.`;
    return appError('PAYLOAD_TOO_LARGE', message, { fields: [{ path: 'file', code: 'too_large', message }] });
  }
  return appError('INVALID_ARGUMENT', 'The body cannot be read.', { cause: error });
}

/** Headers of a table to save; spreadsheets take it for UTF-8 by the charset. */
export const csvHeaders = (name: string): Record<string, string> => ({
  'Content-Type': 'text/csv; charset=utf-8',
  'Content-Disposition': `attachment; filename="${name}"`,
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
});

import { appError, invalidField } from '@beseda/errors';
import { MAX_FILE_BYTES } from '@beseda/files';
import { currentContext, runInContext } from '@beseda/grpc';
import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import multer from 'multer';
import { Observable } from 'rxjs';
import { Directory } from '../../application/directory.js';
import { callerOf } from './caller.js';
import { REQUEST_DEADLINE_MS } from './deadline.js';

/** The most one file of a site may have; bytes, inclusive. */
export const maxFileBytes = (site: { maxFileBytes: number }): number =>
  site.maxFileBytes > 0 ? Math.min(site.maxFileBytes, MAX_FILE_BYTES) : MAX_FILE_BYTES;

const number = new Intl.NumberFormat('en');
const tooLarge = (limit: number): Error =>
  appError('PAYLOAD_TOO_LARGE', `The file is larger than ${number.format(limit)} bytes, the most this site takes.`, {
    fields: [{ path: 'file', code: 'too_large', message: `is larger than ${number.format(limit)} bytes` }],
  });

/** Reads a multipart body with one file, in memory, no further than the site's limit. Runs after the guard. */
@Injectable()
export class UploadInterceptor implements NestInterceptor {
  constructor(@Inject(Directory) private readonly directory: Directory) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const { operator, contact } = callerOf(request);
    const limit = maxFileBytes(this.directory.requireSite((operator ?? contact)?.siteId ?? ''));
    if (!request.is('multipart/form-data'))
      throw appError('INVALID_ARGUMENT', 'The body must be multipart/form-data with a field "file".');
    await readFile(request, http.getResponse<Response>(), limit);
    if (!request.file) throw invalidField('file', 'required', 'A file is missing.');
    if (request.file.size === 0) throw invalidField('file', 'empty', 'The file is empty.');
    return withNewDeadline(next);
  }
}

/** A slow upload must leave time for what follows it. */
function withNewDeadline(next: CallHandler): Observable<unknown> {
  const correlationId = currentContext()?.correlationId ?? crypto.randomUUID();
  const context = { ...currentContext(), correlationId, deadline: Date.now() + REQUEST_DEADLINE_MS };
  return new Observable((subscriber) => runInContext(context, () => next.handle().subscribe(subscriber)));
}

function readFile(request: Request, response: Response, limit: number): Promise<void> {
  const reader = multer({
    storage: multer.memoryStorage(),
    // Browsers send file names as UTF-8.
    defParamCharset: 'utf8',
    limits: { fileSize: limit, files: 2, fields: 10, fieldSize: 1_024, fieldNameSize: 100, parts: 12 },
  }).single('file');
  return new Promise((resolve, reject) => {
    reader(request, response, (error: unknown) => {
      if (error === undefined || error === null) resolve();
      else reject(multipartError(error, limit));
    });
  });
}

/** What multer and its parser throw: a body that breaks a limit or is not multipart at all. */
function multipartError(error: unknown, limit: number): Error {
  if (!(error instanceof multer.MulterError))
    return appError('INVALID_ARGUMENT', 'The multipart body cannot be read.', { cause: error });
  if (error.code === 'LIMIT_FILE_SIZE') return tooLarge(limit);
  const path = error.field ?? 'file';
  const codes: Record<string, [code: string, message: string]> = {
    LIMIT_UNEXPECTED_FILE: ['unknown_field', 'Only one file, in the field "file", is taken.'],
    LIMIT_FILE_COUNT: ['too_many', 'Only one file is taken at a time.'],
    LIMIT_FIELD_VALUE: ['too_long', 'The field is too long.'],
  };
  const [code, message] = codes[error.code] ?? ['invalid', 'The multipart body has too many or too long fields.'];
  return invalidField(path, code, message);
}

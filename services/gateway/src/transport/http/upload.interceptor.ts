import { appError, invalidField } from '@beseda/errors';
import { MAX_FILE_BYTES } from '@beseda/files';
import { currentContext, runInContext } from '@beseda/grpc';
import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import multer from 'multer';
import { Observable } from 'rxjs';
import { Directory } from '../../application/directory.js';
import { maxFileBytes } from '../mapping/admin.js';
import { callerOf } from './caller.js';
import { REQUEST_DEADLINE_MS } from './deadline.js';

const number = new Intl.NumberFormat('en');

/** How much a route takes, and for whom. */
interface UploadLimit {
  /** Inclusive. */
  bytes: number;
  /** After "the most". */
  who: string;
}

const tooLarge = ({ bytes, who }: UploadLimit): Error =>
  appError('PAYLOAD_TOO_LARGE', `The file is larger than ${number.format(bytes)} bytes, the most ${who}.`, {
    fields: [{ path: 'file', code: 'too_large', message: `is larger than ${number.format(bytes)} bytes` }],
  });

/** Reads a multipart body with one file, in memory, no further than the limit. Runs after the guard. */
abstract class MultipartInterceptor implements NestInterceptor {
  protected abstract limitOf(request: Request): UploadLimit;

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const limit = this.limitOf(request);
    if (!request.is('multipart/form-data'))
      throw appError('INVALID_ARGUMENT', 'The body must be multipart/form-data with a field "file".');
    await readFile(request, http.getResponse<Response>(), limit);
    if (!request.file) throw invalidField('file', 'required', 'A file is missing.');
    if (request.file.size === 0) throw invalidField('file', 'empty', 'The file is empty.');
    return withNewDeadline(next);
  }
}

/** A file of a site, no larger than the site takes. */
@Injectable()
export class UploadInterceptor extends MultipartInterceptor {
  constructor(@Inject(Directory) private readonly directory: Directory) {
    super();
  }

  protected limitOf(request: Request): UploadLimit {
    const { operator, contact } = callerOf(request);
    const site = this.directory.requireSite((operator ?? contact)?.siteId ?? '');
    return { bytes: maxFileBytes(site), who: 'this site takes' };
  }
}

/** A picture of an operator or a site; a site's limit is about its conversations. */
@Injectable()
export class AvatarInterceptor extends MultipartInterceptor {
  protected limitOf(): UploadLimit {
    return { bytes: MAX_FILE_BYTES, who: 'a picture may have' };
  }
}

/** A slow upload must leave time for what follows it. */
export function withNewDeadline(next: CallHandler): Observable<unknown> {
  const correlationId = currentContext()?.correlationId ?? crypto.randomUUID();
  const context = { ...currentContext(), correlationId, deadline: Date.now() + REQUEST_DEADLINE_MS };
  return new Observable((subscriber) => runInContext(context, () => next.handle().subscribe(subscriber)));
}

function readFile(request: Request, response: Response, limit: UploadLimit): Promise<void> {
  const reader = multer({
    storage: multer.memoryStorage(),
    // Browsers send file names as UTF-8.
    defParamCharset: 'utf8',
    limits: { fileSize: limit.bytes, files: 2, fields: 10, fieldSize: 1_024, fieldNameSize: 100, parts: 12 },
  }).single('file');
  return new Promise((resolve, reject) => {
    reader(request, response, (error: unknown) => {
      if (error === undefined || error === null) resolve();
      else reject(multipartError(error, limit));
    });
  });
}

/** What multer and its parser throw: a body that breaks a limit or is not multipart at all. */
function multipartError(error: unknown, limit: UploadLimit): Error {
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

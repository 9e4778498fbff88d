import type { Actor } from '@beseda/auth';
import { AppError } from '@beseda/errors';
import type { CallOptions } from '@beseda/grpc';

/** Options of a call that is not repeated: a second try would do it twice, or meet its own first one as a conflict. */
export const once = (actor: Actor): CallOptions => ({ actor, retry: false });

/** Names fields in an error as the body of the request names them; the service behind knows its own message. */
export async function inBody<T>(call: Promise<T>, rename: (path: string) => string): Promise<T> {
  try {
    return await call;
  } catch (error) {
    // Only the names change: whatever it is, it goes on to the caller.
    if (!(error instanceof AppError) || error.fields.length === 0) throw error;
    const fields = error.fields.map((field) => ({ ...field, path: rename(field.path) }));
    const { retryable, logLevel, retryAfterMs } = error;
    throw new AppError(error.code, error.detail, {
      ...{ fields, retryable, logLevel, cause: error },
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
}

/** The answer of a service that must be there. @throws TypeError: a defect of the service */
export function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new TypeError(`the service answered without ${what}`);
  return value;
}

import { type AppError, appError } from '@beseda/errors';

/**
 * Somebody has changed it since the caller read it. Not to be tried again as it is: the caller reads anew and decides.
 */
export function staleVersion(): AppError {
  const message = 'Somebody else has changed this meanwhile.';
  return appError('ABORTED', message, {
    retryable: false,
    fields: [{ path: 'version', code: 'stale_version', message }],
  });
}

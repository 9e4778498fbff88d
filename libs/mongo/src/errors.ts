import { AppError, appError, isMachineFailure, toAppError } from '@beseda/errors';

/** What driver and mongoose call the ways of not reaching a server. By name: several copies of the driver may be loaded. */
const UNREACHABLE = new Set([
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoServerSelectionError',
  'MongooseServerSelectionError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'MongoNotConnectedError',
  'MongoClientClosedError',
  'MongoTopologyClosedError',
  'MongoConnectionPoolClosedError',
  'MongoWaitQueueTimeoutError',
  'MongoOperationTimeoutError',
  'MongoUnexpectedServerResponseError',
  'MongoExpiredSessionError',
]);

/** Server errors that pass: https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml */
const PASSING_CODES = new Set([
  6, // HostUnreachable
  7, // HostNotFound
  24, // LockTimeout
  50, // MaxTimeMSExpired
  64, // WriteConcernTimeout
  89, // NetworkTimeout
  91, // ShutdownInProgress
  100, // UnsatisfiableWriteConcern
  112, // WriteConflict
  189, // PrimarySteppedDown
  262, // ExceededTimeLimit
  9001, // SocketException
  10107, // NotWritablePrimary
  11600, // InterruptedAtShutdown
  11602, // InterruptedDueToReplStateChange
  13435, // NotPrimaryNoSecondaryOk
  13436, // NotPrimaryOrSecondary
]);

/** Errors of the operating system that the driver sometimes passes on as they are: a write to a connection that was just cut. */
const SOCKET_CODES = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** E11000; 11001 is what old servers say for updates. */
const DUPLICATE_KEY_CODES = new Set([11000, 11001]);

interface DriverError {
  name?: unknown;
  code?: unknown;
  syscall?: unknown;
  message?: unknown;
  errmsg?: unknown;
  writeErrors?: unknown;
  hasErrorLabel?: (label: string) => boolean;
}

const asDriverError = (error: unknown): DriverError | undefined =>
  typeof error === 'object' && error !== null ? error : undefined;

function isPassing(error: DriverError): boolean {
  if (typeof error.name === 'string' && UNREACHABLE.has(error.name)) return true;
  if (typeof error.code === 'number' && PASSING_CODES.has(error.code)) return true;
  if (typeof error.code === 'string' && typeof error.syscall === 'string' && SOCKET_CODES.has(error.code)) return true;
  if (typeof error.hasErrorLabel === 'function' && error.hasErrorLabel('RetryableWriteError')) return true;
  return (
    error.name === 'MongooseError' && typeof error.message === 'string' && error.message.includes('initial connection')
  );
}

/**
 * A thrown value as the product's error: what may pass (no server, no primary, a time limit, a full disk) becomes a retryable
 * `UNAVAILABLE`; a duplicate key, an `AppError` and everything else come back unchanged.
 */
export function toMongoAppError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  if (partsOf(error).some(isMachineFailure)) return toAppError(partsOf(error).find(isMachineFailure));
  const known = asDriverError(error);
  if (!known || !isPassing(known)) return error;
  return appError('UNAVAILABLE', 'The database does not answer right now.', { cause: error });
}

/** Runs one call of the database; rejections go through {@link toMongoAppError}. */
export async function mongoCall<T>(run: () => PromiseLike<T> | T): Promise<T> {
  try {
    return await run();
  } catch (error) {
    // Whatever was thrown is thrown on, an outage as a retryable error.
    throw toMongoAppError(error);
  }
}

/**
 * Whether a write failed because of a unique index; with a name, because of that one. A bulk write counts when any of its
 * operations failed so.
 */
export function isDuplicateKey(error: unknown, indexName?: string): boolean {
  return partsOf(error).some((part) => isDuplicatePart(asDriverError(part), indexName));
}

/** The failed operations of a bulk write, else the error itself. */
function partsOf(error: unknown): readonly unknown[] {
  const known = asDriverError(error);
  if (!known) return [];
  return Array.isArray(known.writeErrors) && known.writeErrors.length > 0 ? (known.writeErrors as unknown[]) : [known];
}

function isDuplicatePart(error: DriverError | undefined, indexName: string | undefined): boolean {
  if (!error || typeof error.code !== 'number' || !DUPLICATE_KEY_CODES.has(error.code)) return false;
  if (indexName === undefined) return true;
  const text = [error.errmsg, error.message].find((value) => typeof value === 'string') ?? '';
  return /index: (\S+) dup key/.exec(text)?.[1] === indexName;
}

import { isNativeError } from 'node:util/types';

/** MongoDB's error codes and names, from its public `error_codes.yml`; numbers without a name there are "Location" codes. */
const NAMES: Readonly<Record<number, string>> = {
  1: 'InternalError',
  2: 'BadValue',
  9: 'FailedToParse',
  13: 'Unauthorized',
  14: 'TypeMismatch',
  15: 'Overflow',
  20: 'IllegalOperation',
  22: 'InvalidBSON',
  26: 'NamespaceNotFound',
  27: 'IndexNotFound',
  28: 'PathNotViable',
  31: 'CannotBackfillArray',
  39: 'FileStreamFailed',
  40: 'ConflictingUpdateOperators',
  43: 'CursorNotFound',
  48: 'NamespaceExists',
  50: 'MaxTimeMSExpired',
  52: 'DollarPrefixedFieldName',
  53: 'InvalidIdField',
  54: 'NotSingleValueField',
  56: 'EmptyFieldName',
  59: 'CommandNotFound',
  66: 'ImmutableField',
  67: 'CannotCreateIndex',
  72: 'InvalidOptions',
  73: 'InvalidNamespace',
  85: 'IndexOptionsConflict',
  86: 'IndexKeySpecsConflict',
  123: 'NotAReplicaSet',
  168: 'InvalidPipelineOperator',
  171: 'CannotIndexParallelArrays',
  175: 'QueryPlanKilled',
  197: 'InvalidIndexSpecificationOption',
  224: 'QueryFeatureNotAllowed',
  238: 'NotImplemented',
  276: 'IndexBuildAborted',
  291: 'NoQueryExecutionPlans',
  292: 'QueryExceededMemoryLimitNoDiskUseAllowed',
  10334: 'BSONObjectTooLarge',
  11000: 'DuplicateKey',
  11600: 'InterruptedAtShutdown',
  14031: 'OutOfDiskSpace',
};

/** An error a client sees: MongoDB's code, its name and text. Anything else thrown inside the server is a fault of the server. */
export class MongoError extends Error {
  readonly codeName: string;
  /** @param extra further fields of the answer (`keyPattern`, `keyValue`) */
  constructor(
    readonly code: number,
    message: string,
    readonly extra: ReadonlyMap<string, unknown> = new Map(),
  ) {
    super(message);
    this.codeName = NAMES[code] ?? `Location${code}`;
  }
}

/** An error that is an answer to the client; what was written before it stays. */
export const isAnswer = (error: unknown): boolean => error instanceof MongoError;

export const badValue = (message: string): MongoError => new MongoError(2, message);
export const failedToParse = (message: string): MongoError => new MongoError(9, message);
export const typeMismatch = (message: string): MongoError => new MongoError(14, message);
/** MongoDB has it, this server does not (its scope is what Beseda uses). */
export const notImplemented = (what: string): MongoError =>
  new MongoError(238, `${what} is not implemented by the embedded MongoDB server`);
/** MongoDB has the query feature, this server does not. */
export const featureNotAllowed = (what: string): MongoError =>
  new MongoError(224, `${what} is not allowed: the embedded MongoDB server does not implement it`);

/** Primary result codes of SQLite: a full disk, and what else keeps it from its file (read-only, I/O error, cannot open). */
const SQLITE_FULL = 13;
const SQLITE_FILE = new Set([8, 10, 14]);

/** An error of SQLite that is the machine's, in MongoDB's words: clients know that nothing is wrong with what they asked. */
export function ofMachine(error: unknown): MongoError | undefined {
  const { errcode } = (error ?? {}) as { errcode?: unknown };
  if (typeof errcode !== 'number') return undefined;
  // The low byte; the rest says more closely where.
  const primary = errcode & 0xff;
  if (primary === SQLITE_FULL) return new MongoError(14031, 'the disk of the data file is full');
  return SQLITE_FILE.has(primary) ? new MongoError(39, 'the data file cannot be read or written') : undefined;
}

/** The data file is held by another process: two servers on one file would corrupt it, so the second is refused at once. */
export class DataFileLockedError extends Error {
  constructor(readonly path: string) {
    super(`The data file ${path} is locked: another embedded MongoDB server is using it`);
    this.name = 'DataFileLockedError';
  }
}

/** Whatever was thrown, as an Error; `instanceof` would miss errors of another realm (test runners have several). */
export const asError = (thrown: unknown): Error => (isNativeError(thrown) ? thrown : new Error(String(thrown)));

/** A read past the end of a Buffer. */
export const isRangeError = (thrown: unknown): boolean => isNativeError(thrown) && thrown.name === 'RangeError';

import { type FailureClass, isMachineFailure } from './failure-class.js';

/** What kind of failure it is. The words follow gRPC's status codes, plus two that HTTP tells apart. */
export const ERROR_CODES = [
  'INVALID_ARGUMENT',
  'UNAUTHENTICATED',
  'PERMISSION_DENIED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'FAILED_PRECONDITION',
  'ABORTED',
  'PAYLOAD_TOO_LARGE',
  'RATE_LIMITED',
  'UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'UNIMPLEMENTED',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** Which field of the input is wrong, and how. */
export interface FieldError {
  /** Dotted path: `contact.email`, `domains.0`. */
  path: string;
  /** Stable word for programs and translations: `too_long`, `wrong_credentials`. */
  code: string;
  /** A sentence for a person, in English. */
  message: string;
}

export interface AppErrorOptions {
  /** Whether the same call may succeed later. Default: true for ABORTED, RATE_LIMITED, UNAVAILABLE, DEADLINE_EXCEEDED. */
  retryable?: boolean;
  /** How loudly it is logged. Default: `error` for INTERNAL, `warn` for what is retryable, `info` for the caller's mistakes. */
  logLevel?: LogLevel;
  fields?: FieldError[];
  /** Milliseconds after which a retry makes sense. */
  retryAfterMs?: number;
  /** What led to it; logged, never shown. */
  cause?: unknown;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

const RETRYABLE: ReadonlySet<ErrorCode> = new Set(['ABORTED', 'RATE_LIMITED', 'UNAVAILABLE', 'DEADLINE_EXCEEDED']);

/** The one error of the product. `detail` is safe to show: it says what is wrong and what to change, never a secret. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly retryable: boolean;
  readonly logLevel: LogLevel;
  readonly fields: readonly FieldError[];
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, detail: string, options: AppErrorOptions = {}) {
    super(`${code}: ${detail}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.detail = detail;
    this.retryable = options.retryable ?? RETRYABLE.has(code);
    this.logLevel = options.logLevel ?? (code === 'INTERNAL' ? 'error' : this.retryable ? 'warn' : 'info');
    this.fields = options.fields ?? [];
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Short for `new AppError(...)`. */
export const appError = (code: ErrorCode, detail: string, options?: AppErrorOptions): AppError =>
  new AppError(code, detail, options);

/** An INVALID_ARGUMENT about one field. */
export const invalidField = (path: string, code: string, message: string): AppError =>
  new AppError('INVALID_ARGUMENT', message, { fields: [{ path, code, message }] });

/** What kind of failure it is. What is neither an {@link AppError} nor the machine's is a defect or unknown: permanent. */
export function failureClass(error: unknown): FailureClass {
  if (isMachineFailure(error)) return 'machine';
  return error instanceof AppError && error.retryable ? 'retryable' : 'permanent';
}

/** Whether the same work may succeed later. */
export const isRetryable = (error: unknown): boolean => failureClass(error) !== 'permanent';

/**
 * Any thrown value as an {@link AppError}: a failure of the machine is UNAVAILABLE, an unknown one INTERNAL, both with a neutral
 * detail and itself as the cause.
 */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isMachineFailure(error))
    return new AppError('UNAVAILABLE', 'The server cannot store anything right now: its disk is full or away.', {
      ...{ logLevel: 'error', cause: error },
    });
  return new AppError('INTERNAL', 'The server failed to do this. The failure is in its log.', { cause: error });
}

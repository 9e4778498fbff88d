import { AppError, type ErrorCode, type FieldError, appError, toAppError } from '@beseda/errors';
import { Metadata, type ServiceError, status } from '@grpc/grpc-js';

/** Trailer that carries the whole error between services; a status alone has no fields and no retry time. */
const ERROR_KEY = 'beseda-error-bin';

const STATUS: Record<ErrorCode, status> = {
  INVALID_ARGUMENT: status.INVALID_ARGUMENT,
  UNAUTHENTICATED: status.UNAUTHENTICATED,
  PERMISSION_DENIED: status.PERMISSION_DENIED,
  NOT_FOUND: status.NOT_FOUND,
  ALREADY_EXISTS: status.ALREADY_EXISTS,
  FAILED_PRECONDITION: status.FAILED_PRECONDITION,
  ABORTED: status.ABORTED,
  PAYLOAD_TOO_LARGE: status.RESOURCE_EXHAUSTED,
  RATE_LIMITED: status.RESOURCE_EXHAUSTED,
  UNAVAILABLE: status.UNAVAILABLE,
  DEADLINE_EXCEEDED: status.DEADLINE_EXCEEDED,
  UNIMPLEMENTED: status.UNIMPLEMENTED,
  INTERNAL: status.INTERNAL,
};

interface WireError {
  code: ErrorCode;
  detail: string;
  retryable: boolean;
  fields: readonly FieldError[];
  retryAfterMs?: number;
}

/** A thrown value as gRPC sends it: status, safe detail, and the whole error in a trailer. */
export function toServiceError(thrown: unknown): {
  code: status;
  details: string;
  message: string;
  metadata: Metadata;
} {
  const error = toAppError(thrown);
  const wire: WireError = {
    code: error.code,
    detail: error.detail,
    retryable: error.retryable,
    fields: error.fields,
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  };
  const metadata = new Metadata();
  metadata.set(ERROR_KEY, Buffer.from(JSON.stringify(wire)));
  return { code: STATUS[error.code], details: error.detail, message: error.detail, metadata };
}

const codeOf = (grpcStatus: status): ErrorCode =>
  (Object.entries(STATUS) as [ErrorCode, status][]).find(([, value]) => value === grpcStatus)?.[0] ?? 'INTERNAL';

/** What a client got back, as an {@link AppError}. A failure of the connection is UNAVAILABLE and names only the service. */
export function fromServiceError(thrown: unknown, service: string): AppError {
  const error = thrown as Partial<ServiceError>;
  const trailer = error.metadata?.get(ERROR_KEY)[0];
  if (trailer instanceof Buffer) {
    const wire = JSON.parse(trailer.toString('utf8')) as WireError;
    return appError(wire.code, wire.detail, {
      retryable: wire.retryable,
      fields: [...wire.fields],
      cause: thrown,
      ...(wire.retryAfterMs === undefined ? {} : { retryAfterMs: wire.retryAfterMs }),
    });
  }
  const code =
    error.code === undefined ? 'INTERNAL' : error.code === status.CANCELLED ? 'UNAVAILABLE' : codeOf(error.code);
  const detail =
    code === 'DEADLINE_EXCEEDED'
      ? `The service ${service} did not answer in time.`
      : `The service ${service} cannot be reached right now.`;
  return appError(code, code === 'INTERNAL' ? `The service ${service} failed.` : detail, { cause: thrown });
}

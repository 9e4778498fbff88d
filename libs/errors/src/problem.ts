import { type AppError, type ErrorCode, type FieldError, toAppError } from './app-error.js';
import { boundedDetail, boundedFields } from './refusal-size.js';

/** Body of an `application/problem+json` answer (RFC 9457). */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  detail: string;
  errors?: FieldError[];
  retryAfterMs?: number;
}

const HTTP: Record<ErrorCode, readonly [status: number, title: string]> = {
  INVALID_ARGUMENT: [400, 'The request is not valid'],
  UNAUTHENTICATED: [401, 'Sign in first'],
  PERMISSION_DENIED: [403, 'Not allowed'],
  NOT_FOUND: [404, 'Not found'],
  ALREADY_EXISTS: [409, 'It exists already'],
  FAILED_PRECONDITION: [409, 'Not possible in this state'],
  ABORTED: [409, 'Changed by somebody else meanwhile'],
  PAYLOAD_TOO_LARGE: [413, 'Too large'],
  RATE_LIMITED: [429, 'Too many requests'],
  UNAVAILABLE: [503, 'Not available right now'],
  DEADLINE_EXCEEDED: [504, 'It took too long'],
  UNIMPLEMENTED: [501, 'Not supported'],
  INTERNAL: [500, 'The server failed'],
};

/** HTTP status of an error code. */
export const httpStatusOf = (code: ErrorCode): number => HTTP[code][0];

/** What a client is told about any thrown value: never a stack trace, never a cause. */
export function toProblem(thrown: unknown): Problem {
  const error: AppError = toAppError(thrown);
  const [status, title] = HTTP[error.code];
  return {
    type: 'about:blank',
    title,
    status,
    code: error.code,
    detail: boundedDetail(error.detail),
    ...(error.fields.length > 0 ? { errors: boundedFields(error.fields) } : {}),
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  };
}

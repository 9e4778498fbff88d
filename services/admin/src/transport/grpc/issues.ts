import { AppError, type FieldError } from '@beseda/errors';
import type { z } from 'zod';

/** The part of an issue of zod that says what is wrong. */
interface Issue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly origin?: unknown;
  readonly minimum?: unknown;
  readonly params?: Record<string, unknown> | undefined;
}

/** Stable words for what is wrong with a field; forms translate them. */
function codeOf(issue: Issue): string {
  const own = issue.params?.['code'];
  if (typeof own === 'string') return own;
  if (issue.code === 'too_big') {
    if (issue.origin === 'string') return 'too_long';
    return issue.origin === 'array' ? 'too_many' : 'too_large';
  }
  if (issue.code === 'too_small') {
    if (issue.origin === 'string' || issue.origin === 'array') return issue.minimum === 1 ? 'required' : 'too_short';
    return 'too_small';
  }
  return issue.code === 'unrecognized_keys' ? 'unknown' : 'invalid_value';
}

/**
 * Checks a request; INVALID_ARGUMENT names every wrong field, with the codes forms know.
 * @param pathOf what a field is called where people filled it in
 */
export function checked<S extends z.ZodType>(
  schema: S,
  request: unknown,
  pathOf: (path: string) => string = (path) => path,
): z.output<S> {
  const result = schema.safeParse(request);
  if (result.success) return result.data;
  const fields: FieldError[] = result.error.issues.map((issue) => ({
    path: pathOf(issue.path.map(String).join('.')),
    code: codeOf(issue),
    message: issue.message,
  }));
  const named = fields.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
  throw new AppError('INVALID_ARGUMENT', named, { fields });
}

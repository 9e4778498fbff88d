import { AppError, type FieldError } from '@beseda/errors';
import { StandardSchemaValidationPipe } from '@nestjs/common';
import type { z } from 'zod';

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  readonly code?: string;
  readonly keys?: readonly string[];
  /** Of zod: what is too small or too big. */
  readonly origin?: string;
  readonly minimum?: number | bigint;
  readonly format?: string;
}

/** Stable words for what is wrong, for programs and translations; the services behind use the same. */
function codeOf({ code, origin, minimum, format, message }: Issue): string {
  switch (code) {
    case 'invalid_type':
      return /received undefined$/.test(message) ? 'required' : 'invalid_value';
    case 'too_small':
      if (origin !== 'string' && origin !== 'array') return 'too_small';
      return minimum === 1 ? 'required' : 'too_short';
    case 'too_big':
      if (origin === 'string') return 'too_long';
      return origin === 'array' ? 'too_many' : 'too_large';
    case 'invalid_format':
      return format === 'url' ? 'not_a_url' : 'invalid_value';
    default:
      return 'invalid_value';
  }
}

/** Checks every `@Body({ schema })` and `@Query({ schema })`; all wrong fields are named at once. */
export const validationPipe = (): StandardSchemaValidationPipe =>
  new StandardSchemaValidationPipe({ exceptionFactory: (issues) => invalid(issues as readonly Issue[]) });

/** INVALID_ARGUMENT out of the issues of a schema. */
export function invalid(issues: readonly Issue[]): AppError {
  const fields = issues.flatMap((issue): FieldError[] => {
    const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
    if (issue.code === 'unrecognized_keys' && issue.keys)
      return issue.keys.map((key) => ({
        path: [...path, key].join('.'),
        code: 'unknown_field',
        message: 'is not a field of this request',
      }));
    return [{ path: path.join('.'), code: codeOf(issue), message: issue.message }];
  });
  const detail = fields.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
  return new AppError('INVALID_ARGUMENT', detail || 'The request is not valid.', { fields });
}

/** Parses what does not come by Nest, such as a socket's message. @throws AppError INVALID_ARGUMENT */
export function parseWith<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalid(result.error.issues);
}

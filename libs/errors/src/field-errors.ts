import { AppError, type FieldError } from './app-error.js';
import { boundedDetail, boundedFields } from './refusal-size.js';

/**
 * Codes that a check by a schema gives a field. Programs and translations go by them; services add words of their own for what
 * only they can know, such as `stale_version`.
 */
export const FIELD_CODES = [
  'required',
  'too_long',
  'too_short',
  'too_many',
  'too_few',
  'too_small',
  'too_large',
  'invalid_value',
  'not_a_url',
  'not_a_domain',
  'unknown_field',
] as const;
export type FieldCode = (typeof FIELD_CODES)[number];

/** What zod says of a wrong value (an issue of version 4), as far as it is looked at here. */
export interface SchemaIssue {
  readonly code?: string | undefined;
  readonly path?: readonly PropertyKey[] | undefined;
  readonly message?: string | undefined;
  readonly input?: unknown;
  /** Of `invalid_type`. */
  readonly expected?: unknown;
  /** What is too big or too small: `string`, `array`, `number` … */
  readonly origin?: unknown;
  readonly minimum?: unknown;
  readonly maximum?: unknown;
  readonly divisor?: unknown;
  readonly format?: unknown;
  /** Of `invalid_value`: the values there are. */
  readonly values?: readonly unknown[] | undefined;
  /** Of `unrecognized_keys`. */
  readonly keys?: readonly string[] | undefined;
  /** A rule of ours may name its code here. */
  readonly params?: Readonly<Record<string, unknown>> | undefined;
}

const LISTS: ReadonlySet<unknown> = new Set(['array', 'set', 'map', 'record', 'file']);

/** The code of an issue. */
export function codeOf(issue: SchemaIssue): string {
  const own = issue.params?.['code'];
  if (typeof own === 'string') return own;
  switch (issue.code) {
    case 'invalid_type':
      return isMissing(issue) ? 'required' : 'invalid_value';
    case 'too_big':
      if (issue.origin === 'string') return 'too_long';
      return LISTS.has(issue.origin) ? 'too_many' : 'too_large';
    case 'too_small':
      if (issue.origin !== 'string' && !LISTS.has(issue.origin)) return 'too_small';
      if (Number(issue.minimum) === 1) return 'required';
      return issue.origin === 'string' ? 'too_short' : 'too_few';
    case 'invalid_format':
      return issue.format === 'url' ? 'not_a_url' : 'invalid_value';
    case 'unrecognized_keys':
      return 'unknown_field';
    default:
      return 'invalid_value';
  }
}

/** Before an issue is finished its input tells; a finished one keeps the sentence of {@link messageOf}, or zod's. */
const isMissing = ({ input, message }: SchemaIssue): boolean =>
  message === undefined ? input === undefined : message === MISSING || message.endsWith('received undefined');

const MISSING = 'must be given';
const UNKNOWN = 'is not a field of this request';

/**
 * A sentence of our own for an issue whose schema brings none: zod's words never reach clients.
 * Given to zod as `schema.safeParse(value, { error: messageOf })`.
 */
export function messageOf(issue: SchemaIssue): string {
  const of = issue.origin === 'string' ? 'characters' : 'entries';
  const counted = issue.origin === 'string' || LISTS.has(issue.origin);
  switch (issue.code) {
    case 'invalid_type':
      return isMissing(issue) ? MISSING : `must be of the type ${String(issue.expected)}`;
    case 'too_big':
      return counted ? `may have at most ${String(issue.maximum)} ${of}` : `may be at most ${String(issue.maximum)}`;
    case 'too_small':
      if (counted && Number(issue.minimum) === 1) return 'must not be empty';
      return counted
        ? `must have at least ${String(issue.minimum)} ${of}`
        : `must be at least ${String(issue.minimum)}`;
    case 'invalid_value':
      return `must be one of ${(issue.values ?? []).map((value) => JSON.stringify(value)).join(', ')}`;
    case 'not_multiple_of':
      return `must be a multiple of ${String(issue.divisor)}`;
    case 'unrecognized_keys':
      return UNKNOWN;
    case 'invalid_format':
      return issue.format === 'url' ? 'must be a whole address' : 'has not the form it should have';
    default:
      return 'is not valid';
  }
}

/** Issues of a schema as errors of fields; each unknown key is one. */
export const fieldErrors = (issues: readonly SchemaIssue[], pathOf = (path: string): string => path): FieldError[] =>
  issues.flatMap((issue): FieldError[] => {
    const path = (issue.path ?? []).map(String);
    const keys = issue.code === 'unrecognized_keys' ? issue.keys?.map((key) => [...path, key]) : undefined;
    return (keys ?? [path]).map((one) => ({
      path: pathOf(one.join('.')),
      code: codeOf(issue),
      message: issue.message ?? messageOf(issue),
    }));
  });

/** One INVALID_ARGUMENT that names the wrong fields, as many as one can read. */
export function invalidFields(fields: readonly FieldError[]): AppError {
  const listed = boundedFields(fields);
  const named = listed.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
  const more = fields.length > listed.length ? `; and ${fields.length - listed.length} more` : '';
  return new AppError('INVALID_ARGUMENT', boundedDetail(named, more.length) + more || 'The request is not valid.', {
    fields: listed,
  });
}

/** A schema of zod, as far as it is used here. */
export interface Schema<T> {
  safeParse(
    value: unknown,
    options: { error: (issue: SchemaIssue) => string },
  ): { success: true; data: T } | { success: false; error: { issues: readonly SchemaIssue[] } };
}

/**
 * What a schema makes of a value.
 * @param pathOf what a field is called where people filled it in
 * @throws AppError INVALID_ARGUMENT that names the wrong fields
 */
export function checked<T>(schema: Schema<T>, value: unknown, pathOf?: (path: string) => string): T {
  const result = schema.safeParse(value, { error: messageOf });
  if (result.success) return result.data;
  throw invalidFields(fieldErrors(result.error.issues, pathOf));
}

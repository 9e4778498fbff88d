import { LIMITS } from '@beseda/api';

/** One value that changed. */
export interface AuditChange {
  /** Dotted: `widget.color`. */
  path: string;
  /** JSON; empty: there was none. A secret is {@link MASKED}. */
  before: string;
  after: string;
}

/** What stands for a secret, as JSON. */
export const MASKED = JSON.stringify('•••');
/** Longer values are cut: the log says what was changed, it is no copy of the data. Characters. */
const MAX_VALUE = 2_000;
/** More values than these change only in imports, which say their numbers instead. */
const MAX_CHANGES = 200;
const MAX_DEPTH = 8;

const SECRET_WORDS = new Set(['password', 'passphrase', 'hash', 'secret', 'token', 'code', 'ticket', 'sealed']);
/** What counts or dates a secret is none. */
const ABOUT_SECRETS = new Set(['version', 'at', 'left', 'count']);

/** Whether values under a key are secrets, by the words of its name: `newPassword`, `recovery_codes`, `passwordHash`. */
export function isSecretKey(key: string): boolean {
  const words = key
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(Boolean);
  if (ABOUT_SECRETS.has(words.at(-1) ?? '')) return false;
  return words.some((word) =>
    [word, word.replace(/s$/, ''), word.replace(/es$/, '')].some((one) => SECRET_WORDS.has(one)),
  );
}

const isBranch = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Date) &&
  !ArrayBuffer.isView(value) &&
  !('_bsontype' in value);

const isBytes = (value: unknown): boolean =>
  ArrayBuffer.isView(value) || (typeof value === 'object' && value !== null && '_bsontype' in value);

/** JSON without secrets, however deep they lie. */
const shown = (value: unknown): string =>
  JSON.stringify(value, (key, part: unknown) =>
    isBytes(part) || (isSecretKey(key) && part !== null && typeof part !== 'boolean') ? '•••' : part,
  ) ?? '';

const cut = (text: string): string => (text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE - 1)}…` : text);

function change(path: string, secret: boolean, before: unknown, after: unknown): AuditChange | undefined {
  // Compared in full, shown cut and masked: a new secret is a change too.
  if (JSON.stringify(before) === JSON.stringify(after)) return undefined;
  const show = (value: unknown): string => {
    if (value === undefined) return '';
    const hidden = secret && value !== null && typeof value !== 'boolean';
    return hidden || isBytes(value) ? MASKED : cut(shown(value));
  };
  return { path, before: show(before), after: show(after) };
}

function walk(path: string[], secret: boolean, before: unknown, after: unknown, found: AuditChange[]): void {
  const both = [before, after].filter((value) => value !== undefined && value !== null);
  if (both.length > 0 && both.every(isBranch) && path.length < MAX_DEPTH) {
    const [left, right] = [before ?? {}, after ?? {}] as [Record<string, unknown>, Record<string, unknown>];
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
      walk([...path, key], secret || isSecretKey(key), left[key], right[key], found);
    }
    return;
  }
  const one = change(path.join('.'), secret, before, after);
  if (one && found.length < MAX_CHANGES) found.push(one);
}

/**
 * What differs between two states of something, value by value; lists count as one value. Values of keys that name a secret,
 * and bytes, are masked. `undefined` stands for something that was not there before, or is not any more.
 */
export function changesBetween(before: object | undefined, after: object | undefined): AuditChange[] {
  const found: AuditChange[] = [];
  walk([], false, before ?? undefined, after ?? undefined, found);
  return found;
}

/** Days that entries are kept. */
export const RETENTION = { default: 365, min: LIMITS.retentionDaysMin, max: LIMITS.retentionDays } as const;

/** The id (UUIDv7, RFC 9562 §5.7: the first 48 bits are milliseconds) before every id made at or after a time. */
export function idFloor(time: Date): string {
  const hex = Math.max(0, time.getTime()).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

/** When an id was made. */
export const timeOf = (id: string): Date => new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));

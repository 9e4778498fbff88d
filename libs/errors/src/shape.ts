import { type AppError, appError, invalidField } from './app-error.js';

/** What a body from outside may look like before any schema sees it. The largest of ours has a few thousand values. */
export const SHAPE_LIMITS = {
  /** Objects and arrays inside each other. */
  depth: 32,
  /** Of one object. */
  keys: 1_000,
  /** Of all objects and arrays together. */
  values: 20_000,
} as const;

/** Names that mean something else to JavaScript: as keys of data they are lost or do harm. */
const RESERVED: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

interface Part {
  readonly value: object;
  readonly path: string;
  readonly depth: number;
}

/**
 * Refuses a value that is nested too deeply, has too many keys or reserved ones. It does not recurse, so no depth is too much
 * for it; the paths it keeps are no longer than the limits allow.
 * @throws AppError INVALID_ARGUMENT
 */
export function assertShape(given: unknown): void {
  const parts: Part[] = isObject(given) ? [{ value: given, path: '', depth: 1 }] : [];
  let values = 0;
  for (let part = parts.pop(); part; part = parts.pop()) {
    if (part.depth > SHAPE_LIMITS.depth) throw tooMuch(`is nested deeper than ${SHAPE_LIMITS.depth} levels`);
    const keys = Object.keys(part.value);
    values += keys.length;
    if (!Array.isArray(part.value) && keys.length > SHAPE_LIMITS.keys)
      throw tooMuch(`has an object with more than ${SHAPE_LIMITS.keys} keys`);
    if (values > SHAPE_LIMITS.values) throw tooMuch(`has more than ${SHAPE_LIMITS.values} values`);
    for (const key of keys) {
      const path = part.path ? `${part.path}.${key}` : key;
      if (RESERVED.has(key)) throw invalidField(path, 'invalid_value', 'must have another name: this one is reserved');
      const value = (part.value as Record<string, unknown>)[key];
      if (isObject(value)) parts.push({ value, path, depth: part.depth + 1 });
    }
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);

const tooMuch = (what: string): AppError => appError('INVALID_ARGUMENT', `The request ${what}.`);

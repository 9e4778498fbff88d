import { isDoc, type Value } from '../bson/values.js';

const NUMERIC = /^(0|[1-9]\d*)$/;
export const isIndexName = (part: string): boolean => NUMERIC.test(part);

const cache = new Map<string, readonly string[]>();

/** The parts of a dotted path; cached, since the same few paths are used all the time. */
export function splitPath(path: string): readonly string[] {
  let parts = cache.get(path);
  if (parts === undefined) {
    parts = path.split('.');
    if (cache.size > 10_000) cache.clear();
    cache.set(path, parts);
  }
  return parts;
}

/** Called with each value found; `whole` says that the path ended in a number, so that an array found is not looked into.
 * True ends the walk. */
export type Visitor = (value: Value | undefined, whole: boolean) => boolean;

/**
 * Visits what a query path reaches, as MongoDB walks it: arrays on the way are entered (their documents, and by number),
 * an array at the end is handed over whole, a path that ends early gives `undefined` (missing).
 */
export function visit(value: Value | undefined, parts: readonly string[], at: number, found: Visitor): boolean {
  if (at === parts.length) return found(value, false);
  if (isDoc(value)) return visit(value.get(parts[at] as string), parts, at + 1, found);
  if (!Array.isArray(value)) return found(undefined, false);
  const name = parts[at] as string;
  const offset = NUMERIC.test(name) ? Number(name) : -1;
  for (let i = 0; i < value.length; i++) {
    const item = value[i];
    if (isDoc(item) && visit(item, parts, at, found)) return true;
    if (i !== offset) continue;
    if (at + 1 === parts.length) {
      if (found(item, true)) return true;
    } else if ((isDoc(item) || Array.isArray(item)) && visit(item, parts, at + 1, found)) return true;
  }
  return false;
}

/** What an aggregation field path (`$a.b`) gives: arrays on the way are mapped, missing parts dropped. */
export function fieldPathValue(value: Value | undefined, parts: readonly string[], at = 0): Value | undefined {
  if (at === parts.length) return value;
  if (isDoc(value)) return fieldPathValue(value.get(parts[at] as string), parts, at + 1);
  if (!Array.isArray(value)) return undefined;
  return value
    .map((item) => (isDoc(item) || Array.isArray(item) ? fieldPathValue(item, parts, at) : undefined))
    .filter((v) => v !== undefined);
}

import { compoundKey, EMPTY_ARRAY, type KeyPart } from '../bson/keys.js';
import { isDoc, type Doc, type Value } from '../bson/values.js';
import { MongoError } from '../errors.js';

/** The fields of an index (or of a sort): paths and directions, 1 or -1. */
export interface KeyPattern {
  readonly paths: readonly string[];
  readonly parts: ReadonlyArray<readonly string[]>;
  readonly directions: readonly number[];
}

/** What one document puts into an index. */
export interface DocumentKeys {
  readonly keys: Buffer[];
  /** Bit i: field i went through an array. */
  readonly multikey: number;
  /** None of the fields is there (a sparse index then has no entry). */
  readonly absent: boolean;
}

interface Walk {
  readonly pattern: KeyPattern;
  readonly rows: KeyPart[][];
  multikey: number;
  present: boolean;
}

/** A field on its way down: the value it stands at, how many parts of its path are used, and whether it is done. */
interface Cursor {
  value: KeyPart;
  at: number;
  done: boolean;
}

/**
 * The keys of a document: arrays give one key per element, and fields below the same array are taken from the same element.
 * @throws MongoError 171 when two fields go through different arrays
 */
export function documentKeys(document: Doc, pattern: KeyPattern): DocumentKeys {
  const walk: Walk = { pattern, rows: [], multikey: 0, present: false };
  expand(
    walk,
    pattern.paths.map(() => ({ value: document, at: 0, done: false })),
  );
  const keys = walk.rows.map((row) => compoundKey(row, pattern.directions));
  return { keys: keys.length > 1 ? distinct(keys) : keys, multikey: walk.multikey, absent: !walk.present };
}

function distinct(keys: Buffer[]): Buffer[] {
  keys.sort((a, b) => Buffer.compare(a, b));
  return keys.filter((key, i) => i === 0 || !key.equals(keys[i - 1] as Buffer));
}

/** Moves every field down to its value or to the next array; then once more for each element of that array. */
function expand(walk: Walk, cursors: Cursor[]): void {
  let array: readonly Value[] | undefined;
  let arrayField = 0;
  for (let i = 0; i < cursors.length; i++) {
    const cursor = cursors[i] as Cursor;
    if (cursor.done) continue;
    descend(cursor, walk.pattern.parts[i] as readonly string[]);
    if (Array.isArray(cursor.value)) {
      if (array !== undefined && array !== cursor.value) throw parallel(walk.pattern, arrayField, i);
      array = cursor.value;
      arrayField = i;
      walk.multikey |= 1 << i;
    } else finish(walk, cursor);
  }
  if (array === undefined) walk.rows.push(cursors.map((c) => c.value));
  else
    for (const item of (array.length === 0 ? [EMPTY_ARRAY] : array) as ReadonlyArray<Value | typeof EMPTY_ARRAY>)
      expand(
        walk,
        cursors.map((c, i) => step(walk, c, i, item)),
      );
}

function descend(cursor: Cursor, parts: readonly string[]): void {
  while (cursor.at < parts.length && isDoc(cursor.value as Value)) {
    cursor.value = (cursor.value as Doc).get(parts[cursor.at++] as string);
  }
  if (cursor.at < parts.length && !Array.isArray(cursor.value)) cursor.value = undefined;
}

function finish(walk: Walk, cursor: Cursor): void {
  cursor.done = true;
  if (cursor.value !== undefined) walk.present = true;
}

/** The field as it goes on inside one element of the array it stands at. */
function step(walk: Walk, cursor: Cursor, field: number, item: Value | typeof EMPTY_ARRAY): Cursor {
  if (cursor.done) return { ...cursor };
  const ends = cursor.at === (walk.pattern.parts[field] as readonly string[]).length;
  if (ends) {
    walk.present = true;
    return { value: item, at: cursor.at, done: true };
  }
  if (item !== EMPTY_ARRAY && isDoc(item)) return { value: item, at: cursor.at, done: false };
  return { value: undefined, at: cursor.at, done: true };
}

const parallel = (pattern: KeyPattern, a: number, b: number): MongoError =>
  new MongoError(171, `cannot index parallel arrays [${lastPart(pattern, b)}] [${lastPart(pattern, a)}]`);

const lastPart = (pattern: KeyPattern, field: number): string => pattern.parts[field]?.at(-1) ?? '';

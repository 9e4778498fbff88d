import { asInteger, isDoc, type Doc, type Value } from '../bson/values.js';
import { badValue, MongoError, notImplemented } from '../errors.js';
import { documentKeys, type KeyPattern } from '../store/index-keys.js';
import { splitPath } from './paths.js';

/**
 * Parses a sort document; undefined for none. `$natural` is a hint, not a sort, and is handled by the caller.
 * @throws MongoError 15975 for a direction that is not 1 or -1, 238 for `$meta`
 */
export function parseSort(sort: Value | undefined): KeyPattern | undefined {
  if (sort === undefined || sort === null) return undefined;
  if (!isDoc(sort)) throw new MongoError(14, 'Expected field sort to be of type object');
  if (sort.size === 0) return undefined;
  const paths: string[] = [];
  const directions: number[] = [];
  for (const [path, value] of sort) {
    if (isDoc(value)) throw notImplemented('sort by an expression ($meta)');
    const direction = asInteger(value);
    if (direction !== 1 && direction !== -1)
      throw new MongoError(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
    if (path === '' || path.startsWith('$'))
      throw new MongoError(
        16410,
        `FieldPath field names may not start with '$'. Consider using $getField or $setField.`,
      );
    paths.push(path);
    directions.push(direction);
  }
  return { paths, parts: paths.map(splitPath), directions };
}

/** The bytes a document sorts by: of an array its least element, or its greatest when descending. */
export function sortKey(document: Doc, pattern: KeyPattern): Buffer {
  try {
    const { keys } = documentKeys(document, pattern);
    return keys[0] as Buffer;
  } catch (error) {
    // Two sort fields through different arrays: the index code's error under sorting's name.
    if (error instanceof MongoError && error.code === 171)
      throw badValue('cannot sort with keys that are parallel arrays');
    throw error;
  }
}

/** MongoDB's limit of an in-memory sort. */
export const SORT_BYTES = 100 * 1024 * 1024;

/** A document to sort, and what is held and given back for it. */
export interface Sortable<T> {
  readonly document: Doc;
  readonly held: T;
  /** How many bytes that is. */
  readonly size: number;
}

/**
 * Sorts stably, in memory.
 * @param keep only that many first ones are wanted, and not many more are held
 * @throws MongoError 292 when what must be held is larger than `maxBytes`: nothing is ever put aside on disk
 */
export function sortBy<T>(items: Iterable<Sortable<T>>, pattern: KeyPattern, maxBytes: number, keep = Infinity): T[] {
  const room = keep === Infinity ? maxBytes : 2 * maxBytes;
  let held: Entry<T>[] = [];
  let bytes = 0;
  const shrink = (): void => {
    held = ordered(held).slice(0, keep);
    bytes = held.reduce((sum, entry) => sum + entry.bytes, 0);
    if (bytes > maxBytes)
      throw new MongoError(
        292,
        `Sort exceeded memory limit of ${maxBytes} bytes, and the embedded MongoDB server does not sort on disk`,
      );
  };
  for (const { document, held: item, size } of items) {
    const key = sortKey(document, pattern);
    held.push({ key, item, bytes: key.length + size });
    bytes += key.length + size;
    if (bytes > room || held.length > 2 * keep + 1000) shrink();
  }
  shrink();
  return held.map((h) => h.item);
}

interface Entry<T> {
  readonly key: Buffer;
  readonly item: T;
  readonly bytes: number;
}

const ordered = <T>(held: Entry<T>[]): Entry<T>[] => held.sort((a, b) => Buffer.compare(a.key, b.key));

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

/** Sorts stably. With `keep`, only that many first ones are held. */
export function sortBy<T>(items: Iterable<T>, pattern: KeyPattern, documentOf: (item: T) => Doc, keep = Infinity): T[] {
  let held: Array<{ key: Buffer; item: T }> = [];
  for (const item of items) {
    held.push({ key: sortKey(documentOf(item), pattern), item });
    if (held.length > 2 * keep + 1000) held = ordered(held).slice(0, keep);
  }
  return ordered(held)
    .slice(0, keep)
    .map((h) => h.item);
}

const ordered = <T>(held: Array<{ key: Buffer; item: T }>): Array<{ key: Buffer; item: T }> =>
  held.sort((a, b) => Buffer.compare(a.key, b.key));

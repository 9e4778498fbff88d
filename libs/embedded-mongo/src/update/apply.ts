import { ObjectId } from 'bson';
import { equalValues } from '../bson/compare.js';
import { clone, type Doc, type Value } from '../bson/values.js';
import { badValue, MongoError } from '../errors.js';
import type { Filter } from '../query/parse.js';
import { splitPath, valueAt } from '../query/paths.js';
import { equalities, matchedPosition } from '../query/position.js';
import { show } from '../store/duplicate-key.js';
import { OPERATORS } from './operators.js';
import type { Operation, Update } from './parse.js';
import { Slot } from './slot.js';

/**
 * Applies an update to a private copy of a document and gives the new document; on an error the stored one is untouched.
 * @param before decoded for this update only (it is changed in place)
 * @throws MongoError 66 when `_id` would change
 */
export function applyUpdate(update: Update, before: Doc, filter: Filter): Doc {
  const id = before.get('_id') as Value;
  if (update.kind === 'replacement') return withId(update.document, id);
  applyAll(update, before, filter, false);
  if (!equalValues(before.get('_id') ?? null, id)) {
    throw new MongoError(66, `Performing an update on the path '_id' would modify the immutable field '_id'`);
  }
  return before;
}

type Operators = Update & { readonly kind: 'operators' };

/** The document an upsert inserts: equalities of the filter, then the update. */
export function upsertDocument(update: Update, filter: Filter): Doc {
  if (update.kind === 'replacement') {
    const id = equalities(filter).get('_id')?.[0];
    return withId(update.document, id ?? update.document.get('_id') ?? new ObjectId());
  }
  const seed = seedOf(filter);
  const id = seed.get('_id');
  applyAll(update, seed, filter, true);
  if (id !== undefined && !equalValues(seed.get('_id') ?? null, id)) {
    throw new MongoError(66, `Performing an update on the path '_id' would modify the immutable field '_id'`);
  }
  return withId(seed, seed.get('_id') ?? new ObjectId());
}

function seedOf(filter: Filter): Doc {
  const seed: Doc = new Map();
  const found = equalities(filter);
  for (const [path, values] of found) {
    if (values.length > 1)
      throw new MongoError(54, `cannot infer query fields to set, path '${path}' is matched twice`);
    for (const other of found.keys()) {
      if (path.startsWith(`${other}.`))
        throw new MongoError(54, `cannot infer query fields to set, both paths '${path}' and '${other}' are matched`);
    }
    new Slot(seed, splitPath(path)).set(clone(values[0] as Value));
  }
  return seed;
}

/** The replacement with `_id` first. */
function withId(document: Doc, id: Value): Doc {
  const own = document.get('_id');
  if (own !== undefined && !equalValues(own, id)) {
    throw new MongoError(
      66,
      `After applying the update, the (immutable) field '_id' was found to have been altered to _id: ${show(own)}`,
    );
  }
  const out: Doc = new Map([['_id', id]]);
  for (const [key, value] of document) if (key !== '_id') out.set(key, value);
  return out;
}

/** All paths are resolved before the first change: `$` means what the filter matched, not what the update made of it. */
function applyAll(update: Operators, document: Doc, filter: Filter, inserting: boolean): void {
  const resolved = update.operations.map((operation) => resolve(update, operation, document, filter, inserting));
  for (const [i, { operator: name, argument }] of update.operations.entries()) {
    const operator = OPERATORS.get(name);
    if (!operator || (operator.onInsertOnly && !inserting)) continue;
    for (const parts of resolved[i] ?? []) operator.apply(new Slot(document, parts), argument);
  }
}

/** The paths meant: `$`, `$[]` and `$[name]` become element numbers of this document. */
function resolve(
  update: Operators,
  operation: Operation,
  document: Doc,
  filter: Filter,
  inserting: boolean,
): string[][] {
  let resolved: string[][] = [[]];
  for (const part of operation.parts) {
    if (part === '$') {
      if (inserting) throw badValue('The positional operator did not find the match needed from the query.');
      resolved = resolved.map((prefix) => [...prefix, String(position(filter, document, prefix))]);
    } else if (part.startsWith('$[')) {
      const matches = update.arrayFilters.get(part.slice(2, -1));
      resolved = resolved.flatMap((prefix) => elements(document, prefix, part.slice(2, -1), matches));
    } else for (const prefix of resolved) prefix.push(part);
  }
  return resolved;
}

function position(filter: Filter, document: Doc, prefix: readonly string[]): number {
  const index = matchedPosition(filter, document, prefix.join('.'));
  if (index < 0) throw badValue('The positional operator did not find the match needed from the query.');
  return index;
}

function elements(
  document: Doc,
  prefix: readonly string[],
  name: string,
  matches: ((d: Doc) => boolean) | undefined,
): string[][] {
  const path = prefix.join('.');
  const array = valueAt(document, path);
  if (array === undefined)
    throw badValue(`The path '${path}' must exist in the document in order to apply array updates.`);
  if (!Array.isArray(array))
    throw badValue(`Cannot apply array updates to non-array element ${prefix.at(-1) ?? ''}: ${show(array)}`);
  const indexes = [...array.keys()].filter((i) => !matches || matches(new Map([[name, array[i] as Value]])));
  return indexes.map((i) => [...prefix, String(i)]);
}

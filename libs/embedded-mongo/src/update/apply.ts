import { ObjectId } from 'bson';
import { equalValues } from '../bson/compare.js';
import { clone, type Doc, type Value } from '../bson/values.js';
import { MongoError } from '../errors.js';
import type { Filter } from '../query/parse.js';
import { splitPath } from '../query/paths.js';
import { show } from '../store/duplicate-key.js';
import { OPERATORS } from './operators.js';
import type { Update } from './parse.js';
import { Slot } from './slot.js';

/**
 * Applies an update to a private copy of a document and gives the new document; on an error the stored one is untouched.
 * @param before decoded for this update only (it is changed in place)
 * @throws MongoError 66 when `_id` would change
 */
export function applyUpdate(update: Update, before: Doc): Doc {
  const id = before.get('_id') as Value;
  if (update.kind === 'replacement') return withId(update.document, id);
  applyAll(update, before, false);
  refuseNewId(before, id);
  return before;
}

function refuseNewId(document: Doc, id: Value): void {
  if (!equalValues(document.get('_id') ?? null, id))
    throw new MongoError(66, `Performing an update on the path '_id' would modify the immutable field '_id'`);
}

/** The document an upsert inserts: equalities of the filter, then the update. */
export function upsertDocument(update: Update, filter: Filter): Doc {
  if (update.kind === 'replacement') {
    const id = equalities(filter).get('_id')?.[0];
    return withId(update.document, id ?? update.document.get('_id') ?? new ObjectId());
  }
  const seed = seedOf(filter);
  const id = seed.get('_id');
  applyAll(update, seed, true);
  if (id !== undefined) refuseNewId(seed, id);
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

/** Top-level equalities of a filter, by path: what an upsert puts into the new document. */
function equalities(filter: Filter, found = new Map<string, Value[]>()): Map<string, Value[]> {
  if (filter.kind === 'and' || (filter.kind === 'or' && filter.filters.length === 1)) {
    for (const f of filter.filters) equalities(f, found);
  } else if (filter.kind === 'path' && filter.test.kind === 'eq') {
    found.set(filter.path, [...(found.get(filter.path) ?? []), filter.test.value]);
  }
  return found;
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

function applyAll(update: Update & { readonly kind: 'operators' }, document: Doc, inserting: boolean): void {
  for (const { operator: name, parts, argument } of update.operations) {
    const operator = OPERATORS.get(name);
    if (operator && (inserting || !operator.onInsertOnly)) operator.apply(new Slot(document, parts), argument);
  }
}

import { type Doc, type Value } from '../bson/values.js';
import { compile, elementMatches, elementTest, reachTest } from './match.js';
import { visit } from './paths.js';
import type { Filter, Predicate } from './parse.js';

/**
 * Which element of the array at `arrayPath` the filter matched: what the positional `$` stands for. Conditions on that
 * array come first; without one, any condition that went through an array decides, as in MongoDB.
 * @returns -1 when the filter matched no array element
 */
export function matchedPosition(filter: Filter, document: Doc, arrayPath: string): number {
  let onArray = -1;
  let elsewhere = -1;
  for (const { path, parts, test } of conditions(filter, document)) {
    const index = positionOf(document, parts, test);
    if (index < 0) continue;
    if (path === arrayPath || path.startsWith(`${arrayPath}.`)) onArray = index;
    else elsewhere = index;
  }
  return onArray >= 0 ? onArray : elsewhere;
}

/** The conditions that hold for this document: all of an `$and`, those of the first branch of an `$or` that matches. */
function* conditions(filter: Filter, document: Doc): Generator<Filter & { kind: 'path' }> {
  if (filter.kind === 'path') yield filter;
  else if (filter.kind === 'and') for (const f of filter.filters) yield* conditions(f, document);
  else if (filter.kind === 'or') {
    const branch = filter.filters.find((f) => compile(f)(document));
    if (branch) yield* conditions(branch, document);
  }
}

function positionOf(document: Doc, parts: readonly string[], test: Predicate): number {
  if (test.kind === 'not' || test.kind === 'exists' || test.kind === 'size') return -1;
  let position = -1;
  const reached = reachTest(test);
  const one = elementOf(test);
  visit(document, parts, 0, -1, (value, index, whole) => {
    if (!reached(value, index, whole)) return false;
    position = index >= 0 ? index : Array.isArray(value) ? value.findIndex(one) : -1;
    return true;
  });
  return position;
}

/** The test of a single element of the array a predicate matched. */
function elementOf(test: Predicate): (item: Value) => boolean {
  if (test.kind === 'elemDoc') {
    const matcher = compile(test.filter);
    return (item) => elementMatches(item, matcher);
  }
  if (test.kind === 'elemValue') {
    const tests = test.all.map(elementTest);
    return (item) => tests.every((t) => t(item));
  }
  return elementTest(test);
}

/** Top-level equalities of a filter, by path: what an upsert puts into the new document. */
export function equalities(filter: Filter, found = new Map<string, Value[]>()): Map<string, Value[]> {
  if (filter.kind === 'and' || (filter.kind === 'or' && filter.filters.length === 1)) {
    for (const f of filter.filters) equalities(f, found);
  } else if (filter.kind === 'path' && filter.test.kind === 'eq') {
    found.set(filter.path, [...(found.get(filter.path) ?? []), filter.test.value]);
  }
  return found;
}

import { compareValues, equalValues } from '../bson/compare.js';
import { keyOf, RANK, rankOf } from '../bson/keys.js';
import { comparable, isDoc, isNumeric, type Doc, type Value } from '../bson/values.js';
import { visit } from './paths.js';
import type { Comparison, Filter, Predicate } from './parse.js';
import { matchesPattern } from './regex.js';

export type Matcher = (document: Doc) => boolean;

/** Test of one value (undefined: missing). */
type ValueTest = (value: Value | undefined) => boolean;

/** Turns a filter into a function. */
export function compile(filter: Filter): Matcher {
  if (filter.kind === 'path') return compilePath(filter.parts, filter.test);
  const matchers = filter.filters.map(compile);
  if (filter.kind === 'and') return (d) => matchers.every((m) => m(d));
  return (d) => matchers.some((m) => m(d));
}

function compilePath(parts: readonly string[], predicate: Predicate): Matcher {
  if (predicate.kind === 'not') {
    const inner = predicate.all.map((p) => compilePath(parts, p));
    return (d) => !inner.every((m) => m(d));
  }
  const test = reachTest(predicate);
  return (d) => visit(d, parts, 0, test);
}

/** Tests what a path reached: most operators look into an array at the end of the path too. */
function reachTest(predicate: Predicate): (value: Value | undefined, whole: boolean) => boolean {
  const test = valueTest(predicate);
  if (predicate.kind === 'exists' || predicate.kind === 'elemDoc' || predicate.kind === 'elemValue') return test;
  return (v, whole) => test(v) || (!whole && Array.isArray(v) && v.some(test));
}

function valueTest(p: Predicate): ValueTest {
  switch (p.kind) {
    case 'eq':
      return equalityTest(p.value);
    case 'cmp':
      return comparisonTest(p.op, p.value);
    case 'in':
      return inTest(p);
    case 'regex':
      return (v) => matchesPattern(p.pattern, v);
    case 'exists':
      return (v) => v !== undefined;
    case 'elemDoc': {
      const matcher = compile(p.filter);
      return (v) => Array.isArray(v) && v.some((item) => elementMatches(item, matcher));
    }
    case 'elemValue': {
      const tests = p.all.map(elementTest);
      return (v) => Array.isArray(v) && v.some((item) => tests.every((t) => t(item)));
    }
    case 'not':
      return elementTest(p);
  }
}

/** `$elemMatch` with a filter looks at documents; an inner array counts as a document with numbers for names. */
function elementMatches(item: Value, matcher: Matcher): boolean {
  if (isDoc(item)) return matcher(item);
  return Array.isArray(item) && matcher(new Map(item.map((v, i) => [String(i), v])));
}

/** A predicate on one array element (`$elemMatch: {$gt: 1}`), `$not` included. */
function elementTest(p: Predicate): ValueTest {
  if (p.kind !== 'not') return valueTest(p);
  const inner = p.all.map(elementTest);
  return (v) => !inner.every((t) => t(v));
}

function equalityTest(value: Value): ValueTest {
  if (value === null) return (v) => v === undefined || v === null;
  if (typeof value === 'string' || typeof value === 'boolean') return (v) => v === value;
  return (v) => v !== undefined && equalValues(v, value);
}

/** Ranges hold inside one type only ("type bracketing"); MinKey and MaxKey stand before and after everything. */
function comparisonTest(op: Comparison, value: Value): ValueTest {
  const rank = rankOf(value);
  const accepts = {
    $gt: (c: number) => c > 0,
    $gte: (c: number) => c >= 0,
    $lt: (c: number) => c < 0,
    $lte: (c: number) => c <= 0,
  }[op];
  if (rank === RANK.null) return op === '$gte' || op === '$lte' ? (v) => v === undefined || v === null : () => false;
  if (rank === RANK.min || rank === RANK.max) return (v) => v !== undefined && accepts(compareValues(v, value));
  if (isNumeric(value) && Number.isNaN(comparable(value))) {
    return op === '$gte' || op === '$lte' ? (v) => isNumeric(v) && Number.isNaN(comparable(v)) : () => false;
  }
  return (v) => {
    if (v === undefined || rankOf(v) !== rank) return false;
    if (isNumeric(v) && Number.isNaN(comparable(v))) return false;
    return accepts(compareValues(v, value));
  };
}

function inTest(p: Predicate & { kind: 'in' }): ValueTest {
  const keys = new Set(p.values.map((v) => keyOf(v).toString('latin1')));
  const hasNull = p.values.includes(null);
  return (v) => {
    if (v === undefined) return hasNull;
    if (p.patterns.some((pattern) => matchesPattern(pattern, v))) return true;
    return keys.has(keyOf(v).toString('latin1'));
  };
}

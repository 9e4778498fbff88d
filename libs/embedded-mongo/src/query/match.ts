import { Binary, BSONRegExp } from 'bson';
import { compareValues, equalValues } from '../bson/compare.js';
import { keyOf, RANK, rankOf } from '../bson/keys.js';
import { comparable, isDoc, isNumeric, typeOf, type Doc, type Value } from '../bson/values.js';
import { visit } from './paths.js';
import type { Comparison, Filter, Predicate } from './parse.js';

export type Matcher = (document: Doc) => boolean;

/** Test of one value (undefined: missing). */
type ValueTest = (value: Value | undefined) => boolean;

/** Turns a filter into a function. */
export function compile(filter: Filter): Matcher {
  if (filter.kind === 'path') return compilePath(filter.parts, filter.test);
  const matchers = filter.filters.map(compile);
  if (filter.kind === 'and') return (d) => matchers.every((m) => m(d));
  if (filter.kind === 'or') return (d) => matchers.some((m) => m(d));
  return (d) => !matchers.some((m) => m(d));
}

function compilePath(parts: readonly string[], predicate: Predicate): Matcher {
  if (predicate.kind === 'not') {
    const inner = predicate.all.map((p) => compilePath(parts, p));
    return (d) => !inner.every((m) => m(d));
  }
  const test = reachTest(predicate);
  return (d) => visit(d, parts, 0, -1, test);
}

/** Tests what a path reached: most operators look into an array at the end of the path too. */
export function reachTest(predicate: Predicate): (value: Value | undefined, index: number, whole: boolean) => boolean {
  const test = valueTest(predicate);
  if (
    predicate.kind === 'exists' ||
    predicate.kind === 'size' ||
    predicate.kind === 'elemDoc' ||
    predicate.kind === 'elemValue'
  )
    return test;
  return (v, _, whole) => test(v) || (!whole && Array.isArray(v) && v.some(test));
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
      return regexValueTest(p.test.source, p.test.regex);
    case 'exists':
      return (v) => v !== undefined;
    case 'type':
      return (v) => v !== undefined && p.types.has(typeOf(v));
    case 'size':
      return (v) => Array.isArray(v) && v.length === p.size;
    case 'mod':
      return modTest(p);
    case 'bits':
      return bitsTest(p.op, p.mask);
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
    case 'never':
      return () => false;
  }
}

/** `$elemMatch` with a filter looks at documents; an inner array counts as a document with numbers for names. */
export function elementMatches(item: Value, matcher: Matcher): boolean {
  if (isDoc(item)) return matcher(item);
  return Array.isArray(item) && matcher(new Map(item.map((v, i) => [String(i), v])));
}

/** A predicate on one array element (`$elemMatch: {$gt: 1}`), `$not` included. */
export function elementTest(p: Predicate): ValueTest {
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
  const texts = p.regexes.map((r) => r.regex);
  return (v) => {
    if (v === undefined) return hasNull;
    if (texts.length > 0 && typeof v === 'string' && texts.some((t) => t.test(v))) return true;
    return keys.has(keyOf(v).toString('latin1'));
  };
}

function regexValueTest(source: BSONRegExp, regex: RegExp): ValueTest {
  return (v) => {
    if (typeof v === 'string') return regex.test(v);
    return v instanceof BSONRegExp && v.pattern === source.pattern && v.options === source.options;
  };
}

/** Fractions are cut off first; int64 is exact. */
function modTest({ divisor, remainder }: Predicate & { kind: 'mod' }): ValueTest {
  return (v) => {
    if (!isNumeric(v)) return false;
    const n = comparable(v);
    if (typeof n === 'bigint') return n % BigInt(divisor) === BigInt(remainder);
    return Number.isFinite(n) && Math.trunc(n) % divisor === remainder;
  };
}

function bitsTest(op: string, mask: bigint): ValueTest {
  return (v) => {
    const bits = bitsOf(v);
    if (bits === undefined) return false;
    const set = bits & mask;
    if (op === '$bitsAllSet') return set === mask;
    if (op === '$bitsAllClear') return set === 0n;
    return op === '$bitsAnySet' ? set !== 0n : set !== mask;
  };
}

function bitsOf(v: Value | undefined): bigint | undefined {
  if (v instanceof Binary)
    return v.buffer.subarray(0, v.position).reduce<bigint>((n, byte, i) => n | (BigInt(byte) << BigInt(8 * i)), 0n);
  if (!isNumeric(v)) return undefined;
  const n = comparable(v);
  if (typeof n === 'bigint') return n;
  return Number.isInteger(n) && Math.abs(n) < 2 ** 63 ? BigInt(n) : undefined;
}

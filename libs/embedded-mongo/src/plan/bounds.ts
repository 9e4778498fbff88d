import { keyOf, RANK, rankOf, successor } from '../bson/keys.js';
import { typeName, type Value } from '../bson/values.js';
import type { Filter, Predicate } from '../query/parse.js';
import type { TextPattern } from '../query/regex.js';
import { show } from '../store/duplicate-key.js';

/** What a filter says about one field, as far as an index can use it. */
export interface FieldBounds {
  /** Equality values (`$eq`, `$in`) as keys in ascending order, without repeats. */
  readonly points?: readonly Buffer[];
  /** Half-open range of keys. `lo` or `hi` undefined: open. */
  readonly range?: { readonly lo: Buffer; readonly hi: Buffer | undefined };
  /** No document without this field can match. */
  readonly excludesMissing: boolean;
  /** As explain prints it; made only when asked for. */
  readonly shown: () => string[];
}

/** The conditions every match must fulfil, by path; `$elemMatch` gives conditions on the paths inside. */
export function conjuncts(
  filter: Filter,
  prefix = '',
  found = new Map<string, Predicate[]>(),
): Map<string, Predicate[]> {
  if (filter.kind === 'and') for (const f of filter.filters) conjuncts(f, prefix, found);
  if (filter.kind !== 'path') return found;
  const path = prefix + filter.path;
  const { test } = filter;
  if (test.kind === 'elemDoc') return conjuncts(test.filter, `${path}.`, found);
  const tests = test.kind === 'elemValue' ? test.all : [test];
  found.set(path, [...(found.get(path) ?? []), ...tests]);
  return found;
}

/**
 * The bounds of one field. Of several ranges a multikey field may use one side only: different elements of the array may
 * fulfil the two sides.
 */
export function fieldBounds(tests: readonly Predicate[], multikey: boolean): FieldBounds | undefined {
  const points = tests.map(pointsOf).filter((p) => p !== undefined);
  points.sort((a, b) => (a.points?.length ?? 0) - (b.points?.length ?? 0));
  if (points[0]) return points[0];
  const ranges = tests.map(rangeOf).filter((r) => r !== undefined);
  if (ranges.length === 0) return tests.some((t) => t.kind === 'exists') ? WHOLE : undefined;
  return multikey ? ranges[0] : ranges.reduce(intersect);
}

const WHOLE: FieldBounds = {
  range: { lo: Buffer.from([RANK.min]), hi: undefined },
  excludesMissing: true,
  shown: () => ['[MinKey, MaxKey]'],
};

function pointsOf(test: Predicate): FieldBounds | undefined {
  const values =
    test.kind === 'eq' ? [test.value] : test.kind === 'in' && test.patterns.length === 0 ? test.values : undefined;
  if (values === undefined || values.some((v) => Array.isArray(v))) return undefined;
  const keys = values.map((v) => keyOf(v)).sort((a, b) => Buffer.compare(a, b));
  return {
    points: keys.filter((k, i) => i === 0 || !k.equals(keys[i - 1] as Buffer)),
    excludesMissing: !values.includes(null),
    shown: () => values.map((v) => `[${show(v)}, ${show(v)}]`),
  };
}

function rangeOf(test: Predicate): FieldBounds | undefined {
  if (test.kind === 'regex') return prefixRange(test.pattern);
  if (test.kind !== 'cmp') return undefined;
  const { value, op } = test;
  const rank = rankOf(value);
  if (Array.isArray(value) || rank === RANK.null || rank === RANK.min || rank === RANK.max) return undefined;
  const key = keyOf(value);
  const bracket = { lo: Buffer.from([rank]), hi: Buffer.from([rank + 1]) };
  const range = {
    $gt: { ...bracket, lo: successor(key) ?? key },
    $gte: { ...bracket, lo: key },
    $lt: { ...bracket, hi: key },
    $lte: { ...bracket, hi: successor(key) ?? bracket.hi },
  }[op];
  return { range, excludesMissing: true, shown: () => [showRange(op, value)] };
}

const showRange = (op: string, value: Value): string => {
  const edge = `<${typeName(value)}>`;
  if (op === '$gt' || op === '$gte') return `${op === '$gt' ? '(' : '['}${show(value)}, ${edge}]`;
  return `[${edge}, ${show(value)}${op === '$lt' ? ')' : ']'}`;
};

/** Strings and regex values (a regex matches an equal regex value too) are two ranges; without a prefix none is used. */
function prefixRange({ text, anchored }: TextPattern): FieldBounds | undefined {
  if (!anchored || text === '') return undefined;
  const lo = keyOf(text).subarray(0, -1);
  // Up to the end of the regex values, which a regular expression may equal as well.
  return {
    range: { lo, hi: Buffer.from([RANK.regex + 1]) },
    excludesMissing: true,
    shown: () => [`["${text}", <regex>]`],
  };
}

function intersect(a: FieldBounds, b: FieldBounds): FieldBounds {
  if (!a.range || !b.range) return a;
  const lo = Buffer.compare(a.range.lo, b.range.lo) >= 0 ? a.range.lo : b.range.lo;
  const hi =
    a.range.hi && b.range.hi
      ? Buffer.compare(a.range.hi, b.range.hi) <= 0
        ? a.range.hi
        : b.range.hi
      : (a.range.hi ?? b.range.hi);
  return { range: { lo, hi }, excludesMissing: true, shown: () => [[...a.shown(), ...b.shown()].join(' and ')] };
}

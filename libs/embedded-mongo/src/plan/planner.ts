import { successor } from '../bson/keys.js';
import { isDoc, type Value } from '../bson/values.js';
import { badValue } from '../errors.js';
import { encode } from '../bson/encode.js';
import { isIndexName } from '../query/paths.js';
import type { Filter, Predicate } from '../query/parse.js';
import type { Collection, Index } from '../store/catalog.js';
import type { KeyPattern } from '../store/index-keys.js';
import { conjuncts, fieldBounds, type FieldBounds } from './bounds.js';

/** Keys from `lo` up to, not including, `hi`; `prefix` bytes are the equality part. */
export interface Interval {
  readonly lo: Buffer;
  readonly hi: Buffer;
  readonly prefix: number;
}

export interface IndexPlan {
  readonly kind: 'index';
  readonly index: Index;
  readonly intervals: readonly Interval[];
  readonly reverse: boolean;
  /** Documents come in the order asked for. */
  readonly sorted: boolean;
  /** The intervals must be merged by what follows their prefix to be in order. */
  readonly merge: boolean;
  readonly shown: ReadonlyMap<string, () => string[]>;
}

export type Plan =
  | IndexPlan
  | { readonly kind: 'collection'; readonly reverse: boolean; readonly sorted: boolean }
  | { readonly kind: 'union'; readonly plans: readonly IndexPlan[]; readonly sorted: false };

/** More combinations of `$in` values than this are not expanded. */
const MAX_INTERVALS = 1000;
/** More streams than this are not merged for a sort. */
const MAX_MERGE = 64;
const LOWEST = Buffer.from([0]);
const HIGHEST = Buffer.from([0xff]);

/**
 * Chooses how to read: the index with the longest equality prefix, then a range, then the order asked for.
 * Every document read is tested against the whole filter again, so a plan may read too much but never too little.
 */
export function plan(
  collection: Collection,
  filter: Filter,
  sort: KeyPattern | undefined,
  hint: Value | undefined,
): Plan {
  const natural = naturalHint(hint);
  const scan: Plan = { kind: 'collection', reverse: natural === -1, sorted: sort === undefined };
  if (natural !== 0) return scan;
  const forced = hint === undefined ? undefined : hinted(collection, hint);
  const tests = conjuncts(filter);
  let best: { plan: IndexPlan; score: number } | undefined;
  for (const index of forced ? [forced] : collection.indexes) {
    const candidate = planIndex(index, tests, sort, forced !== undefined);
    if (candidate && (best === undefined || candidate.score > best.score)) best = candidate;
  }
  if (best && (best.plan.shown.size > 0 || forced)) return best.plan;
  return union(collection, filter) ?? best?.plan ?? scan;
}

/** `$or` whose branches all have an index. */
function union(collection: Collection, filter: Filter): Plan | undefined {
  const or =
    filter.kind === 'or' ? filter : filter.kind === 'and' ? filter.filters.find((f) => f.kind === 'or') : undefined;
  if (or?.kind !== 'or') return undefined;
  const plans: IndexPlan[] = [];
  for (const branch of or.filters) {
    const part = plan(collection, branch, undefined, undefined);
    if (part.kind === 'collection') return undefined;
    plans.push(...(part.kind === 'union' ? part.plans : [part]));
  }
  return { kind: 'union', plans, sorted: false };
}

function naturalHint(hint: Value | undefined): number {
  if (!isDoc(hint) || !hint.has('$natural')) return 0;
  return hint.get('$natural') === -1 ? -1 : 1;
}

function hinted(collection: Collection, hint: Value): Index {
  const index = collection.indexes.find((i) =>
    isDoc(hint) ? encode(i.spec.get('key') as never).equals(encode(hint)) : i.name === hint,
  );
  if (index) return index;
  throw badValue(
    'error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index',
  );
}

interface Prefix {
  /** Keys of the equality part. */
  keys: Buffer[];
  /** Positions with one value; with several. */
  single: Set<number>;
  several: Set<number>;
  /** First position after the equality part. */
  next: number;
  range: FieldBounds['range'];
  shown: Map<string, () => string[]>;
  excludesMissing: boolean;
}

function planIndex(
  index: Index,
  tests: ReadonlyMap<string, readonly Predicate[]>,
  sort: KeyPattern | undefined,
  forced: boolean,
) {
  if (index.parts.some((parts) => parts.some(isIndexName))) return undefined;
  const prefix = usablePrefix(index, tests);
  if (index.sparse && !prefix.excludesMissing && !forced) return undefined;
  const order = sort ? indexOrder(index, prefix, sort) : { sorted: true, reverse: false, merge: false };
  const bounded = prefix.next > 0 || prefix.range !== undefined;
  if (!bounded && !forced && !(sort && order.sorted)) return undefined;
  const plan: IndexPlan = { kind: 'index', index, intervals: intervals(index, prefix), ...order, shown: prefix.shown };
  return { plan, score: score(index, prefix, sort !== undefined && order.sorted) };
}

function score(index: Index, prefix: Prefix, sorts: boolean): number {
  const whole = index.unique && prefix.single.size === index.paths.length ? 20 : 0;
  const bounds = prefix.single.size * 10 + prefix.several.size * 9 + (prefix.range ? 5 : 0);
  return whole + bounds + (sorts ? 6 : 0) - index.paths.length / 100;
}

/** Equality fields from the left, then one range; at most one field that goes through arrays, since two may meet different elements. */
function usablePrefix(index: Index, tests: ReadonlyMap<string, readonly Predicate[]>): Prefix {
  const prefix: Prefix = {
    keys: [Buffer.alloc(0)],
    single: new Set(),
    several: new Set(),
    next: 0,
    range: undefined,
    shown: new Map(),
    excludesMissing: false,
  };
  let arrays = 0;
  for (const [i, path] of index.paths.entries()) {
    const multikey = (index.multikey & (1 << i)) !== 0;
    if (multikey && ++arrays > 1) break;
    const bounds = fieldBounds(tests.get(path) ?? [], multikey);
    if (!bounds || (bounds.points && bounds.points.length * prefix.keys.length > MAX_INTERVALS)) break;
    if (index.sparse && !bounds.excludesMissing && index.paths.length === 1) break;
    prefix.shown.set(path, bounds.shown);
    prefix.excludesMissing ||= bounds.excludesMissing;
    if (!bounds.points) {
      prefix.range = bounds.range;
      break;
    }
    extend(prefix, bounds.points, index, i);
  }
  return prefix;
}

function extend(prefix: Prefix, points: readonly Buffer[], index: Index, field: number): void {
  const descending = (index.directions[field] ?? 1) < 0;
  const parts = descending ? points.map(inverted).reverse() : points;
  prefix.keys = prefix.keys.flatMap((key) => parts.map((part) => Buffer.concat([key, part])));
  (points.length === 1 ? prefix.single : prefix.several).add(field);
  prefix.next = field + 1;
}

const inverted = (key: Buffer): Buffer => Buffer.from(key.map((byte) => ~byte & 0xff));

/**
 * The byte ranges to read. A descending field's bytes are inverted, so `lo <= key < hi` turns around: from after all that
 * begins with inverted `hi`, up to and with all that begins with inverted `lo`.
 */
function intervals(index: Index, prefix: Prefix): Interval[] {
  const { range } = prefix;
  const descending = (index.directions[prefix.next] ?? 1) < 0;
  return prefix.keys.map((key) => {
    const after = successor(key) ?? HIGHEST;
    let lo = key.length === 0 ? LOWEST : key;
    let hi = after;
    if (range && descending) {
      if (range.hi) lo = successor(Buffer.concat([key, inverted(range.hi)])) ?? HIGHEST;
      hi = successor(Buffer.concat([key, inverted(range.lo)])) ?? after;
    } else if (range) {
      lo = Buffer.concat([key, range.lo]);
      if (range.hi) hi = Buffer.concat([key, range.hi]);
    }
    return { lo, hi, prefix: key.length };
  });
}

/** Whether reading the index gives the order of `sort`, forwards or backwards, and whether streams must be merged for it. */
function indexOrder(
  index: Index,
  prefix: Prefix,
  sort: KeyPattern,
): { sorted: boolean; reverse: boolean; merge: boolean } {
  const unsorted = { sorted: false, reverse: false, merge: false };
  const fixed = new Set([...prefix.single].map((i) => index.paths[i]));
  const wanted = sort.paths
    .map((path, i) => ({ path, direction: sort.directions[i] ?? 1 }))
    .filter((w) => !fixed.has(w.path));
  const touched = new Set(sort.paths);
  if (index.paths.some((path, i) => touched.has(path) && (index.multikey & (1 << i)) !== 0)) return unsorted;
  if (wanted.length === 0) return { sorted: true, reverse: false, merge: false };
  const start = prefix.several.size > 0 ? Math.min(...prefix.several) : prefix.next;
  const direct = follows(index, start, prefix.single, wanted);
  if (direct !== 0) return { sorted: true, reverse: direct < 0, merge: false };
  const merged =
    prefix.several.size > 0 && prefix.keys.length <= MAX_MERGE ? follows(index, prefix.next, prefix.single, wanted) : 0;
  return merged === 0 ? unsorted : { sorted: true, reverse: merged < 0, merge: true };
}

/** 1 or -1 when the index fields from `start` on are the wanted ones (fields with one value are skipped), else 0. */
function follows(
  index: Index,
  start: number,
  single: ReadonlySet<number>,
  wanted: ReadonlyArray<{ path: string; direction: number }>,
): number {
  let factor = 0;
  let i = start;
  for (const { path, direction } of wanted) {
    while (single.has(i)) i++;
    if (index.paths[i] !== path) return 0;
    const here = (index.directions[i] ?? 1) * direction;
    if (factor !== 0 && here !== factor) return 0;
    factor = here;
    i++;
  }
  return factor;
}

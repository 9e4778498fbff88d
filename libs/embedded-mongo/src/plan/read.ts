import { decode } from '../bson/decode.js';
import type { Doc } from '../bson/values.js';
import { MongoError } from '../errors.js';
import type { Matcher } from '../query/match.js';
import { toBuffer, type Collection } from '../store/catalog.js';
import type { Database } from '../store/database.js';
import type { IndexPlan, Interval, Plan } from './planner.js';

/** A document found: row number, stored bytes, decoded. */
export interface Found {
  readonly r: number;
  readonly bytes: Buffer;
  readonly document: Doc;
}

/** What a read costs, and when it has to stop. */
export interface ReadContext {
  keysExamined: number;
  docsExamined: number;
  /** How many documents are wanted, if the plan gives them in order: the size of the first chunk. */
  expected?: number;
  /** Clock time in ms after which the read fails with 50, undefined for never. */
  readonly deadline: number | undefined;
}

export const readContext = (maxTimeMS = 0): ReadContext => ({
  keysExamined: 0,
  docsExamined: 0,
  deadline: maxTimeMS > 0 ? Date.now() + maxTimeMS : undefined,
});

interface Row {
  readonly k: Buffer;
  readonly r: number;
  readonly d: Buffer;
}

/** Rows are read in chunks and resumed by key, so a scan lives through writes between its chunks (and between getMores). */
const FIRST_CHUNK = 8;
const LARGEST_FIRST_CHUNK = 64;
const MAX_CHUNK = 1000;
const CHUNK_BYTES = 4 * 1024 * 1024;
const HIGHEST = Buffer.from([0xff]);

/** Reads what the plan says and gives the documents that match. */
export function* read(
  db: Database,
  collection: Collection,
  plan: Plan,
  matches: Matcher,
  context: ReadContext,
): Generator<Found> {
  for (const { r, d } of rows(db, collection, plan, context)) {
    context.docsExamined++;
    const document = decode(d);
    if (matches(document)) yield { r, bytes: d, document };
  }
}

function* rows(db: Database, collection: Collection, plan: Plan, context: ReadContext): Generator<Row> {
  if (plan.kind === 'collection') return yield* collectionRows(db, collection, plan.reverse, context);
  const plans = plan.kind === 'union' ? plan.plans : [plan];
  const repeats = plan.kind === 'union' || plan.index.multikey !== 0;
  const seen = new Set<number>();
  for (const part of plans) {
    for (const row of indexRows(db, collection, part, context)) {
      context.keysExamined++;
      if (repeats) {
        if (seen.has(row.r)) continue;
        seen.add(row.r);
      }
      yield row;
    }
  }
}

function* indexRows(db: Database, collection: Collection, plan: IndexPlan, context: ReadContext): Generator<Row> {
  if (plan.merge && plan.intervals.length > 1) return yield* merged(db, collection, plan, context);
  const intervals = plan.reverse ? [...plan.intervals].reverse() : plan.intervals;
  for (const interval of intervals) yield* intervalRows(db, collection, plan, interval, context);
}

/** Streams that are each in order, merged by what follows the equality part of their keys. */
function* merged(db: Database, collection: Collection, plan: IndexPlan, context: ReadContext): Generator<Row> {
  const streams = plan.intervals.map((interval) => ({
    interval,
    rows: intervalRows(db, collection, plan, interval, context),
  }));
  const heads = streams.map((s) => ({ ...s, head: s.rows.next() })).filter((s) => !s.head.done);
  const factor = plan.reverse ? -1 : 1;
  while (heads.length > 0) {
    let best = 0;
    for (let i = 1; i < heads.length; i++) if (factor * compareSuffix(heads[i], heads[best]) < 0) best = i;
    const stream = heads[best];
    if (!stream || stream.head.done) return;
    yield stream.head.value;
    stream.head = stream.rows.next();
    if (stream.head.done) heads.splice(best, 1);
  }
}

interface Head {
  readonly interval: Interval;
  readonly head: IteratorResult<Row>;
}

function compareSuffix(a: Head | undefined, b: Head | undefined): number {
  if (!a || !b || a.head.done || b.head.done) return 0;
  return Buffer.compare(a.head.value.k.subarray(a.interval.prefix), b.head.value.k.subarray(b.interval.prefix));
}

function* intervalRows(
  db: Database,
  collection: Collection,
  plan: IndexPlan,
  { lo, hi }: Interval,
  context: ReadContext,
): Generator<Row> {
  const { index, reverse } = plan;
  const from = index.isId ? `${collection.table} x` : `${index.table} x CROSS JOIN ${collection.table} c ON c.r = x.r`;
  const [k, d] = index.isId ? ['x.id', 'x.d'] : ['x.k', 'c.d'];
  const order = reverse ? `ORDER BY ${k} DESC, x.r DESC LIMIT ?` : `ORDER BY ${k}, x.r LIMIT ?`;
  const select = `SELECT ${k}, x.r, ${d} FROM ${from} WHERE`;
  const next = reverse ? `${k} >= ? AND (${k}, x.r) < (?, ?)` : `(${k}, x.r) > (?, ?) AND ${k} < ?`;
  yield* chunks(collection, context, (last, limit) => {
    if (!last) return db.all(`${select} ${k} >= ? AND ${k} < ? ${order}`, lo, hi, limit);
    if (reverse) return db.all(`${select} ${next} ${order}`, lo, last.k, last.r, limit);
    return db.all(`${select} ${next} ${order}`, last.k, last.r, hi, limit);
  });
}

function* collectionRows(db: Database, collection: Collection, reverse: boolean, context: ReadContext): Generator<Row> {
  const [beyond, order] = reverse ? ['r < ?', 'r DESC'] : ['r > ?', 'r'];
  const sql = `SELECT NULL, r, d FROM ${collection.table} WHERE ${beyond} ORDER BY ${order} LIMIT ?`;
  yield* chunks(collection, context, (last, limit) =>
    db.all(sql, last?.r ?? (reverse ? Number.MAX_SAFE_INTEGER : 0), limit),
  );
}

function* chunks(
  collection: Collection,
  context: ReadContext,
  fetch: (last: Row | undefined, limit: number) => unknown[][],
): Generator<Row> {
  let size = Math.min(context.expected ?? FIRST_CHUNK, LARGEST_FIRST_CHUNK);
  let last: Row | undefined;
  for (;;) {
    if (context.deadline !== undefined && Date.now() > context.deadline)
      throw new MongoError(50, 'operation exceeded time limit');
    if (collection.dropped) throw new MongoError(175, `collection dropped: ${collection.ns}`);
    const fetched = fetch(last, size);
    let bytes = 0;
    for (const [k, r, d] of fetched) {
      last = { k: k ? toBuffer(k) : HIGHEST, r: r as number, d: toBuffer(d) };
      bytes += last.d.length;
      yield last;
    }
    if (fetched.length < size) return;
    size = Math.max(1, Math.min(size * 4, MAX_CHUNK, Math.floor(CHUNK_BYTES / (bytes / fetched.length))));
  }
}

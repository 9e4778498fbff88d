import { decode } from '../bson/decode.js';
import { asInteger, isDoc, Raw, type Doc, type Value } from '../bson/values.js';
import { MongoError } from '../errors.js';
import { plan, type Plan } from '../plan/planner.js';
import { read, readContext, type Found, type ReadContext } from '../plan/read.js';
import { compile } from '../query/match.js';
import { parseFilter, type Filter } from '../query/parse.js';
import { parseProjection, type Projection } from '../query/project.js';
import { parseSort, sortBy, type Sortable } from '../query/sort.js';
import type { Collection } from '../store/catalog.js';
import type { KeyPattern } from '../store/index-keys.js';
import type { Context, ServerState } from './context.js';

/** A read, parsed: what find, count, updates and the head of a pipeline have in common. */
export interface Query {
  readonly filter: Filter;
  readonly sort: KeyPattern | undefined;
  readonly hint: Value | undefined;
  readonly skip: number;
  readonly limit: number;
  readonly projection: Projection | undefined;
}

/** `$natural` as a sort is the same as as a hint. */
export function parseQuery(
  filter: Doc,
  options: { sort?: Value; hint?: Value; skip?: number; limit?: number; projection?: Value } = {},
): Query {
  const natural = isDoc(options.sort) && options.sort.has('$natural') ? options.sort : undefined;
  return {
    filter: parseFilter(filter),
    sort: natural ? undefined : parseSort(options.sort),
    hint: natural ?? (isDoc(options.hint) && options.hint.size === 0 ? undefined : options.hint),
    skip: options.skip ?? 0,
    limit: options.limit || Infinity,
    projection: parseProjection(options.projection),
  };
}

export interface Planned {
  readonly query: Query;
  readonly plan: Plan;
}

export const planQuery = (collection: Collection, query: Query): Planned => ({
  query,
  plan: plan(collection, query.filter, query.sort, query.hint),
});

/** The documents of a query in order, skip and limit applied. */
export function* execute(
  state: ServerState,
  collection: Collection,
  { query, plan }: Planned,
  context: ReadContext,
): Generator<Found> {
  const needed = query.skip + query.limit;
  const sorts = query.sort !== undefined && !plan.sorted;
  if (!sorts && needed !== Infinity) context.expected = needed;
  const found = read(state.database, collection, plan, compile(query.filter), context);
  const ordered = query.sort && sorts ? sorted(found, query.sort, needed, state.sortBytes) : found;
  let at = 0;
  for (const item of ordered) {
    if (at++ < query.skip) continue;
    yield item;
    if (at >= needed) return;
  }
}

/** Only the stored bytes are held while sorting: decoded, a document takes several times the room. */
function* sorted(found: Iterable<Found>, pattern: KeyPattern, keep: number, maxBytes: number): Generator<Found> {
  const held = sortBy(sortables(found), pattern, maxBytes, keep);
  for (const { r, bytes } of held) yield { r, bytes, document: decode(bytes) };
}

function* sortables(found: Iterable<Found>): Generator<Sortable<{ r: number; bytes: Buffer }>> {
  for (const { r, bytes, document } of found) yield { document, held: { r, bytes }, size: bytes.length };
}

/** What find returns: stored bytes as they are, or projected documents. */
export function* results(
  state: ServerState,
  collection: Collection,
  planned: Planned,
  context: ReadContext,
): Generator<Raw | Doc> {
  const { projection } = planned.query;
  for (const { bytes, document } of execute(state, collection, planned, context)) {
    yield projection ? projection(document) : new Raw(bytes);
  }
}

export const contextOf = (ctx: Context): ReadContext => readContext(ctx.count('maxTimeMS'));

/** The query of a find command. */
export function findQuery(ctx: Context): Query {
  const sort = ctx.raw('sort');
  return parseQuery(ctx.document('filter'), {
    ...(sort === undefined ? {} : { sort }),
    ...optional('hint', ctx.raw('hint')),
    ...optional('projection', ctx.raw('projection')),
    skip: ctx.count('skip') ?? 0,
    limit: ctx.count('limit') ?? 0,
  });
}

/** `{[name]: value}`, or nothing when the value is missing. */
export const optional = (
  name: 'hint' | 'projection' | 'sort',
  value: Value | undefined,
): { hint?: Value; projection?: Value; sort?: Value } => (value === undefined ? {} : { [name]: value });

export function find(ctx: Context): Doc {
  const query = findQuery(ctx);
  const collection = ctx.collection();
  const documents = collection ? results(ctx.state, collection, planQuery(collection, query), contextOf(ctx)) : [];
  return ctx.state.cursors.open(ctx.ns, documents, ctx.count('batchSize'), {
    singleBatch: ctx.flag('singleBatch'),
    keepsAlive: ctx.flag('noCursorTimeout'),
  });
}

export function getMore(ctx: Context): Doc {
  const id = ctx.raw('getMore');
  const name = ctx.raw('collection');
  if (typeof id !== 'bigint')
    throw new MongoError(14, "BSON field 'getMore.getMore' is the wrong type, expected type 'long'");
  if (typeof name !== 'string')
    throw new MongoError(14, "BSON field 'getMore.collection' is the wrong type, expected type 'string'");
  return ctx.state.cursors.more(id, `${ctx.db}.${name}`, ctx.count('batchSize'));
}

export function killCursors(ctx: Context): Doc {
  const killed: Value[] = [];
  const notFound: Value[] = [];
  for (const id of ctx.list('cursors')) {
    (typeof id === 'bigint' && ctx.state.cursors.kill(id) ? killed : notFound).push(id);
  }
  return new Map<string, Value>([
    ['cursorsKilled', killed],
    ['cursorsNotFound', notFound],
    ['cursorsAlive', []],
    ['cursorsUnknown', []],
  ]);
}

export function countQuery(ctx: Context): Query {
  const limit = asInteger(ctx.raw('limit')) ?? 0;
  return parseQuery(ctx.document('query'), {
    ...optional('hint', ctx.raw('hint')),
    skip: ctx.count('skip') ?? 0,
    limit: Math.abs(limit),
  });
}

export function count(ctx: Context): Doc {
  const query = countQuery(ctx);
  const collection = ctx.collection();
  let n = 0;
  if (collection) {
    const all = query.filter.kind === 'and' && query.filter.filters.length === 0;
    if (all) n = Math.max(0, Math.min(countAll(ctx.state, collection) - query.skip, query.limit));
    else for (const _ of execute(ctx.state, collection, planQuery(collection, query), contextOf(ctx))) n++;
  }
  return new Map([['n', n]]);
}

export const countAll = (state: ServerState, collection: Collection): number =>
  state.database.get(`SELECT count(*) FROM ${collection.table}`)?.[0] as number;

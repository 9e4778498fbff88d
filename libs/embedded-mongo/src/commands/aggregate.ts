import { parsePipeline, type Stage } from '../aggregate/stages.js';
import { asInteger, isDoc, type Doc, type Value } from '../bson/values.js';
import { MongoError } from '../errors.js';
import type { Found } from '../plan/read.js';
import type { Context } from './context.js';
import { contextOf, execute, optional, parseQuery, planQuery, results, type Planned, type Query } from './find.js';

/** A pipeline split into what the planner does (`$match $sort $skip $limit` at its head) and the stages after that. */
export interface Pipeline {
  readonly query: Query;
  readonly stages: readonly Stage[];
}

export function parseAggregate(ctx: Context): Pipeline {
  const all = parsePipeline(ctx.list('pipeline'));
  const filters: Value[] = [];
  let at = 0;
  while (all[at]?.name === '$match') filters.push(all[at++]?.argument ?? null);
  const filter =
    filters.length === 1 && isDoc(filters[0])
      ? filters[0]
      : filters.length > 0
        ? new Map([['$and', filters as Value]])
        : new Map();
  const sort = all[at]?.name === '$sort' ? all[at++]?.argument : undefined;
  const skip = all[at]?.name === '$skip' ? asInteger(all[at++]?.argument) : undefined;
  const limit = all[at]?.name === '$limit' ? asInteger(all[at++]?.argument) : undefined;
  const query = parseQuery(filter, {
    ...optional('sort', sort),
    ...optional('hint', ctx.raw('hint')),
    skip: skip ?? 0,
    limit: limit ?? 0,
  });
  return { query, stages: all.slice(at) };
}

export function aggregate(ctx: Context): Doc {
  if (typeof ctx.raw('aggregate') !== 'string') {
    parsePipeline(ctx.list('pipeline'));
    throw new MongoError(73, "{aggregate: 1} is not valid for '$match'; a collection is required.");
  }
  const { query, stages } = parseAggregate(ctx);
  const options = ctx.raw('cursor');
  if (!isDoc(options))
    throw new MongoError(9, "The 'cursor' option is required, except for aggregate with the explain argument");
  const collection = ctx.collection();
  const batchSize = asInteger(options.get('batchSize'));
  if (!collection) return ctx.state.cursors.open(ctx.ns, runStages(ctx, [], stages), batchSize);
  const planned: Planned = planQuery(collection, query);
  const context = contextOf(ctx);
  const output =
    stages.length === 0
      ? results(ctx.state, collection, planned, context)
      : runStages(ctx, documents(execute(ctx.state, collection, planned, context)), stages);
  return ctx.state.cursors.open(ctx.ns, output, batchSize);
}

function* documents(found: Iterable<Found>): Generator<Doc> {
  for (const { document } of found) yield document;
}

/** The stages one after another, each pulling from the one before. */
function runStages(ctx: Context, input: Iterable<Doc>, stages: readonly Stage[]): Iterable<Doc> {
  const { sortBytes } = ctx.state;
  return stages.reduce<Iterable<Doc>>((documents, stage) => stage.run(documents, sortBytes), input);
}

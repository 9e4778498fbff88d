import { decode } from '../bson/decode.js';
import { Raw, type Doc, type Value } from '../bson/values.js';
import { failedToParse } from '../errors.js';
import type { Found } from '../plan/read.js';
import type { Collection } from '../store/catalog.js';
import { parseUpdate, type Update } from '../update/parse.js';
import type { Context } from './context.js';
import { contextOf, execute, optional, parseQuery, planQuery, type Query } from './find.js';
import { insertUpsert, updateRow } from './write.js';

export function findAndModifyQuery(ctx: Context): Query {
  return parseQuery(ctx.document('query'), {
    ...optional('sort', ctx.raw('sort')),
    ...optional('hint', ctx.raw('hint')),
    ...optional('projection', ctx.raw('fields')),
    limit: 1,
  });
}

export function findAndModify(ctx: Context): Doc {
  const removes = ctx.flag('remove');
  const change = ctx.raw('update');
  if (removes && change !== undefined) throw failedToParse('Cannot specify both an update and remove=true');
  if (removes && ctx.flag('upsert')) throw failedToParse('Cannot specify both upsert=true and remove=true');
  if (removes && ctx.flag('new'))
    throw failedToParse("Cannot specify both new=true and remove=true; 'remove' always returns the deleted document");
  if (!removes && change === undefined) throw failedToParse('Either an update or remove=true must be specified');
  const query = findAndModifyQuery(ctx);
  const update = removes ? undefined : parseUpdate(change);
  const collection = ctx.collection();
  const found = collection
    ? [...execute(ctx.state, collection, planQuery(collection, query), contextOf(ctx))][0]
    : undefined;
  if (collection && found)
    return update ? modify(ctx, collection, found, query, update) : removeFound(ctx, collection, found, query);
  return update && ctx.flag('upsert')
    ? upsert(ctx, query, update)
    : answer(0, removes ? undefined : false, undefined, null);
}

function modify(ctx: Context, collection: Collection, found: Found, query: Query, update: Update): Doc {
  const { before, after } = updateRow(ctx, collection, found.r, update);
  return answer(1, true, undefined, shown(ctx.flag('new') ? after : before, query));
}

function removeFound(ctx: Context, collection: Collection, found: Found, query: Query): Doc {
  ctx.state.documents.remove(collection, found.r, found.document);
  return answer(1, undefined, undefined, shown(found.bytes, query));
}

function upsert(ctx: Context, query: Query, update: Update): Doc {
  const made = insertUpsert(ctx, update, query);
  const value = ctx.flag('new') ? (query.projection?.(made) ?? made) : null;
  return answer(1, false, made.get('_id'), value);
}

const shown = (bytes: Buffer, query: Query): Value =>
  query.projection ? query.projection(decode(bytes)) : new Raw(bytes);

function answer(n: number, updatedExisting: boolean | undefined, upserted: Value | undefined, value: Value): Doc {
  const last: Doc = new Map([['n', n]]);
  if (updatedExisting !== undefined) last.set('updatedExisting', updatedExisting);
  if (upserted !== undefined) last.set('upserted', upserted);
  return new Map<string, Value>([
    ['lastErrorObject', last],
    ['value', value],
  ]);
}

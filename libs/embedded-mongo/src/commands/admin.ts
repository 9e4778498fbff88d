import { asInteger, doc, type Doc, type Value } from '../bson/values.js';
import { MongoError } from '../errors.js';
import { compile } from '../query/match.js';
import { parseFilter } from '../query/parse.js';
import type { Collection } from '../store/catalog.js';
import { MAX_MESSAGE_BYTES } from '../wire.js';
import { checkDatabase, type Context } from './context.js';
import { countAll } from './find.js';
import { MAX_DOCUMENT_BYTES, MAX_WRITE_BATCH } from './write.js';

/** What this server answers as: the protocol of MongoDB 7.0, a standalone (no retryable writes, no transactions). */
const VERSION = '7.0.0';
const WIRE_VERSION = 21;
let connections = 0;

export function hello(ctx: Context): Doc {
  return new Map<string, Value>([
    ['helloOk', true],
    [ctx.name === 'hello' ? 'isWritablePrimary' : 'ismaster', true],
    ['maxBsonObjectSize', MAX_DOCUMENT_BYTES],
    ['maxMessageSizeBytes', MAX_MESSAGE_BYTES],
    ['maxWriteBatchSize', MAX_WRITE_BATCH],
    ['localTime', new Date()],
    ['logicalSessionTimeoutMinutes', 30],
    ['connectionId', ++connections],
    ['minWireVersion', 0],
    ['maxWireVersion', WIRE_VERSION],
    ['readOnly', false],
  ]);
}

export const nothing = (): Doc => new Map();

export const buildInfo = (): Doc =>
  new Map<string, Value>([
    ['version', VERSION],
    ['versionArray', [7, 0, 0, 0]],
    ['gitVersion', 'beseda-embedded'],
    ['modules', []],
    ['bits', 64],
    ['debug', false],
    ['maxBsonObjectSize', MAX_DOCUMENT_BYTES],
  ]);

export function serverStatus(ctx: Context): Doc {
  const uptime = (ctx.state.now() - ctx.state.startedAt) / 1000;
  return new Map<string, Value>([
    ['host', 'localhost'],
    ['version', VERSION],
    ['process', 'beseda-embedded-mongo'],
    ['uptime', Math.floor(uptime)],
    ['localTime', new Date()],
    ['storageEngine', doc({ name: 'sqlite' })],
  ]);
}

export function listDatabases(ctx: Context): Doc {
  const matches = compile(parseFilter(ctx.document('filter')));
  const names = ctx.flag('nameOnly');
  const databases: Doc[] = [];
  let total = 0;
  for (const name of ctx.state.catalog.databases()) {
    const size = ctx.state.catalog.collections(name).reduce((sum, c) => sum + dataSize(ctx, c), 0);
    total += size;
    const entry = doc({ name, sizeOnDisk: size, empty: false });
    if (matches(entry)) databases.push(names ? doc({ name }) : entry);
  }
  return new Map<string, Value>([['databases', databases], ...(names ? [] : ([['totalSize', total]] as const))]);
}

function dataSize(ctx: Context, collection: Collection): number {
  return (ctx.state.database.get(`SELECT total(length(d)) FROM ${collection.table}`)?.[0] as number) | 0;
}

export function listCollections(ctx: Context): Doc {
  const matches = compile(parseFilter(ctx.document('filter')));
  const all = ctx.state.catalog.collections(ctx.db).map((c) =>
    doc({
      name: c.name,
      type: 'collection',
      options: new Map(),
      info: doc({ readOnly: false }),
      idIndex: c.indexes[0]?.spec ?? null,
    }),
  );
  const shown = all
    .filter(matches)
    .map((c) => (ctx.flag('nameOnly') ? doc({ name: c.get('name') ?? null, type: 'collection' }) : c));
  return ctx.state.cursors.open(
    `${ctx.db}.$cmd.listCollections`,
    shown,
    asInteger(ctx.document('cursor').get('batchSize')),
  );
}

export function create(ctx: Context): Doc {
  checkDatabase(ctx.db);
  if (ctx.collection()) throw new MongoError(48, `Collection ${ctx.ns} already exists.`);
  ctx.ensureCollection();
  return new Map();
}

export function drop(ctx: Context): Doc {
  const collection = ctx.collection();
  // Since 7.0 dropping what is not there is no error.
  if (!collection) return new Map();
  const indexes = collection.indexes.length;
  ctx.state.catalog.drop(collection);
  return new Map<string, Value>([
    ['nIndexesWas', indexes],
    ['ns', collection.ns],
  ]);
}

export function dropDatabase(ctx: Context): Doc {
  const collections = ctx.state.catalog.collections(ctx.db);
  for (const collection of collections) ctx.state.catalog.drop(collection);
  return collections.length > 0 ? doc({ dropped: ctx.db }) : new Map();
}

export function collStats(ctx: Context): Doc {
  const collection = ctx.collection();
  const count = collection ? countAll(ctx.state, collection) : 0;
  const size = collection ? dataSize(ctx, collection) : 0;
  const indexes = collection?.indexes ?? [];
  return new Map<string, Value>([
    ['ns', ctx.ns],
    ['count', count],
    ['size', size],
    ...(count > 0 ? ([['avgObjSize', Math.floor(size / count)]] as const) : []),
    ['storageSize', size],
    ['capped', false],
    ['nindexes', indexes.length],
    ['totalIndexSize', 0],
    ['indexSizes', new Map(indexes.map((i) => [i.name, 0]))],
    ['scaleFactor', 1],
  ]);
}

export function dbStats(ctx: Context): Doc {
  const collections = ctx.state.catalog.collections(ctx.db);
  const objects = collections.reduce((n, c) => n + countAll(ctx.state, c), 0);
  const size = collections.reduce((n, c) => n + dataSize(ctx, c), 0);
  const indexes = collections.reduce((n, c) => n + c.indexes.length, 0);
  return doc({
    db: ctx.db,
    collections: collections.length,
    views: 0,
    objects,
    dataSize: size,
    storageSize: size,
    indexes,
    indexSize: 0,
    scaleFactor: 1,
  });
}

export const authenticate = (): Doc => {
  throw new MongoError(18, 'Authentication failed.');
};

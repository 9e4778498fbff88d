import { asInteger, doc, type Doc, type Value } from '../bson/values.js';
import { MongoError } from '../errors.js';
import { compile } from '../query/match.js';
import { parseFilter } from '../query/parse.js';
import { MAX_MESSAGE_BYTES } from '../wire.js';
import { checkDatabase, type Context } from './context.js';
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

/** Whether the server can work. @throws MongoError or SQLite's error when it could not write and still cannot */
export function ping({ state }: Context): Doc {
  state.database.assertWritable();
  return new Map();
}

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

export const authenticate = (): Doc => {
  throw new MongoError(18, 'Authentication failed.');
};

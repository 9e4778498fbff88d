import { encode } from '../bson/encode.js';
import { asInteger, isDoc, isNumeric, toNumber, truthy, type Doc, type Value } from '../bson/values.js';
import { isAnswer, MongoError, notImplemented } from '../errors.js';
import { show } from '../store/duplicate-key.js';
import { writtenIndexes, type Collection, type Index } from '../store/catalog.js';
import type { Context } from './context.js';
import { IndexBuild } from './index-build.js';

const ACCEPTED = new Set(['v', 'key', 'name', 'unique', 'sparse', 'expireAfterSeconds', 'background', 'ns']);
/** Options MongoDB has for kinds of index that are not here. */
const REFUSED = new Set([
  'partialFilterExpression', 'collation', 'weights', 'default_language', 'language_override', 'textIndexVersion', '2dsphereIndexVersion',
  'bits', 'min', 'max', 'bucketSize', 'storageEngine', 'wildcardProjection', 'hidden', 'prepareUnique', 'clustered',
]); // prettier-ignore
/** MongoDB's limits. */
const MAX_INDEXES = 64;
const MAX_FIELDS = 32;
const MAX_TTL_SECONDS = 2_147_483_647;

/** At once when one slice is enough; else the answer comes when the last slice is stored. One build per collection at a time. */
export function createIndexes(ctx: Context): Doc | Promise<Doc> {
  const { builds, database } = ctx.state;
  const specs = ctx.list('indexes').map(parseSpec);
  if (specs.length === 0) throw new MongoError(2, 'Must specify at least one index to create');
  const running = builds.get(ctx.ns);
  if (running)
    return running.then(() => {
      if (database.closed) throw new MongoError(11600, 'the server stops');
      return database.atomically(() => createIndexes(ctx), isAnswer);
    });
  const existed = ctx.collection() !== undefined;
  const collection = ctx.ensureCollection();
  // Left when a full disk did not even let a failed build be taken back.
  for (const index of collection.building) ctx.state.catalog.dropIndex(collection, index);
  const before = collection.indexes.length;
  const wanted = specs.filter((spec) => !sameAsExisting(collection, spec));
  if (before + wanted.length > MAX_INDEXES)
    throw new MongoError(67, `add index fails, too many indexes for ${collection.ns}`);
  const answer = new Map<string, Value>([
    ['numIndexesBefore', before],
    ['numIndexesAfter', before + wanted.length],
    ['createdCollectionAutomatically', !existed],
    ...(wanted.length === 0 ? ([['note', 'all indexes already exist']] as const) : []),
  ]);
  const work = wanted.length > 0 ? build(ctx, collection, wanted) : undefined;
  return work ? work.then(() => answer) : answer;
}

/** Nothing when the first slice was the last. Of several indexes none stays when one cannot be made. */
function build(ctx: Context, collection: Collection, specs: readonly Doc[]): Promise<void> | undefined {
  const { builds } = ctx.state;
  const started = new IndexBuild(ctx.state, collection, specs);
  try {
    if (started.slice()) return undefined;
  } catch (error) {
    // A refused key is an answer, and the command's other writes stay; anything else takes the whole command back.
    if (isAnswer(error)) started.drop();
    throw error;
  }
  const work = started.rest();
  const done = (): boolean => builds.delete(collection.ns);
  builds.set(collection.ns, work.then(done, done));
  return work;
}

/** Checks an index specification and gives it as listIndexes shows it. */
function parseSpec(value: Value): Doc {
  if (!isDoc(value)) throw new MongoError(14, "The elements of the 'indexes' array must be objects");
  const key = value.get('key');
  if (!isDoc(key)) throw new MongoError(9, "The 'key' field is a required property of an index specification");
  checkKey(key);
  for (const option of value.keys()) {
    if (REFUSED.has(option)) throw new MongoError(67, `${notImplemented(`the index option '${option}'`).message}`);
    if (!ACCEPTED.has(option))
      throw new MongoError(
        197,
        `The field '${option}' is not valid for an index specification. Specification: ${show(value)}`,
      );
  }
  const name = value.get('name');
  if (typeof name !== 'string' || name === '')
    throw new MongoError(9, "The 'name' field is a required property of an index specification");
  const spec: Doc = new Map<string, Value>([
    ['v', 2],
    ['key', key],
    ['name', name],
  ]);
  for (const flag of ['unique', 'sparse']) if (truthy(value.get(flag))) spec.set(flag, true);
  const ttl = value.get('expireAfterSeconds');
  if (ttl !== undefined) spec.set('expireAfterSeconds', checkTtl(ttl, key));
  return spec;
}

function checkKey(key: Doc): void {
  if (key.size === 0) throw new MongoError(67, 'Index keys cannot be an empty object');
  if (key.size > MAX_FIELDS) throw new MongoError(13103, `too many compound keys`);
  for (const [path, direction] of key) {
    if (typeof direction === 'string') {
      throw new MongoError(
        67,
        direction === ''
          ? 'Values in the index key pattern cannot be empty strings'
          : `Unknown or unsupported index plugin '${direction}': only ascending and descending indexes are implemented by the embedded MongoDB server`,
      );
    }
    if (!isNumeric(direction))
      throw new MongoError(
        67,
        `Values in v:2 index key pattern cannot be of type ${typeof direction}. Only numbers > 0, numbers < 0, and strings are allowed.`,
      );
    if (toNumber(direction) === 0 || Number.isNaN(toNumber(direction)))
      throw new MongoError(67, 'Values in the index key pattern cannot be 0.');
    if (path.split('.').some((part) => part === ''))
      throw new MongoError(67, 'Index keys cannot contain an empty field.');
    if (path.includes('$'))
      throw new MongoError(67, `Index key contains an illegal field name: field name starts with '$': ${path}`);
  }
}

function checkTtl(value: Value, key: Doc): Value {
  const seconds = isNumeric(value) ? toNumber(value) : NaN;
  if (!(seconds >= 0 && seconds <= MAX_TTL_SECONDS))
    throw new MongoError(
      67,
      `TTL index 'expireAfterSeconds' option must be within an acceptable range, try a different number than ${show(value)}`,
    );
  if (key.size > 1)
    throw new MongoError(67, 'TTL indexes are single-field indexes, compound indexes do not support TTL.');
  if (key.has('_id'))
    throw new MongoError(67, "The field 'expireAfterSeconds' is not valid for an _id index specification.");
  return asInteger(value) ?? Math.floor(seconds);
}

/** Key, `unique` and `sparse` tell indexes apart (since MongoDB 5.0); the same again under the same name is no error. */
function sameAsExisting(collection: Collection, spec: Doc): boolean {
  const key = spec.get('key') as Doc;
  if (key.size === 1 && key.has('_id')) return true;
  for (const { spec: other } of collection.indexes) {
    const same = signature(other).equals(signature(spec));
    const sameName = other.get('name') === spec.get('name');
    const sameTtl = other.get('expireAfterSeconds') === spec.get('expireAfterSeconds');
    if (same && sameName && sameTtl) return true;
    const pair = `Requested index: ${show(spec)}, existing index: ${show(other)}`;
    if (same && sameTtl)
      throw new MongoError(85, `Index already exists with a different name: ${String(other.get('name'))}`);
    if (same) throw new MongoError(85, `An equivalent index already exists with different options. ${pair}`);
    if (sameName) {
      throw new MongoError(
        86,
        `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. ${pair}`,
      );
    }
  }
  return false;
}

const signature = (spec: Doc): Buffer =>
  encode(
    new Map([['key', spec.get('key') ?? null], ...['unique', 'sparse'].map((o) => [o, spec.get(o) ?? false] as const)]),
  );

export function listIndexes(ctx: Context): Doc {
  const collection = ctx.collection();
  if (!collection) throw new MongoError(26, `ns does not exist: ${ctx.ns}`);
  const batchSize = asInteger(ctx.document('cursor').get('batchSize'));
  return ctx.state.cursors.open(
    collection.ns,
    collection.indexes.map((i) => i.spec),
    batchSize,
  );
}

export function dropIndexes(ctx: Context): Doc {
  const collection = ctx.collection();
  if (!collection) throw new MongoError(26, `ns not found ${ctx.ns}`);
  const before = collection.indexes.length;
  const wanted = ctx.raw('index');
  const list =
    wanted === '*'
      ? writtenIndexes(collection).filter((i) => !i.isId)
      : (Array.isArray(wanted) ? wanted : [wanted]).map((w) => named(collection, w));
  for (const index of list) {
    if (index.isId) throw new MongoError(72, 'cannot drop _id index');
    ctx.state.catalog.dropIndex(collection, index);
  }
  return new Map([['nIndexesWas', before]]);
}

function named(collection: Collection, wanted: Value | undefined): Index {
  if (isDoc(wanted)) {
    const index = writtenIndexes(collection).find((i) => encode(i.spec.get('key') as Doc).equals(encode(wanted)));
    if (index) return index;
    throw new MongoError(27, `can't find index with key: ${show(wanted)}`);
  }
  const index = writtenIndexes(collection).find((i) => i.name === wanted);
  if (index) return index;
  throw new MongoError(27, `index not found with name [${String(wanted)}]`);
}

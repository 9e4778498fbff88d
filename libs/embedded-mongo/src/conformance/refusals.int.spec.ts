import { beforeAll, describe, expect, it } from '@jest/globals';
import { Long } from 'bson';
import { codeOf, mongo, REAL_SERVER, type Db } from './fixture.js';

type Row = readonly [what: string, command: Record<string, unknown>, code: number];

const find = (filter: object, more: object = {}): Record<string, unknown> => ({ find: 'c', filter, ...more });
const pipeline = (...stages: object[]): Record<string, unknown> => ({ aggregate: 'c', pipeline: stages, cursor: {} });
const update = (u: object, more: object = {}): Record<string, unknown> => ({
  update: 'c',
  updates: [{ q: {}, u, ...more }],
});
const index = (key: object, more: object = {}): Record<string, unknown> => ({
  createIndexes: 'c',
  indexes: [{ key, name: 'i', ...more }],
});

/** Wrong anywhere: every MongoDB answers these with the same codes. */
const WRONG: readonly Row[] = [
  ['an unknown command', { frobnicate: 1 }, 59],
  ['an unknown field of find', find({}, { frobnicate: 1 }), 40415],
  ['a field of the wrong type', { find: 'c', filter: 'x' }, 14],
  ['an unknown operator', find({ a: { $frob: 1 } }), 2],
  ['an unknown top-level operator', find({ $frob: 1 }), 2],
  ['a field among operators', find({ a: { $gt: 1, b: 2 } }), 2],
  ['$in without a list', find({ a: { $in: 1 } }), 2],
  ['an empty $or', find({ $or: [] }), 2],
  ['$not of a value', find({ a: { $not: 1 } }), 2],
  ['$text without a text index', find({ $text: { $search: 'x' } }), 27],
  ['$near without an index', find({ a: { $near: [1, 1] } }), 291],
  ['a negative skip', find({}, { skip: -1 }), 51024],
  ['a sort that is no direction', find({}, { sort: { a: 2 } }), 15975],
  ['a hint that is no index', find({}, { hint: 'nope' }), 2],
  ['mixed projection', find({}, { projection: { a: 1, b: 0 } }), 31254],
  ['an unknown stage', pipeline({ $frob: 1 }), 40324],
  ['a stage with two names', pipeline({ $match: {}, $sort: { a: 1 } }), 40323],
  ['$limit of 0', pipeline({ $limit: 0 }), 15958],
  ['$group without _id', pipeline({ $group: { n: { $sum: 1 } } }), 15955],
  ['an unknown accumulator', pipeline({ $group: { _id: null, n: { $frob: 1 } } }), 15952],
  ['an unknown expression', pipeline({ $group: { _id: { $frob: 1 } } }), 168],
  ['$unwind without $', pipeline({ $unwind: 'a' }), 28818],
  ['$count with a bad name', pipeline({ $count: '$n' }), 40158],
  ['an empty $project', pipeline({ $project: {} }), 51272],
  ['aggregate without cursor', { aggregate: 'c', pipeline: [] }, 9],
  ['getMore on an unknown cursor', { getMore: Long.fromNumber(77), collection: 'c' }, 43],
  ['an unknown update operator', update({ $frob: { a: 1 } }), 9],
  ['a replacement of many', update({ a: 1 }, { multi: true }), 9],
  ['$push with an unknown clause', update({ $push: { a: { $each: [], $frob: 1 } } }), 2],
  ['an unknown field of a statement', update({ $set: { a: 1 } }, { frobnicate: 1 }), 40415],
  ['findAndModify without a change', { findAndModify: 'c', query: {} }, 9],
  ['no documents to insert', { insert: 'c', documents: [] }, 16],
  ['an array as _id', { insert: 'c', documents: [{ _id: [1] }] }, 53],
  ['an empty collection name', { find: '' }, 73],
  ['listIndexes of nothing', { listIndexes: 'nothing' }, 26],
  ['dropIndexes of an unknown name', { dropIndexes: 'c', index: 'nope' }, 27],
  ['dropIndexes of _id_', { dropIndexes: 'c', index: '_id_' }, 72],
  ['an index of kind 0', index({ a: 0 }), 67],
  ['an index of an unknown kind', index({ a: 'frob' }), 67],
  ['an unknown index option', index({ a: 1 }, { frobnicate: 1 }), 197],
  ['an empty index key', index({}), 67],
  ['TTL over two fields', index({ a: 1, b: 1 }, { expireAfterSeconds: 5 }), 67],
];

/** What MongoDB can do (or a replica set, or one of its versions can) and this server refuses. */
const NOT_HERE: readonly Row[] = [
  ['$where', find({ $where: 'true' }), 2],
  ['$expr', find({ $expr: { $gt: ['$a', 1] } }), 224],
  ['$jsonSchema', find({ $jsonSchema: {} }), 224],
  ['$geoWithin', find({ a: { $geoWithin: { $box: [] } } }), 224],
  ...['$nor', '$comment'].map((op): Row => [op, find({ [op]: [{ a: 1 }] }), 224]),
  ...['$all', '$size', '$type', '$mod', '$bitsAllSet', '$bitsAllClear', '$bitsAnySet', '$bitsAnyClear'].map(
    (op): Row => [op, find({ a: { [op]: [1, 1] } }), 224],
  ),
  ...['b$', 'a.c', 'a|b', '[ab]', 'a?', 'a{2}', '(', '(?i)a', '\\d', '\\bA', '\\Qa.b\\E', '\\x41', '^^'].map(
    (pattern): Row => [`the regular expression ${pattern}`, find({ a: { $regex: pattern } }), 224],
  ),
  ['a regular expression with flags', find({ a: /a/i }), 224],
  ['$options', find({ a: { $regex: 'a', $options: 'i' } }), 224],
  ['a regular expression in $in', find({ a: { $in: [/a+/] } }), 224],
  ['a regular expression in $not', find({ a: { $not: /a+/ } }), 224],
  ['a regular expression in $pull', update({ $pull: { l: /a+/ } }), 224],
  ['the projection $slice', find({}, { projection: { l: { $slice: 1 } } }), 238],
  ['the projection $elemMatch', find({}, { projection: { l: { $elemMatch: { k: 1 } } } }), 238],
  ['the positional projection', find({ l: 1 }, { projection: { 'l.$': 1 } }), 238],
  ...['$push', '$addToSet', '$count', '$stdDevPop', '$mergeObjects', '$topN'].map((name): Row => [
    `the accumulator ${name}`,
    pipeline({ $group: { _id: null, n: { [name]: {} } } }),
    238,
  ]),
  ['a variable', pipeline({ $group: { _id: '$$ROOT' } }), 238],
  ['an array as an expression', pipeline({ $group: { _id: ['$a', 1] } }), 238],
  ['$literal', pipeline({ $group: { _id: { $literal: 1 } } }), 168],
  ['$unwind with the index', pipeline({ $unwind: { path: '$a', includeArrayIndex: 'i' } }), 238],
  ['$unwind keeping empty ones', pipeline({ $unwind: { path: '$a', preserveNullAndEmptyArrays: true } }), 238],
  ['distinct', { distinct: 'c', key: 'a' }, 59],
  ['$mul', update({ $mul: { a: 2 } }), 238],
  ['$rename', update({ $rename: { a: 'b' } }), 238],
  ['$bit', update({ $bit: { a: { and: 1 } } }), 238],
  ['$currentDate', update({ $currentDate: { d: true } }), 238],
  ['$pop', update({ $pop: { a: 1 } }), 238],
  ['$pullAll', update({ $pullAll: { a: [1] } }), 238],
  ['$push with $sort', update({ $push: { l: { $each: [1], $sort: 1 } } }), 238],
  ['$push with $position', update({ $push: { l: { $each: [1], $position: 0 } } }), 238],
  ['the positional $', update({ $set: { 'l.$.k': 1 } }), 238],
  ['the positional $[]', update({ $set: { 'l.$[]': 1 } }), 238],
  ['the positional $[name]', update({ $set: { 'l.$[x]': 1 } }), 238],
  ['array filters', update({ $set: { 'l.$[x]': 1 } }, { arrayFilters: [{ x: 1 }] }), 238],
  [
    'array filters of findAndModify',
    { findAndModify: 'c', query: {}, update: { $set: { b: 1 } }, arrayFilters: [{ x: 1 }] },
    238,
  ],
  ['sort in an update (before 8.0 nobody has it)', update({ $set: { a: 1 } }, { sort: { a: 1 } }), 40415],
  ['collation', find({}, { collation: { locale: 'en' } }), 238],
  ['collation of an update', update({ $set: { a: 1 } }, { collation: { locale: 'en' } }), 238],
  ['let', find({}, { let: { a: 1 } }), 238],
  ['tailable cursors', find({}, { tailable: true }), 238],
  ['min and max', find({}, { min: { a: 1 } }), 238],
  ['returnKey', find({}, { returnKey: true }), 238],
  ['showRecordId', find({}, { showRecordId: true }), 238],
  ['sort by score', find({}, { sort: { s: { $meta: 'textScore' } } }), 238],
  ['a computed projection', find({}, { projection: { b: '$a' } }), 238],
  ['a computed $project', pipeline({ $project: { b: { $add: [1, 2] } } }), 238],
  ...[
    '$lookup',
    '$addFields',
    '$set',
    '$facet',
    '$bucket',
    '$sample',
    '$merge',
    '$out',
    '$unionWith',
    '$graphLookup',
    '$setWindowFields',
    '$replaceRoot',
    '$redact',
    '$geoNear',
  ].map((stage): Row => [stage, pipeline({ [stage]: {} }), 40324]),
  ['change streams', pipeline({ $changeStream: {} }), 40573],
  ['an expression in $group', pipeline({ $group: { _id: { $toLower: '$a' } } }), 168],
  ['$function', pipeline({ $group: { _id: { $function: { body: '', args: [], lang: 'js' } } } }), 168],
  ['an update pipeline', update([{ $set: { a: 1 } }]), 238],
  ['a text index', index({ a: 'text' }), 67],
  ['a geo index', index({ a: '2dsphere' }), 67],
  ['a hashed index', index({ a: 'hashed' }), 67],
  ['a wildcard index', index({ '$**': 1 }), 67],
  ['a partial index', index({ a: 1 }, { partialFilterExpression: { a: 1 } }), 67],
  ['an index with collation', index({ a: 1 }, { collation: { locale: 'en' } }), 67],
  ['a hidden index', index({ a: 1 }, { hidden: true }), 67],
  ['a capped collection', { create: 'x', capped: true, size: 5 }, 238],
  ['a view', { create: 'x', viewOn: 'c', pipeline: [{ $match: { a: 1 } }] }, 238],
  ['a time series', { create: 'x', timeseries: { timeField: 't' } }, 238],
  ['a validator', { create: 'x', validator: { a: 1 } }, 238],
  ['renameCollection', { renameCollection: 'a.b', to: 'a.c' }, 59],
  ['mapReduce', { mapReduce: 'c' }, 59],
  ['collMod', { collMod: 'c' }, 59],
  ['collStats', { collStats: 'c' }, 59],
  ['dbStats', { dbStats: 1 }, 59],
  ['listDatabases', { listDatabases: 1 }, 59],
  ['serverStatus', { serverStatus: 1 }, 59],
  ['a transaction', find({}, { startTransaction: true, autocommit: false, txnNumber: Long.fromNumber(1) }), 20],
  ['an unknown read concern', find({}, { readConcern: { level: 'frob' } }), 2],
  ['create of what exists (since 7.0 no error when the options are equal)', { create: 'c' }, 48],
  ['a collection name with $', { insert: 'a$b', documents: [{}] }, 73],
  ['snapshot reads', find({}, { readConcern: { level: 'snapshot' } }), 123],
  ['the Stable API', { ping: 1, apiVersion: '1' }, 40415],
  ['logging in', { saslStart: 1, mechanism: 'SCRAM-SHA-256', payload: '' }, 18],
];

describe('refusals', () => {
  const fixture = mongo();
  let db: Db;
  beforeAll(async () => {
    db = fixture.db();
    await db.collection('c').insertMany([{ a: 1 }, { a: 2 }]);
  });

  /** The code of the command, or of its first write error. */
  const refusal = (command: Record<string, unknown>): Promise<number | undefined> =>
    codeOf(
      db.command(command).then((answer) => {
        const [first] = (answer['writeErrors'] ?? []) as Array<{ code: number }>;
        if (first) throw Object.assign(new Error('write error'), { code: first.code });
      }),
    );

  it.each(WRONG)('%s', async (_, command, code) => {
    expect(await refusal(command)).toBe(code);
    expect(await db.collection('c').countDocuments({})).toBe(2);
  });

  (REAL_SERVER ? describe.skip : describe)('of the embedded server', () => {
    it.each(NOT_HERE)('%s', async (_, command, code) => {
      expect(await refusal(command)).toBe(code);
      expect((await db.listCollections().toArray()).map((c) => c.name)).toEqual(['c']);
      expect((await db.collection('c').indexes()).map((i) => i.name)).toEqual(['_id_']);
    });

    it('transactions and watch() through the driver', async () => {
      const session = fixture.client().startSession();
      session.startTransaction();
      await expect(db.collection('c').insertOne({}, { session })).rejects.toThrow(
        /does not support retryable writes|Transaction numbers/,
      );
      await session.endSession();
      await expect(db.collection('c').watch().next()).rejects.toMatchObject({ code: 40573 });
    });

    it('a write concern it cannot keep', async () => {
      const answer = await db
        .command({ update: 'c', updates: [{ q: { a: 1 }, u: { $set: { b: 1 } } }], writeConcern: { w: 2 } })
        .catch((e: unknown) => e);
      expect(JSON.stringify(answer)).toContain("cannot use 'w' > 1 when a host is not replicated");
    });
  });

  it('switched-off features may stand', async () => {
    const options = {
      collation: { locale: 'simple' },
      tailable: false,
      returnKey: false,
      let: {},
      comment: 'why',
      allowDiskUse: true,
      maxTimeMS: 5000,
    };
    expect(await refusal(find({}, options))).toBeUndefined();
  });
});

import { beforeAll, describe, expect, it } from '@jest/globals';
import { Binary, Double, Int32, Long, ObjectId } from 'bson';
import { mongo, type Collection } from './fixture.js';

type Fields = Record<string, unknown>;
interface Case {
  readonly does: string;
  readonly before: Fields;
  readonly filter?: Fields;
  readonly update: Fields;
  readonly arrayFilters?: Fields[];
  /** The document after, without `_id`. */
  readonly after?: Fields;
  readonly code?: number;
}

const items = [{ k: 'a', v: 1 }, { k: 'b', v: 2 }, { k: 'a', v: 3 }]; // prettier-ignore
const blob = (byte: number): Binary => new Binary(Buffer.alloc(3, byte));
const oid = new ObjectId('65a000000000000000000002');

const CASES: readonly Case[] = [
  {
    does: '$set of a nested path',
    before: {},
    update: { $set: { 'a.b.c': 1, z: 2 } },
    after: { a: { b: { c: 1 } }, z: 2 },
  },
  {
    does: '$set by array position past the end',
    before: { a: [1] },
    update: { $set: { 'a.3': 4 } },
    after: { a: [1, null, null, 4] },
  },
  { does: '$set through a scalar', before: { a: 5 }, update: { $set: { 'a.b': 1 } }, code: 28 },
  { does: '$set of a name into an array', before: { a: [] }, update: { $set: { 'a.x': 1 } }, code: 28 },
  { does: '$set of a changed Binary', before: { a: blob(1) }, update: { $set: { a: blob(2) } }, after: { a: blob(2) } },
  {
    does: '$set of a reordered sub-document',
    before: { a: { x: 1, y: 2 } },
    update: { $set: { a: { y: 2, x: 1 } } },
    after: { a: { y: 2, x: 1 } },
  },
  {
    does: '$unset of field and element',
    before: { a: 1, b: [1, 2], c: 3 },
    update: { $unset: { a: '', 'b.0': '', 'x.y': '' } },
    after: { b: [null, 2], c: 3 },
  },
  {
    does: '$inc keeps int32, makes int64 on overflow',
    before: { a: 1, b: 2147483647 },
    update: { $inc: { a: 1, b: 1, c: 5 } },
    after: { a: 2, b: 2147483648, c: 5 },
  },
  {
    does: '$inc of Long and double',
    before: { a: Long.fromNumber(7), b: 1 },
    update: { $inc: { a: 1, b: 0.5 } },
    after: { a: 8, b: 1.5 },
  },
  { does: '$inc on text', before: { a: 'x' }, update: { $inc: { a: 1 } }, code: 14 },
  { does: '$inc on null', before: { a: null }, update: { $inc: { a: 1 } }, code: 14 },
  { does: '$inc by text', before: { a: 1 }, update: { $inc: { a: 'x' } }, code: 14 },
  { does: '$mul, missing is 0', before: { a: 3 }, update: { $mul: { a: 2, b: 5 } }, after: { a: 6, b: 0 } },
  {
    does: '$min and $max',
    before: { a: 5, b: 5, d: new Date(5) },
    update: { $min: { a: 3, b: 9 }, $max: { c: 1, d: new Date(9) } },
    after: { a: 3, b: 5, d: new Date(9), c: 1 },
  },
  {
    does: '$rename',
    before: { a: 1, b: { c: 2 } },
    update: { $rename: { a: 'x.y', 'b.c': 'd' } },
    after: { b: {}, x: { y: 1 }, d: 2 },
  },
  { does: '$bit', before: { a: 13 }, update: { $bit: { a: { and: 10 }, b: { or: 4 } } }, after: { a: 8, b: 4 } },
  { does: '$push', before: { a: [1] }, update: { $push: { a: 2, b: [3] } }, after: { a: [1, 2], b: [[3]] } },
  { does: '$push on a scalar', before: { a: 1 }, update: { $push: { a: 2 } }, code: 2 },
  {
    does: '$push each + position + sort + slice on a missing field',
    before: {},
    update: {
      $push: {
        a: {
          $each: [
            { n: 3, m: 1 },
            { n: 1, m: 2 },
            { n: 3, m: 0 },
          ],
          $sort: { n: -1, m: 1 },
          $slice: 2,
          $position: 0,
        },
      },
    },
    after: {
      a: [
        { n: 3, m: 0 },
        { n: 3, m: 1 },
      ],
    },
  },
  {
    does: '$push with negative slice and position',
    before: { a: [1, 2, 3] },
    update: { $push: { a: { $each: [9], $position: -1, $slice: -3 } } },
    after: { a: [2, 9, 3] },
  },
  {
    does: '$push sorts whole values down',
    before: { a: [2, 'x'] },
    update: { $push: { a: { $each: [5], $sort: -1 } } },
    after: { a: ['x', 5, 2] },
  },
  {
    does: '$push with an unknown clause',
    before: { a: [] },
    update: { $push: { a: { $each: [], $foo: 1 } } },
    code: 2,
  },
  {
    does: '$addToSet with an array that has duplicates',
    before: { a: [1, 1] },
    update: { $addToSet: { a: 2 } },
    after: { a: [1, 1, 2] },
  },
  {
    does: '$addToSet with $each',
    before: { a: [{ x: 1 }] },
    update: { $addToSet: { a: { $each: [{ x: 1 }, { x: 2 }, { x: 2 }] } } },
    after: { a: [{ x: 1 }, { x: 2 }] },
  },
  { does: '$addToSet on a scalar', before: { a: 1 }, update: { $addToSet: { a: 2 } }, code: 2 },
  { does: '$pull of a value', before: { a: [1, 2, 1] }, update: { $pull: { a: 1 } }, after: { a: [2] } },
  { does: '$pull of an ObjectId', before: { a: [oid, 1] }, update: { $pull: { a: oid } }, after: { a: [1] } },
  { does: '$pull by condition', before: { a: [1, 5, 9] }, update: { $pull: { a: { $gte: 5 } } }, after: { a: [1] } },
  {
    does: '$pull by sub-document condition',
    before: { items },
    update: { $pull: { items: { k: 'a', v: { $lte: 1 } } } },
    after: { items: items.slice(1) },
  },
  { does: '$pull of what is not there', before: { a: 1 }, update: { $pull: { b: 1 } }, after: { a: 1 } },
  { does: '$pullAll', before: { a: [1, 2, 3, 1] }, update: { $pullAll: { a: [1, 3] } }, after: { a: [2] } },
  {
    does: '$pop at both ends',
    before: { a: [1, 2, 3], b: [1, 2] },
    update: { $pop: { a: 1, b: -1, c: 1 } },
    after: { a: [1, 2], b: [2] },
  },
  { does: '$pop on a scalar', before: { a: 1 }, update: { $pop: { a: 1 } }, code: 14 },
  {
    does: '$setOnInsert on an existing document',
    before: { a: 1 },
    update: { $setOnInsert: { a: 9 }, $set: { b: 1 } },
    after: { a: 1, b: 1 },
  },
  {
    does: 'two positional fields in one $set',
    before: { items },
    filter: { 'items.k': 'b' },
    update: { $set: { 'items.$.v': 20, 'items.$.w': 1 } },
    after: { items: [items[0], { k: 'b', v: 20, w: 1 }, items[2]] },
  },
  {
    does: 'positional whose update ends the match',
    before: { items },
    filter: { 'items.k': 'b' },
    update: { $set: { 'items.$.k': 'z', 'items.$.v': 9 } },
    after: { items: [items[0], { k: 'z', v: 9 }, items[2]] },
  },
  {
    does: 'positional with $elemMatch',
    before: { items },
    filter: { items: { $elemMatch: { k: 'a', v: { $gt: 1 } } } },
    update: { $set: { 'items.$.v': 0 } },
    after: { items: [items[0], items[1], { k: 'a', v: 0 }] },
  },
  {
    does: 'positional with a condition inside $and',
    before: { items, x: 1 },
    filter: { $and: [{ 'items.k': 'b' }, { x: 1 }] },
    update: { $inc: { 'items.$.v': 5 } },
    after: { items: [items[0], { k: 'b', v: 7 }, items[2]], x: 1 },
  },
  {
    does: 'nested positional',
    before: { z: { list: [{ a: 1 }, { a: 2 }] } },
    filter: { 'z.list.a': 2 },
    update: { $set: { 'z.list.$.a': 3 } },
    after: { z: { list: [{ a: 1 }, { a: 3 }] } },
  },
  { does: 'positional without a match', before: { items }, update: { $set: { 'items.$.v': 1 } }, code: 2 },
  { does: '$[]', before: { a: [1, 2] }, update: { $inc: { 'a.$[]': 10 } }, after: { a: [11, 12] } },
  { does: '$[] on nothing', before: {}, update: { $inc: { 'a.$[]': 10 } }, code: 2 },
  {
    does: '$[x] with arrayFilters',
    before: { items },
    update: { $set: { 'items.$[x].v': 0, 'items.$[x].w': 1 } },
    arrayFilters: [{ 'x.k': 'a', 'x.v': { $gt: 1 } }],
    after: { items: [items[0], items[1], { k: 'a', v: 0, w: 1 }] },
  },
  {
    does: '$[x] with $or',
    before: { a: [1, 5, 9] },
    update: { $set: { 'a.$[x]': 0 } },
    arrayFilters: [{ $or: [{ x: 1 }, { x: { $gt: 8 } }] }],
    after: { a: [0, 5, 0] },
  },
  {
    does: 'two array filters',
    before: {
      a: [
        { n: 1, l: [1, 2] },
        { n: 2, l: [1, 2] },
      ],
    },
    update: { $set: { 'a.$[i].l.$[j]': 0 } },
    arrayFilters: [{ 'i.n': 2 }, { j: 1 }],
    after: {
      a: [
        { n: 1, l: [1, 2] },
        { n: 2, l: [0, 2] },
      ],
    },
  },
  {
    does: 'an array filter that is not used',
    before: { a: [] },
    update: { $set: { b: 1 } },
    arrayFilters: [{ x: 1 }],
    code: 9,
  },
  { does: 'a missing array filter', before: { a: [] }, update: { $set: { 'a.$[x]': 1 } }, code: 2 },
  { does: 'two operators on one path', before: { a: 1 }, update: { $set: { a: 1 }, $inc: { a: 1 } }, code: 40 },
  { does: 'a path and one below it', before: {}, update: { $set: { a: {}, 'a.b': 1 } }, code: 40 },
  { does: '_id changed', before: {}, update: { $set: { _id: 'other' } }, code: 66 },
  { does: '_id replaced', before: {}, update: { _id: 'other' }, code: 66 },
  { does: 'an empty path part', before: {}, update: { $set: { 'a..b': 1 } }, code: 56 },
  { does: 'an unknown operator', before: {}, update: { $foo: { a: 1 } }, code: 9 },
  { does: 'an operator without an object', before: {}, update: { $set: 5 }, code: 9 },
];

describe('updates', () => {
  const fixture = mongo();
  let c: Collection;
  beforeAll(() => {
    c = fixture.collection();
  });

  /** Straight as a command: the driver itself would refuse some of the wrong ones. */
  const run = async (q: Fields, { update, arrayFilters }: Case): Promise<Record<string, never>> =>
    (await fixture.db().command({
      update: c.collectionName,
      updates: [{ q, u: update, ...(arrayFilters && { arrayFilters }) }],
    })) as never;

  it.each(CASES.map((x, i) => ({ ...x, i })))('$does', async ({ i, ...item }) => {
    const _id = `u${i}` as never;
    await c.insertOne({ _id, ...item.before });
    const result = (await run({ _id, ...item.filter }, item)) as unknown as {
      n: number;
      nModified: number;
      writeErrors?: Array<{ code: number }>;
    };
    const stored = await c.findOne({ _id });
    if (item.code === undefined) {
      expect(result.writeErrors).toBeUndefined();
      expect(result).toMatchObject({ n: 1 });
      expect(JSON.stringify(stored)).toBe(JSON.stringify({ _id, ...item.after }));
    } else {
      expect(result.writeErrors?.[0]?.code).toBe(item.code);
      expect(stored).toEqual({ _id, ...item.before });
    }
  });

  it('counts what really changed', async () => {
    const docs = fixture.collection();
    await docs.insertMany([{ a: 1 }, { a: 2 }, { a: 2 }]);
    expect(await docs.updateMany({}, { $set: { a: 2 } })).toMatchObject({
      matchedCount: 3,
      modifiedCount: 1,
      upsertedCount: 0,
    });
    expect(await docs.updateOne({ a: 2 }, { $max: { a: 1 } })).toMatchObject({ matchedCount: 1, modifiedCount: 0 });
  });

  it('does not share values between the documents of one updateMany', async () => {
    const docs = fixture.collection();
    await docs.insertMany([{ n: 1 }, { n: 2 }]);
    await docs.updateMany({}, { $set: { list: [{ x: 1 }] } });
    await docs
      .updateOne({ n: 1 }, { $push: { list: { x: 2 } } as never, $set: { 'list.0.x': 9 } as never })
      .catch(() => undefined);
    await docs.updateOne({ n: 1 }, { $set: { 'list.0.x': 9 } });
    expect(await docs.findOne({ n: 2 })).toMatchObject({ list: [{ x: 1 }] });
  });

  it('visits a document once whose index key moves', async () => {
    const docs = fixture.collection();
    await docs.createIndex({ n: 1 });
    await docs.insertMany(Array.from({ length: 300 }, (_, n) => ({ n })));
    expect(await docs.updateMany({ n: { $gte: 0 } }, { $inc: { n: 1000 } })).toMatchObject({
      matchedCount: 300,
      modifiedCount: 300,
    });
    expect(await docs.countDocuments({ n: { $gte: 1000, $lt: 1300 } })).toBe(300);
  });

  it('keeps the BSON types of numbers it does not touch', async () => {
    const docs = fixture.collection();
    await docs.insertOne({ _id: 1 as never, d: new Double(5), l: Long.fromNumber(5), i: new Int32(5) });
    await docs.updateOne({ _id: 1 as never }, { $set: { x: 1 } });
    const [stored] = await docs.find({}, { promoteValues: false }).toArray();
    expect(stored?.['d']).toMatchObject({ _bsontype: 'Double' });
    expect(stored?.['l']).toMatchObject({ _bsontype: 'Long' });
    expect(stored?.['i']).toMatchObject({ _bsontype: 'Int32' });
  });

  it('replaces a document and keeps its _id', async () => {
    const docs = fixture.collection();
    await docs.insertOne({ _id: 1 as never, a: 1 });
    await docs.replaceOne({ a: 1 }, { b: 2 });
    expect(await docs.findOne({})).toEqual({ _id: 1, b: 2 });
  });
});

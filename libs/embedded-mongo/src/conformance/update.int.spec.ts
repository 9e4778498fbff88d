import { beforeAll, describe, expect, it } from '@jest/globals';
import { Binary, Double, Int32, Long, ObjectId } from 'bson';
import { mongo, type Collection } from './fixture.js';

type Fields = Record<string, unknown>;
interface Case {
  readonly does: string;
  readonly before: Fields;
  readonly update: Fields;
  /** The document after, without `_id`. */
  readonly after?: Fields;
  readonly code?: number;
}

const items = [{ k: 'a', v: 1 }, { k: 'b', v: 2 }, { k: 'a', v: 3 }]; // prettier-ignore
const blob = (byte: number): Binary => new Binary(Buffer.alloc(3, byte));
const oid = new ObjectId('65a000000000000000000002');

const CASES: readonly Case[] = [
  {
    does: 'new fields in the order of their names',
    before: { m: 1 },
    update: { $set: { z: 1, a: 2 }, $inc: { k: 3 } },
    after: { m: 1, a: 2, k: 3, z: 1 },
  },
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
  {
    does: '$min and $max',
    before: { a: 5, b: 5, d: new Date(5) },
    update: { $min: { a: 3, b: 9 }, $max: { c: 1, d: new Date(9) } },
    after: { a: 3, b: 5, d: new Date(9), c: 1 },
  },
  { does: '$push', before: { a: [1] }, update: { $push: { a: 2, b: [3] } }, after: { a: [1, 2], b: [[3]] } },
  { does: '$push on a scalar', before: { a: 1 }, update: { $push: { a: 2 } }, code: 2 },
  {
    does: '$push keeps the last ones, the first ones or none',
    before: { a: [1, 2], b: [1, 2], d: [1] },
    update: {
      $push: {
        a: { $each: [3, 4], $slice: -3 },
        b: { $each: [3], $slice: 2 },
        c: { $each: [1, 2, 3], $slice: -2 },
        d: { $each: [], $slice: 0 },
      },
    },
    after: { a: [2, 3, 4], b: [1, 2], d: [], c: [2, 3] },
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
  {
    does: '$pull by condition looks into an element that is an array',
    before: { a: [[1, 5], [1, 2], 7, []] },
    update: { $pull: { a: { $gte: 5 } } },
    after: { a: [[1, 2], []] },
  },
  {
    does: '$pull by $elemMatch and $ne on arrays in an array',
    before: { a: [[1, 5], [2], 2], b: [[1, 2], [3], 2, 3] },
    update: { $pull: { a: { $elemMatch: { $gt: 4 } }, b: { $ne: 2 } } },
    after: { a: [[2], 2], b: [[1, 2], 2] },
  },
  {
    does: '$pull of an array, and of documents only',
    before: { a: [[1, 2], [1], 1], b: [[{ k: 1 }], { k: 1 }, { k: 2 }] },
    update: { $pull: { a: [1, 2], b: { k: 1 } } },
    after: { a: [[1], 1], b: [[{ k: 1 }], { k: 2 }] },
  },
  {
    does: '$pull by $or of documents',
    before: { a: [{ k: 1 }, { k: 2 }, { v: 3 }, 1] },
    update: { $pull: { a: { $or: [{ k: 1 }, { v: 3 }] } } },
    after: { a: [{ k: 2 }, 1] },
  },
  { does: '$pull through a scalar', before: { a: 5 }, update: { $pull: { 'a.b': 1 } }, code: 28 },
  { does: '$pull below what is not there', before: { a: {} }, update: { $pull: { 'a.b.c': 1 } }, after: { a: {} } },
  { does: '$pull of what is not there', before: { a: 1 }, update: { $pull: { b: 1 } }, after: { a: 1 } },
  {
    does: '$setOnInsert on an existing document',
    before: { a: 1 },
    update: { $setOnInsert: { a: 9 }, $set: { b: 1 } },
    after: { a: 1, b: 1 },
  },
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
  const run = async (_id: unknown, { update }: Case): Promise<Record<string, never>> =>
    (await fixture.db().command({ update: c.collectionName, updates: [{ q: { _id }, u: update }] })) as never;

  it.each(CASES.map((x, i) => ({ ...x, i })))('$does', async ({ i, ...item }) => {
    const _id = `u${i}` as never;
    await c.insertOne({ _id, ...item.before });
    const result = (await run(_id, item)) as unknown as {
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

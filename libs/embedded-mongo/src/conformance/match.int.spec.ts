import { beforeAll, describe, expect, it } from '@jest/globals';
import { Binary, Decimal128, Double, Long, ObjectId, Timestamp } from 'bson';
import { mongo, type Collection } from './fixture.js';

const OID = new ObjectId('65a000000000000000000001');

/** Documents by name; every case says which of them match. */
const DOCUMENTS: Record<string, Record<string, unknown>> = {
  none: {},
  null: { a: null },
  one: { a: 1 },
  two: { a: 2 },
  long5: { a: Long.fromNumber(5) },
  double5: { a: new Double(5) },
  big: { a: Long.fromString('9007199254740993') },
  nan: { a: NaN },
  text: { a: 'abc' },
  zeroText: { a: 'a\0b' },
  upper: { a: 'ABC' },
  yes: { a: true },
  date: { a: new Date(1000) },
  oid: { a: OID },
  bin: { a: new Binary(Buffer.from([0xff, 0xfe])) },
  bin4: { a: new Binary(Buffer.alloc(16, 1), 4) },
  stamp: { a: new Timestamp({ t: 1, i: 1 }) },
  empty: { a: [] },
  list: { a: [1, 2, 3] },
  nested: { a: [[1, 2], 7] },
  nulls: { a: [null] },
  xy: { a: { x: 1, y: 2 } },
  yx: { a: { y: 2, x: 1 } },
  subs: { a: [{ b: 1 }, { b: 2, c: 3 }, {}] },
  subsB: {
    a: [
      { b: 1, c: 9 },
      { b: 5, c: 3 },
    ],
  },
  subNull: { a: { b: null } },
};

type Case = readonly [filter: Record<string, unknown>, matches: string];

const CASES: readonly Case[] = [
  [{ a: null }, 'none null nulls'],
  [
    { a: { $ne: null } },
    'one two long5 double5 big nan text zeroText upper yes date oid bin bin4 stamp empty list nested xy yx subs subsB subNull',
  ],
  [{ a: { $in: [null, 2] } }, 'none null nulls two list'],
  [
    { a: { $nin: [null, 1, 2] } },
    'long5 double5 big nan text zeroText upper yes date oid bin bin4 stamp empty nested xy yx subs subsB subNull',
  ],
  [{ a: { $exists: false } }, 'none'],
  [{ a: { $gte: null } }, 'none null nulls'],
  [{ a: { $gt: null } }, ''],
  [{ 'a.b': null, a: { $elemMatch: { $exists: true } } }, 'subs'],
  [{ 'a.b': { $exists: true } }, 'subs subsB subNull'],
  [{ 'a.b': { $exists: false }, a: { $elemMatch: { $exists: true } } }, 'list nested nulls'],
  [{ 'a.b': { $ne: null }, a: { $elemMatch: { $exists: true } } }, 'list nested nulls subsB'],
  [{ a: 1 }, 'one list'],
  [{ a: [1, 2] }, 'nested'],
  [{ a: [1, 2, 3] }, 'list'],
  [{ a: [] }, 'empty'],
  [{ a: 5 }, 'long5 double5'],
  [{ a: Long.fromString('9007199254740993') }, 'big'],
  [{ a: 9007199254740992 }, ''],
  [{ a: { $gt: 9007199254740992 } }, 'big'],
  [{ a: NaN }, 'nan'],
  [{ a: { $lt: 2 } }, 'one list'],
  [{ a: { $gt: 2, $lt: 2 } }, 'list'],
  [{ a: { $elemMatch: { $gt: 2, $lt: 2 } } }, ''],
  [{ a: { $elemMatch: { $gte: 2, $lt: 3 } } }, 'list'],
  [{ a: { $gt: 'a' } }, 'text zeroText'],
  [{ a: { $lt: 'a\0c' } }, 'zeroText upper'],
  [{ a: { $gte: true } }, 'yes'],
  [{ a: { $lte: new Date(1000) } }, 'date'],
  [{ a: { $gte: OID } }, 'oid'],
  [{ a: { $lt: OID } }, ''],
  [{ a: new Binary(Buffer.from([0xff, 0xfe])) }, 'bin'],
  [{ a: new Binary(Buffer.from([0xff, 0xfd])) }, ''],
  [{ a: new Binary(Buffer.from([0xff, 0xfe]), 5) }, ''],
  [{ a: { x: 1, y: 2 } }, 'xy'],
  [{ 'a.x': 1 }, 'xy yx'],
  [{ a: { $elemMatch: { b: 1, c: 9 } } }, 'subsB'],
  [{ 'a.b': 1, 'a.c': 3 }, 'subs subsB'],
  [{ a: { $elemMatch: { b: 1, c: 3 } } }, ''],
  [{ a: { $elemMatch: { $or: [{ b: 5 }, { c: 9 }] } } }, 'subsB'],
  [{ 'a.0': 1 }, 'list'],
  [{ 'a.0': [1, 2] }, 'nested'],
  [{ 'a.0.1': 2 }, 'nested'],
  [{ 'a.1': { $exists: true } }, 'list nested subs subsB'],
  [{ 'a.1.b': 5 }, 'subsB'],
  [{ a: /^ab/ }, 'text'],
  [{ a: { $regex: 'B' } }, 'upper'],
  [{ a: { $regex: '^\\.' } }, ''],
  [{ a: { $in: [/^A/, 2] } }, 'two upper list'],
  [
    { a: { $not: /b/ } },
    'none null one two long5 double5 big nan upper yes date oid bin bin4 stamp empty list nested nulls xy yx subs subsB subNull',
  ],
  [
    { a: { $not: { $gt: 0 } } },
    'none null nan text zeroText upper yes date oid bin bin4 stamp empty nulls xy yx subs subsB subNull',
  ],
  [{ $or: [{ a: 2 }, { a: 'abc' }] }, 'two text list'],
  [{ a: { $elemMatch: { $not: { $gt: 1 } } } }, 'list nested nulls subs subsB'],
  [{ $and: [{ a: { $gt: 0 } }, { a: { $lt: 2 } }] }, 'one list'],
  [{ a: { $in: [] } }, ''],
  [{ a: new Timestamp({ t: 1, i: 1 }) }, 'stamp'],
  [{ a: Decimal128.fromString('5') }, 'long5 double5'],
];

describe('filters', () => {
  const fixture = mongo();
  let plain: Collection;
  let indexed: Collection;
  beforeAll(async () => {
    const documents = Object.entries(DOCUMENTS).map(([_id, fields]) => ({ _id: _id as never, ...fields }));
    [plain, indexed] = [fixture.collection(), fixture.collection()];
    await indexed.createIndex({ a: 1 });
    await indexed.createIndex({ 'a.b': -1 });
    for (const c of [plain, indexed]) await c.insertMany(documents);
  });

  it.each(CASES)('%j', async (filter, matches) => {
    const wanted = matches
      .split(' ')
      .filter((id) => id !== '')
      .sort();
    for (const c of [plain, indexed]) {
      const found = await c.find(filter, { projection: { _id: 1 } }).toArray();
      expect(found.map((d) => String(d._id)).sort()).toEqual(wanted);
      expect(await c.countDocuments(filter)).toBe(wanted.length);
    }
  });
});

import { beforeAll, describe, expect, it } from '@jest/globals';
import { Double, Long, ObjectId } from 'bson';
import { codeOf, mongo, type Collection } from './fixture.js';

const DOCUMENT = {
  _id: 1,
  z: 'last',
  a: 1,
  sub: { x: 1, y: { d: 2, e: 3 } },
  list: [1, 2, 3, 4],
  items: [{ k: 'a', v: 1, w: [1] }, { k: 'b', v: 2 }, { k: 'b', v: 3 }], // prettier-ignore
};

type Case = readonly [projection: Record<string, unknown>, after: Record<string, unknown>];

const PROJECTIONS: readonly Case[] = [
  [{ a: 1 }, { _id: 1, a: 1 }],
  [
    { a: 1, z: 1 },
    { _id: 1, z: 'last', a: 1 },
  ],
  [{ _id: 0, a: true }, { a: 1 }],
  [{ _id: 1 }, { _id: 1 }],
  [{ _id: 0, items: 0, list: 0, z: 0, sub: 0 }, { a: 1 }],
  [{ 'sub.y.d': 1 }, { _id: 1, sub: { y: { d: 2 } } }],
  [
    { 'sub.y.d': 0, items: 0, list: 0 },
    { _id: 1, z: 'last', a: 1, sub: { x: 1, y: { e: 3 } } },
  ],
  [{ sub: { x: 1 } }, { _id: 1, sub: { x: 1 } }],
  [{ 'items.k': 1 }, { _id: 1, items: [{ k: 'a' }, { k: 'b' }, { k: 'b' }] }],
  [{ 'list.x': 1 }, { _id: 1, list: [] }],
  [{ 'a.x': 1 }, { _id: 1 }],
];

describe('projections', () => {
  const fixture = mongo();
  let c: Collection;
  beforeAll(async () => {
    c = fixture.collection();
    await c.insertOne(DOCUMENT as never);
  });

  it.each(PROJECTIONS)('%j', async (projection, after) => {
    const found = await c.find({}, { projection }).toArray();
    expect(JSON.stringify(found)).toBe(JSON.stringify([after]));
    expect(await c.findOne({})).toEqual(DOCUMENT);
  });

  it('refuse what contradicts itself', async () => {
    const code = (projection: object): Promise<number | undefined> => codeOf(c.find({}, { projection }).toArray());
    expect(await code({ a: 1, b: 0 })).toBe(31254);
    expect(await code({ a: 0, b: 1 })).toBe(31253);
    expect(await code({ sub: 1, 'sub.x': 1 })).toBe(31250);
  });
});

describe('aggregation', () => {
  const fixture = mongo();
  let c: Collection;
  const documents = [
    { _id: 1, g: 'a', n: 1, tags: ['x', 'y'] },
    { _id: 2, g: 'a', n: new Double(2.5), tags: [] },
    { _id: 3, g: 'b', n: Long.fromNumber(7), tags: ['x'] },
    { _id: 4, n: 'text', tags: null },
    { _id: 5, g: null },
  ];
  beforeAll(async () => {
    c = fixture.collection();
    await c.insertMany(documents as never[]);
  });

  type Pipeline = Array<Record<string, unknown>>;
  const CASES: ReadonlyArray<readonly [name: string, pipeline: Pipeline, result: unknown[]]> = [
    [
      '$match $sort $skip $limit',
      [
        { $match: { _id: { $gt: 1 } } },
        { $sort: { _id: -1 } },
        { $skip: 1 },
        { $limit: 2 },
        { $project: { n: 0, tags: 0 } },
      ],
      [{ _id: 4 }, { _id: 3, g: 'b' }],
    ],
    [
      '$limit before $match',
      [{ $sort: { _id: 1 } }, { $limit: 2 }, { $match: { _id: { $gt: 1 } } }, { $project: { _id: 1 } }],
      [{ _id: 2 }],
    ],
    [
      '$skip after $limit',
      [{ $sort: { _id: 1 } }, { $limit: 3 }, { $skip: 2 }, { $project: { _id: 1 } }],
      [{ _id: 3 }],
    ],
    [
      '$group with missing and null keys as one',
      [{ $group: { _id: '$g', n: { $sum: 1 } } }, { $sort: { _id: 1 } }],
      [
        { _id: null, n: 2 },
        { _id: 'a', n: 2 },
        { _id: 'b', n: 1 },
      ],
    ],
    [
      'accumulators over mixed numbers',
      [
        {
          $group: {
            _id: null,
            sum: { $sum: '$n' },
            avg: { $avg: '$n' },
            min: { $min: '$n' },
            max: { $max: '$n' },
            c: { $sum: 1 },
          },
        },
      ],
      [{ _id: null, sum: 10.5, avg: 3.5, min: 1, max: 'text', c: 5 }],
    ],
    [
      '$first and $last',
      [{ $sort: { _id: 1 } }, { $group: { _id: null, f: { $first: '$g' }, l: { $last: '$g' } } }],
      [{ _id: null, f: 'a', l: null }],
    ],
    [
      'a compound key',
      [{ $match: { g: 'a' } }, { $group: { _id: { g: '$g', x: '$nothing' }, n: { $sum: 2 } } }],
      [{ _id: { g: 'a' }, n: 4 }],
    ],
    [
      '$unwind',
      [{ $unwind: '$tags' }, { $sort: { _id: 1, tags: 1 } }, { $project: { tags: 1 } }],
      [
        { _id: 1, tags: 'x' },
        { _id: 1, tags: 'y' },
        { _id: 3, tags: 'x' },
      ],
    ],
    [
      '$unwind then $group',
      [{ $unwind: '$tags' }, { $group: { _id: '$tags', n: { $sum: 1 } } }, { $sort: { n: -1 } }],
      [
        { _id: 'x', n: 2 },
        { _id: 'y', n: 1 },
      ],
    ],
    ['$count', [{ $match: { g: 'a' } }, { $count: 'n' }], [{ n: 2 }]],
    ['$count of nothing', [{ $match: { g: 'zz' } }, { $count: 'n' }], []],
    ['$group of nothing', [{ $match: { g: 'zz' } }, { $group: { _id: null, n: { $sum: 1 } } }], []],
    ['two matches', [{ $match: { g: 'a' } }, { $match: { n: { $gt: 2 } } }, { $project: { _id: 1 } }], [{ _id: 2 }]],
  ];

  it.each(CASES)('%s', async (_, pipeline, result) => {
    const before = await c.find().toArray();
    expect(await c.aggregate(pipeline).toArray()).toEqual(result);
    expect(await c.find().toArray()).toEqual(before);
  });

  it('keeps what only looks like an expression', async () => {
    const docs = fixture.collection();
    await docs.insertOne({ a: '$b', b: 'secret' });
    expect(await docs.aggregate([{ $group: { _id: '$a', l: { $max: '$a' } } }]).toArray()).toEqual([
      { _id: '$b', l: '$b' },
    ]);
    expect(await docs.countDocuments({ a: '$b' })).toBe(1);
  });

  it('counts', async () => {
    expect(await c.countDocuments({ g: 'a' }, { skip: 1 })).toBe(1);
    expect(await c.countDocuments({}, { limit: 3 })).toBe(3);
    expect(await c.estimatedDocumentCount()).toBe(5);
  });
});

describe('databases and collections', () => {
  const fixture = mongo();
  it('are listed, made and dropped', async () => {
    const db = fixture.db();
    await db.createCollection('made');
    await db.collection('written').insertOne({});
    expect((await db.listCollections({}, { nameOnly: true }).toArray()).map((c) => c.name).sort()).toEqual([
      'made',
      'written',
    ]);
    expect(await db.listCollections({ name: 'made' }).toArray()).toMatchObject([
      { name: 'made', type: 'collection', idIndex: { name: '_id_' } },
    ]);
    await db.collection('made').drop();
    await db.dropDatabase();
    expect(await db.listCollections().toArray()).toEqual([]);
    expect(await db.collection('written').findOne({ _id: new ObjectId() })).toBeNull();
  });
});

import { beforeAll, describe, expect, it } from '@jest/globals';
import { Binary, BSONRegExp, Double, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import { mongo, type Collection } from './fixture.js';

/** MongoDB's comparison order, one name per rank; names that share a line are equal and keep the order of insertion. */
const ASCENDING: ReadonlyArray<readonly [name: string, value: unknown]> = [
  ['min', new MinKey()],
  ['emptyArray', []],
  ['null', null],
  ['nan', NaN],
  ['-infinity', -Infinity],
  ['-5', -5],
  ['-0.5', -0.5],
  ['0', 0],
  ['0.5', 0.5],
  ['5', 5],
  ['2^53', new Double(9007199254740992)],
  ['2^53+1', Long.fromString('9007199254740993')],
  ['2^53+2', new Double(9007199254740994)],
  ['maxlong', Long.MAX_VALUE],
  ['infinity', Infinity],
  ['""', ''],
  ['\\0', '\0'],
  ['\\1', '\x01'],
  ['A', 'A'],
  ['a', 'a'],
  ['a\\0', 'a\0'],
  ['a\\0b', 'a\0b'],
  ['a\\1', 'a\x01'],
  ['ab', 'ab'],
  ['ö', 'ö'],
  ['U+FFFD', '\uFFFD'],
  ['emoji', '😀'],
  ['{}', {}],
  ['{x:1}', { x: 1 }],
  ['{x:1,y:2}', { x: 1, y: 2 }],
  ['{x:2}', { x: 2 }],
  ['{y:1}', { y: 1 }],
  ['{x:"a"}', { x: 'a' }],
  ['bin 1 byte', new Binary(Buffer.from([0xff]))],
  ['bin 2 bytes', new Binary(Buffer.from([0, 0]))],
  ['bin subtype 5', new Binary(Buffer.from([0, 0]), 5)],
  ['oid 1', new ObjectId('000000000000000000000001')],
  ['oid 2', new ObjectId('ff0000000000000000000000')],
  ['false', false],
  ['true', true],
  ['date before 1970', new Date(-5)],
  ['date', new Date(5)],
  ['timestamp', new Timestamp({ t: 1, i: 0 })],
  ['timestamp 2', new Timestamp({ t: 1, i: 1 })],
  ['regex', new BSONRegExp('a', 'i')],
  ['max', new MaxKey()],
];

describe('order of all types', () => {
  const fixture = mongo();
  let plain: Collection;
  let indexed: Collection;
  const names = ASCENDING.map(([name]) => name);
  beforeAll(async () => {
    [plain, indexed] = [fixture.collection(), fixture.collection()];
    await indexed.createIndex({ v: 1 });
    // Every third, three times over, so that insertion order is not the answer.
    const mixed = [0, 1, 2].flatMap((start) => ASCENDING.filter((_, i) => i % 3 === start));
    for (const c of [plain, indexed]) await c.insertMany(mixed.map(([name, v]) => ({ _id: name as never, v })));
  });

  const ids = async (c: Collection, direction: 1 | -1): Promise<string[]> =>
    (
      await c
        .find({}, { projection: { _id: 1 } })
        .sort({ v: direction })
        .toArray()
    ).map((d) => String(d._id));

  it('holds up and down, in memory and by index', async () => {
    for (const c of [plain, indexed]) {
      expect(await ids(c, 1)).toEqual(names);
      expect(await ids(c, -1)).toEqual([...names].reverse());
    }
  });

  it('finds every value by equality', async () => {
    for (const [name, v] of ASCENDING.filter(([, value]) => !(value instanceof BSONRegExp))) {
      for (const c of [plain, indexed])
        expect((await c.find({ v: { $eq: v } }).toArray()).map((d) => String(d._id))).toEqual([name]);
    }
  });

  it('keeps ranges inside one type', async () => {
    const between = async (filter: Record<string, unknown>): Promise<string[]> => {
      const found = await Promise.all(
        [plain, indexed].map(async (c) =>
          (await c.find({ v: filter }).sort({ v: 1 }).toArray()).map((d) => String(d._id)),
        ),
      );
      expect(found[0]).toEqual(found[1]);
      return found[0] ?? [];
    };
    expect(await between({ $gt: 'a' })).toEqual(names.slice(names.indexOf('a') + 1, names.indexOf('{}')));
    expect(await between({ $gte: 0.5, $lt: Infinity })).toEqual(
      names.slice(names.indexOf('0.5'), names.indexOf('infinity')),
    );
    expect(await between({ $lte: Long.fromString('9007199254740993'), $gt: 5 })).toEqual(['2^53', '2^53+1']);
    expect(await between({ $lt: new ObjectId('ff0000000000000000000000') })).toEqual(['oid 1']);
    expect(await between({ $gte: new Date(-5) })).toEqual(['date before 1970', 'date']);
    expect(await between({ $gte: { x: 1, y: 2 } })).toEqual(['{x:1,y:2}', '{x:2}', '{y:1}', '{x:"a"}']);
    expect(await between({ $lt: true })).toEqual(['false']);
  });

  it('sorts arrays by their least element up and their greatest down', async () => {
    const c = fixture.collection();
    await c.insertMany([
      { _id: 'a' as never, v: [1, 9] },
      { _id: 'b' as never, v: [5] },
      { _id: 'c' as never, v: [] },
      { _id: 'd' as never },
    ]);
    for (let round = 0; round < 2; round++) {
      expect(await ids(c, 1)).toEqual(['c', 'd', 'a', 'b']);
      expect(await ids(c, -1)).toEqual(['a', 'b', 'd', 'c']);
      await c.createIndex({ v: 1 });
    }
  });

  it('sorts by several fields with mixed directions', async () => {
    const c = fixture.collection();
    await c.insertMany([0, 1, 2, 3, 4, 5].map((i) => ({ _id: i as never, a: i % 2, b: i })));
    for (let round = 0; round < 2; round++) {
      const found = await c.find().sort({ a: -1, b: 1 }).toArray();
      expect(found.map((d) => Number(d._id))).toEqual([1, 3, 5, 0, 2, 4]);
      await c.createIndex({ a: 1, b: -1 });
    }
  });
});

import { describe, expect, it } from '@jest/globals';
import { Long } from 'bson';
import { codeOf, mongo, type Collection } from './fixture.js';

interface Batch {
  readonly cursor: { readonly id: Long | number; readonly firstBatch?: unknown[]; readonly nextBatch?: unknown[] };
}

describe('cursors', () => {
  const fixture = mongo();
  const run = async (command: object): Promise<Batch> =>
    (await fixture.db().command(command, { promoteLongs: false })) as unknown as Batch;
  const filled = async (n: number): Promise<Collection> => {
    const c = fixture.collection();
    await c.insertMany(Array.from({ length: n }, (_, i) => ({ _id: i as never, n: i })));
    return c;
  };

  it('give 101 documents first, then the rest', async () => {
    const c = await filled(500);
    const first = await run({ find: c.collectionName });
    expect(first.cursor.firstBatch).toHaveLength(101);
    const next = await run({ getMore: first.cursor.id, collection: c.collectionName });
    expect(next.cursor.nextBatch).toHaveLength(399);
    expect(Number(next.cursor.id)).toBe(0);
  });

  it('take batch sizes, 0 included, and limits', async () => {
    const c = await filled(30);
    const name = c.collectionName;
    const zero = await run({ find: name, batchSize: 0 });
    expect(zero.cursor.firstBatch).toHaveLength(0);
    expect((await run({ getMore: zero.cursor.id, collection: name, batchSize: 7 })).cursor.nextBatch).toHaveLength(7);
    expect((await run({ find: name, limit: 25, batchSize: 100 })).cursor).toMatchObject({ firstBatch: { length: 25 } });
    expect(Number((await run({ find: name, batchSize: 5, singleBatch: true })).cursor.id)).toBe(0);
    expect(await c.find().limit(20).batchSize(6).toArray()).toHaveLength(20);
    expect(await c.find().skip(28).toArray()).toHaveLength(2);
  });

  it('are gone after kill, and only then', async () => {
    const c = await filled(10);
    const open = await run({ find: c.collectionName, batchSize: 2 });
    expect(
      await run({ killCursors: c.collectionName, cursors: [open.cursor.id, Long.fromNumber(12345)] }),
    ).toMatchObject({
      cursorsKilled: [open.cursor.id],
      cursorsNotFound: [Long.fromNumber(12345)],
    });
    expect(await codeOf(run({ getMore: open.cursor.id, collection: c.collectionName }))).toBe(43);
  });

  it('live through writes between batches', async () => {
    const c = await filled(1000);
    await c.createIndex({ n: 1 });
    const seen: number[] = [];
    for await (const d of c
      .find({ n: { $gte: 0 } })
      .sort({ n: 1 })
      .batchSize(10)) {
      seen.push(Number(d._id));
      await c.deleteOne({ _id: d._id });
    }
    expect(seen).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(await c.countDocuments({})).toBe(0);
  });

  it('end when the collection is dropped', async () => {
    const c = await filled(3000);
    const open = await run({ find: c.collectionName, batchSize: 2 });
    await c.drop();
    expect([43, 175, 237]).toContain(await codeOf(run({ getMore: open.cursor.id, collection: c.collectionName })));
  });

  it('split batches at 16 MB', async () => {
    const c = fixture.collection();
    const blob = Buffer.alloc(12 * 1024 * 1024, 7);
    for (let i = 0; i < 3; i++) await c.insertOne({ _id: i as never, blob });
    const first = await run({ find: c.collectionName });
    expect(first.cursor.firstBatch).toHaveLength(1);
    expect(
      await c
        .find()
        .map((d) => Number(d._id))
        .toArray(),
    ).toEqual([0, 1, 2]);
  });

  it('close early', async () => {
    const c = await filled(300);
    const cursor = c.find().batchSize(5);
    await cursor.next();
    await cursor.close();
    expect(await c.countDocuments({})).toBe(300);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { codeOf, type Client, type Collection } from '../conformance/fixture.js';
import { startEngine, type Engine } from '../engine.js';

const SORT_BYTES = 100_000;

describe('the limit of a sort in memory', () => {
  let engine: Engine;
  let client: Client;
  let c: Collection;
  beforeAll(async () => {
    engine = await startEngine({ path: ':memory:', port: 0, host: '127.0.0.1', ttlSweepMs: 60_000, sortBytes: SORT_BYTES, onFault: (e) => { throw e; } }); // prettier-ignore
    client = await mongoose.mongo.MongoClient.connect(`mongodb://127.0.0.1:${engine.port}`);
    c = client.db('sort').collection('c');
    await c.createIndex({ indexed: 1 });
    // 500 documents of 1 kB, in no order.
    await c.insertMany(Array.from({ length: 500 }, (_, i) => ({ n: (i * 7919) % 500, indexed: i, body: 'x'.repeat(1000) }))); // prettier-ignore
  });
  afterAll(async () => {
    await client.close();
    await engine.stop();
  });
  const numbers = (found: ReadonlyArray<Record<string, unknown>>): unknown[] => found.map((d) => d['n']);

  it('refuses to sort everything, in a find and in a pipeline', async () => {
    expect(await codeOf(c.find().sort({ n: 1 }).toArray())).toBe(292);
    expect(await codeOf(c.find().sort({ n: 1 }).allowDiskUse(true).toArray())).toBe(292);
    expect(await codeOf(c.aggregate([{ $sort: { n: 1 } }]).toArray())).toBe(292);
    expect(await codeOf(c.aggregate([{ $project: { body: 1 } }, { $sort: { body: 1 } }]).toArray())).toBe(292);
  });

  it('counts what is held, not what is read', async () => {
    expect(numbers(await c.find().sort({ n: 1 }).limit(50).toArray())).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(numbers(await c.find().sort({ n: -1 }).skip(5).limit(2).toArray())).toEqual([494, 493]);
    expect(await codeOf(c.find().sort({ n: 1 }).limit(200).toArray())).toBe(292);
    expect(await c.aggregate([{ $project: { n: 1 } }, { $sort: { n: 1 } }]).toArray()).toHaveLength(500);
    expect(await c.findOneAndUpdate({}, { $set: { top: true } }, { sort: { n: -1 } })).toMatchObject({ n: 499 });
  });

  it('does not concern an order that an index gives', async () => {
    expect(await c.find().sort({ indexed: -1 }).toArray()).toHaveLength(500);
  });
});

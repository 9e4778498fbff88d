import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { encode } from '../bson/encode.js';
import { doc } from '../bson/values.js';
import { codeOf, type Client, type Collection } from '../conformance/fixture.js';
import { startEngine, type Engine } from '../engine.js';
import { indexDifferences } from '../testing/indexes.js';

const DOCUMENTS = 30_000;

describe('an index build in slices', () => {
  let folder: string;
  let path: string;
  let engine: Engine;
  let client: Client;
  let c: Collection;
  let faults: string[];

  const start = (file: string) =>
    startEngine({
      path: file,
      port: 0,
      host: '127.0.0.1',
      ttlSweepMs: 60_000,
      sliceMs: 1,
      onFault: (e) => faults.push(e.message),
    });
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'embedded-mongo-'));
    path = join(folder, 'build.sqlite');
    faults = [];
    engine = await start(path);
    client = await mongoose.mongo.MongoClient.connect(`mongodb://127.0.0.1:${engine.port}`);
    c = client.db('build').collection('c');
  });
  afterEach(async () => {
    await client.close();
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Documents 0 to n-1 with `n` of their number, straight into the store. */
  function fill(count: number): void {
    const collection = engine.state.catalog.create('build', 'c');
    for (let i = 0; i < count; i++) {
      const document = doc({ _id: i, n: i, tag: `t${i % 50}` });
      engine.state.documents.insert(collection, encode(document), document);
    }
    engine.state.database.commit();
  }

  /** The build, and whether it has answered. */
  function building(work: Promise<unknown>): { done: boolean; code: Promise<number | undefined> } {
    const state = { done: false, code: codeOf(work) };
    void state.code.then(() => (state.done = true));
    return state;
  }
  const begun = async (): Promise<void> => {
    while ((engine.state.catalog.find('build', 'c')?.building.length ?? 0) === 0)
      await new Promise((resolve) => setImmediate(resolve));
  };

  it('answers others in between, and is complete afterwards', async () => {
    fill(DOCUMENTS);
    const build = building(c.createIndexes([{ key: { n: -1 }, name: 'n' }, { key: { tag: 1, n: 1 }, name: 'tag', unique: true }])); // prettier-ignore
    await begun();
    expect(await client.db('admin').command({ hello: 1 })).toMatchObject({ isWritablePrimary: true });
    await c.insertOne({ _id: -1 as never, n: -1, tag: 'new' });
    await c.updateOne({ _id: 10 as never }, { $set: { n: 70_000 } });
    await c.updateOne({ _id: (DOCUMENTS - 10) as never }, { $set: { n: 70_001, tag: ['a', 'b'] } });
    await c.deleteMany({ _id: { $in: [20, DOCUMENTS - 20] } as never });
    expect(await c.findOne({ _id: 30 as never })).toMatchObject({ n: 30 });
    expect((await c.indexes()).map((i) => i.name)).toEqual(['_id_']);
    expect(await codeOf(c.find({ n: 5 }).hint('n').toArray())).toBe(2);
    expect(build.done).toBe(false);

    expect(await build.code).toBeUndefined();
    expect((await c.indexes()).map((i) => i.name)).toEqual(['_id_', 'n', 'tag']);
    expect(indexDifferences(engine.state)).toEqual([]);
    expect(await c.find({ n: { $gte: 69_999 } }).sort({ n: 1 }).hint('n').project({ _id: 1 }).toArray()).toEqual([{ _id: 10 }, { _id: DOCUMENTS - 10 }]); // prettier-ignore
    expect(await codeOf(c.insertOne({ n: 1, tag: 't1' }))).toBe(11000);
    expect(faults).toEqual([]);
  });

  it('refuses and drops a unique index when two documents have a key', async () => {
    fill(5000);
    await c.updateOne({ _id: 4999 as never }, { $set: { n: 0 } });
    const build = building(c.createIndex({ n: 1 }, { unique: true }));
    await begun();
    expect(await build.code).toBe(11000);
    expect((await c.indexes()).map((i) => i.name)).toEqual(['_id_']);
    expect(engine.state.catalog.find('build', 'c')?.building).toEqual([]);
    await c.updateOne({ _id: 4999 as never }, { $set: { n: 4999 } });
    await c.createIndex({ n: 1 }, { unique: true });
    expect(indexDifferences(engine.state)).toEqual([]);
  });

  it('looks at the end at a key that writes shared meanwhile', async () => {
    fill(DOCUMENTS);
    const refused = building(c.createIndex({ n: 1 }, { unique: true }));
    await begun();
    await c.updateOne({ _id: 1 as never }, { $set: { n: 0 } });
    expect(refused.done).toBe(false);
    expect(await refused.code).toBe(11000);

    await c.updateOne({ _id: 1 as never }, { $set: { n: 1 } });
    const accepted = building(c.createIndex({ n: 1 }, { unique: true }));
    await begun();
    await c.updateOne({ _id: 1 as never }, { $set: { n: 0 } });
    await c.deleteOne({ _id: 0 as never });
    expect(accepted.done).toBe(false);
    expect(await accepted.code).toBeUndefined();
    expect(indexDifferences(engine.state)).toEqual([]);
  });

  it('is joined by those who ask for the same, and given up when its collection or index goes', async () => {
    fill(20_000);
    const both = [building(c.createIndex({ n: 1 })), building(c.createIndex({ n: 1 }))];
    await begun();
    expect(await Promise.all(both.map((b) => b.code))).toEqual([undefined, undefined]);
    expect((await c.indexes()).map((i) => i.name)).toEqual(['_id_', 'n_1']);

    const dropped = building(c.createIndex({ tag: 1 }));
    await begun();
    await c.dropIndex('tag_1');
    expect(await dropped.code).toBe(276);
    const orphan = building(c.createIndex({ tag: 1 }));
    await begun();
    await c.drop();
    expect(await orphan.code).toBe(276);
    await c.createIndex({ tag: 1 });
    expect((await c.indexes()).map((i) => i.name)).toEqual(['_id_', 'tag_1']);
    expect(faults).toEqual([]);
  });

  it('is taken back when a COMMIT fails in the middle', async () => {
    fill(20_000);
    const { database } = engine.state;
    database.define('CREATE TABLE parent (id INTEGER PRIMARY KEY)');
    database.define('CREATE TABLE child (id REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)');
    database.commit();
    const build = building(c.createIndex({ n: 1 }));
    await begun();
    database.commit(); // the first slice is stored
    database.run('INSERT INTO child VALUES (1)'); // this turn cannot be committed
    expect(await build.code).toBe(1);
    expect(engine.state.catalog.find('build', 'c')?.building).toEqual([]);
    await c.createIndex({ n: 1 });
    expect(indexDifferences(engine.state)).toEqual([]);
  });

  it('leaves nothing after a crash in the middle', async () => {
    fill(20_000);
    const build = building(c.createIndex({ n: 1 }, { unique: true }));
    await begun();
    engine.state.database.commit();
    const crashed = join(folder, 'crashed.sqlite');
    for (const end of ['', '-wal'].filter((e) => existsSync(path + e))) copyFileSync(path + end, crashed + end);
    expect(build.done).toBe(false);
    await build.code;

    const again = await start(crashed);
    const other = await mongoose.mongo.MongoClient.connect(`mongodb://127.0.0.1:${again.port}`);
    const copy = other.db('build').collection('c');
    expect((await copy.indexes()).map((i) => i.name)).toEqual(['_id_']);
    expect(again.state.database.all("SELECT name FROM sqlite_schema WHERE name GLOB 'x[0-9]*'")).toEqual([]);
    await copy.createIndex({ n: 1 }, { unique: true });
    expect(indexDifferences(again.state)).toEqual([]);
    await other.close();
    await again.stop();
  });

  it('ends with the server', async () => {
    fill(20_000);
    const build = c.createIndex({ n: 1 }).catch((e: unknown) => e);
    await begun();
    await engine.stop();
    await client.close();
    expect(await build).toBeInstanceOf(Error);
    expect(faults).toEqual([]);
    engine = await start(path);
    expect(engine.state.catalog.find('build', 'c')).toMatchObject({ building: [], indexes: [{ name: '_id_' }] });
  });
});

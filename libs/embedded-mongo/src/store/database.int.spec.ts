import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import mongoose from 'mongoose';
import { encode } from '../bson/encode.js';
import { doc, type Doc } from '../bson/values.js';
import { dispatch } from '../commands/registry.js';
import type { Client, Collection } from '../conformance/fixture.js';
import { startEngine, type Engine } from '../engine.js';
import { indexDifferences } from '../testing/indexes.js';
import { sweepExpired } from '../ttl.js';

describe('the store', () => {
  let folder: string;
  let engine: Engine;
  let client: Client;
  let c: Collection;
  let faults: string[];
  let now: number;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'embedded-mongo-'));
    faults = [];
    now = Date.now();
    const path = join(folder, 'store.sqlite');
    engine = await startEngine({
      path,
      port: 0,
      host: '127.0.0.1',
      ttlSweepMs: 60_000,
      now: () => now,
      onFault: (e) => faults.push(e.message),
    });
    client = await mongoose.mongo.MongoClient.connect(`mongodb://127.0.0.1:${engine.port}`, { maxPoolSize: 20 });
    c = client.db('store').collection('c');
  });
  afterEach(async () => {
    await client.close();
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('answers writes of one turn after one COMMIT', async () => {
    await c.insertOne({ warm: 1 });
    let commits = 0;
    const { commit } = engine.state.database;
    engine.state.database.commit = function counted(this: typeof engine.state.database) {
      commits++;
      commit.call(this);
    };
    await Promise.all(Array.from({ length: 200 }, (_, i) => c.insertOne({ i })));
    expect(await c.countDocuments({})).toBe(201);
    expect(commits).toBeLessThan(150);
  });

  it('turns a failed COMMIT into errors for everybody who waits, and forgets what was not stored', async () => {
    const { database } = engine.state;
    await c.insertOne({ _id: 1 as never, kept: true });
    database.define(
      'CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (id REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)',
    );
    database.commit();
    database.run('INSERT INTO child VALUES (1)'); // this turn cannot be committed
    const other = client.db('store').collection('other');
    const work = [
      c.insertOne({ _id: 2 as never }),
      c.updateOne({ _id: 1 as never }, { $set: { kept: false } }),
      other.insertOne({}),
    ];
    const outcomes = await Promise.allSettled(work);
    // The first packets arrive in the same turn or in the next one; what was in the failed turn was refused.
    const refused = outcomes.filter((o) => o.status === 'rejected').map((o) => (o.reason as { code: number }).code);
    expect(refused.every((code) => code === 1)).toBe(true);
    expect(database.get('SELECT count(*) FROM child')).toEqual([0]);
    expect(await c.countDocuments({ kept: true })).toBe(outcomes[1]?.status === 'rejected' ? 1 : 0);
    expect(await c.countDocuments({ _id: 2 as never })).toBe(outcomes[0]?.status === 'rejected' ? 0 : 1);
  });

  it('refuses everything of a turn whose COMMIT fails, also new collections', async () => {
    const { database, catalog } = engine.state;
    await c.insertOne({ _id: 1 as never });
    database.define(
      'CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (id REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)',
    );
    database.commit();
    catalog.create('store', 'doomed');
    database.run('INSERT INTO child VALUES (1)');
    const answers: Array<string | undefined> = [];
    database.afterCommit((failure) => answers.push(failure?.message));
    database.afterCommit((failure) => answers.push(failure?.message));
    database.commit();
    expect(answers).toEqual(['FOREIGN KEY constraint failed', 'FOREIGN KEY constraint failed']);
    expect(catalog.find('store', 'doomed')).toBeUndefined();
    await client.db('store').collection('doomed').insertOne({ again: true });
    expect(await client.db('store').collection('doomed').countDocuments({})).toBe(1);
  });

  it('says so when the disk is full, stores nothing by halves and goes on when there is room', async () => {
    const { database } = engine.state;
    await c.createIndex({ text: 1 });
    await c.insertOne({ text: 'before' });
    const [pages] = database.get('PRAGMA page_count') as [number];
    database.get(`PRAGMA max_page_count = ${pages + 20}`);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 60 }, (_, i) => c.insertOne({ text: `${i}`.padEnd(3000, 'x') })),
    );
    const stored = outcomes.filter((o) => o.status === 'fulfilled').length;
    expect(stored).toBeLessThan(60);
    expect(faults.some((m) => /full/.test(m))).toBe(true);
    expect(await c.countDocuments({})).toBe(1 + stored);
    database.get('PRAGMA max_page_count = 1000000');
    await c.insertOne({ text: 'after' });
    expect(await c.countDocuments({})).toBe(2 + stored);
    expect(indexDifferences(engine.state)).toEqual([]);
  });

  it('removes what a TTL index says has expired, also after a restart', async () => {
    await c.createIndex({ at: 1 }, { expireAfterSeconds: 60 });
    await client.db('store').collection('down').createIndex({ at: -1 }, { expireAfterSeconds: 0 });
    const [old, fresh] = [new Date(now - 61_000), new Date(now - 59_000)];
    await c.insertMany([{ at: old }, { at: fresh }, { at: [fresh, old] }, { at: 'text' }, { at: null }, {}]);
    await client
      .db('store')
      .collection('down')
      .insertMany([{ at: new Date(now - 1) }, { at: new Date(now + 1000) }]);
    expect(sweepExpired(engine.state)).toBe(3);
    expect(await c.countDocuments({})).toBe(4);
    now += 2000;
    expect(sweepExpired(engine.state)).toBe(2);
    expect(indexDifferences(engine.state)).toEqual([]);
  });

  it('sweeps by itself, also when there is more than one step', async () => {
    const swept = await startEngine({
      path: ':memory:',
      port: 0,
      host: '127.0.0.1',
      ttlSweepMs: 20,
      onFault: (e) => faults.push(e.message),
    });
    const other = await mongoose.mongo.MongoClient.connect(`mongodb://127.0.0.1:${swept.port}`);
    const docs = other.db('ttl').collection('c');
    await docs.createIndex({ at: 1 }, { expireAfterSeconds: 1 });
    await docs.insertMany([...Array.from({ length: 1300 }, () => ({ at: new Date(0) })), { at: new Date() }]);
    const deadline = performance.now() + 10_000;
    while ((await docs.countDocuments({})) > 1 && performance.now() < deadline);
    expect(await docs.countDocuments({ at: { $gt: new Date(0) } })).toBe(1);
    await other.close();
    await swept.stop();
    expect(faults).toEqual([]);
  });

  it('forgets cursors nobody uses for ten minutes', async () => {
    await c.insertMany(Array.from({ length: 300 }, (_, i) => ({ i })));
    await client.db('store').command({ find: 'c', batchSize: 1 });
    await client.db('store').command({ find: 'c', batchSize: 1, noCursorTimeout: true });
    now += 11 * 60_000;
    engine.state.cursors.expire();
    expect(engine.state.cursors.size).toBe(1);
  });

  it('starts in under half a second with 100,000 documents', async () => {
    const path = join(folder, 'many.sqlite');
    const options = { path, port: 0, host: '127.0.0.1', ttlSweepMs: 60_000, onFault: () => undefined };
    const first = await startEngine(options);
    const collection = first.state.catalog.create('many', 'c');
    const index = first.state.catalog.createIndex(collection, doc({ v: 2, key: doc({ n: 1 }), name: 'n_1' }));
    first.state.catalog.finishIndex(collection, index);
    const body = encode(doc({ _id: 'd7', body: 'x'.repeat(400) }));
    const numbers = 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)';
    // The key of the text 'd<i>': its rank 05, the text, 00.
    first.state.database.run(
      `${numbers} INSERT INTO ${collection.table} (id, d) SELECT unhex('05' || hex('d' || i) || '00'), ? FROM n`,
      body,
    );
    first.state.database.run(
      `${numbers} INSERT INTO ${index.table} (k, r) SELECT unhex('05' || hex('d' || i) || '00'), i FROM n`,
    );
    await first.stop();
    const began = performance.now();
    const second = await startEngine(options);
    const answer = dispatch(second.state, doc({ find: 'c', filter: doc({ _id: 'd7' }), $db: 'many' })) as Doc;
    expect(performance.now() - began).toBeLessThan(500);
    expect((answer.get('cursor') as Doc).get('firstBatch')).toHaveLength(1);
    expect((dispatch(second.state, doc({ count: 'c', $db: 'many' })) as Doc).get('n')).toBe(100_000);
    await second.stop();
  });

  it('leaves files alone that are not its own', async () => {
    const path = join(folder, 'foreign.sqlite');
    const foreign = new DatabaseSync(path);
    foreign.exec('CREATE TABLE mine (a)');
    foreign.close();
    const options = { path, port: 0, host: '127.0.0.1', ttlSweepMs: 60_000, onFault: () => undefined };
    await expect(startEngine(options)).rejects.toThrow(/is not a data file of the embedded MongoDB server/);
  });
});

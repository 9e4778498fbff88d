import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import type { Client, Collection } from '../conformance/fixture.js';
import { startEngine, type Engine } from '../engine.js';

describe('a machine that fails', () => {
  let folder: string;
  let path: string;
  let engine: Engine;
  let client: Client;
  let c: Collection;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'embedded-mongo-'));
    path = join(folder, 'store.sqlite');
    engine = await startEngine({ path, port: 0, host: '127.0.0.1', ttlSweepMs: 60_000, onFault: () => undefined });
    client = await mongoose.mongo.MongoClient.connect(`mongodb://127.0.0.1:${engine.port}`);
    c = client.db('store').collection('c');
    await c.insertOne({ _id: 'first' as never });
  });
  afterEach(async () => {
    await client.close();
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const ping = (): Promise<unknown> => client.db('admin').command({ ping: 1 });
  const large = (): Promise<unknown> => c.insertOne({ text: 'x'.repeat(2_000_000) });
  const FULL = { code: 14_031, codeName: 'OutOfDiskSpace' };
  const GONE = { code: 39, codeName: 'FileStreamFailed' };

  it('says that the disk is full, reads on, and works again when there is room', async () => {
    engine.state.database.limit(1);
    await expect(large()).rejects.toMatchObject(FULL);
    await expect(ping()).rejects.toMatchObject(FULL);
    expect(await c.countDocuments()).toBe(1);
    engine.state.database.limit(1_000_000);
    await expect(ping()).resolves.toMatchObject({ ok: 1 });
    await large();
    expect(await c.countDocuments()).toBe(2);
  });

  it('stops serving a file that is gone, and goes on when it is back at its place', async () => {
    const until = async (rejected: boolean): Promise<void> => {
      for (let end = Date.now() + 1_000; Date.now() < end;) {
        const outcome = await ping().then(
          () => false,
          () => true,
        );
        if (outcome === rejected) return;
      }
      throw new Error(`nothing changed within a second: ${rejected}`);
    };
    renameSync(path, `${path}.away`);
    await until(true);
    await expect(c.insertOne({})).rejects.toMatchObject(GONE);
    await expect(c.findOne({})).rejects.toMatchObject(GONE);
    writeFileSync(path, '');
    await expect(c.findOne({})).rejects.toMatchObject(GONE);
    rmSync(path);
    renameSync(`${path}.away`, path);
    await until(false);
    expect(await c.countDocuments()).toBe(1);
  });
});

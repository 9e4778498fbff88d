import { afterAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import mongoose from 'mongoose';
import type { Collection } from './conformance/fixture.js';
import { startEngine } from './engine.js';
import { startEmbeddedMongo } from './start.js';
import { built } from './testing/built.js';
import { indexDifferences } from './testing/indexes.js';
import { Random } from './testing/random.js';

/** `BESEDA_SEED`, else the day, so that every day tries other moments. */
const SEED = process.env['BESEDA_SEED'] ?? new Date().toISOString().slice(0, 10);
/** More rounds for a long run: `KILL_ROUNDS=100`. */
const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 3);
const WRITERS = 50;

interface Child {
  readonly process: ChildProcess;
  readonly uri: string;
}

async function startChild(path: string): Promise<Child> {
  const child = spawn(process.execPath, ['--no-warnings', built('cli.js'), '--path', path], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const ready = /^EMBEDDED_MONGO_READY (.*)$/.exec(line);
    if (ready) return { process: child, uri: (JSON.parse(ready[1] as string) as { uri: string }).uri };
  }
  throw new Error('the server ended before it was ready');
}

/** What the writers know: everything acknowledged must be there after any kill. */
class Ledger {
  readonly inserted = new Set<string>();
  readonly deleted = new Set<string>();
  /** Per writer: increments acknowledged, and tried. */
  readonly counted = new Map<string, { acknowledged: number; tried: number }>();
  acknowledged = 0;
}

/** One writer: inserts, counts and deletes until the server is gone. */
async function write(c: Collection, ledger: Ledger, name: string, onAck: () => void): Promise<void> {
  const counter = ledger.counted.get(name) ?? { acknowledged: 0, tried: 0 };
  ledger.counted.set(name, counter);
  try {
    for (let i = 0; ; i++) {
      const id = `${name}/${ledger.acknowledged}/${i}`;
      await c.insertOne({ _id: id as never, key: id, tags: [name, i % 7], at: new Date(i), body: 'x'.repeat(300) });
      ledger.inserted.add(id);
      onAck();
      counter.tried++;
      const filter = { _id: `counter ${name}` as never };
      await c.findOneAndUpdate(
        filter,
        { $inc: { n: 1 }, $set: { at: new Date(i) }, $setOnInsert: { key: `counter ${name}` } },
        { upsert: true },
      );
      counter.acknowledged++;
      onAck();
      if (i % 5 !== 4) continue;
      ledger.deleted.add(id); // from here on it may or may not be there
      await c.deleteOne({ _id: id as never });
      onAck();
    }
  } catch {
    // The connection is cut by the kill: what was not acknowledged counts for nothing.
  }
}

/** Kills the server after a seeded number of acknowledged writes. */
async function writeAndKill(child: Child, ledger: Ledger, killAfter: number): Promise<void> {
  const client = await mongoose.mongo.MongoClient.connect(child.uri, {
    retryWrites: false,
    serverSelectionTimeoutMS: 500,
    maxPoolSize: WRITERS,
  });
  const c = client.db('kill').collection('c');
  await c.createIndexes([
    { key: { key: 1 }, unique: true, name: 'key' },
    { key: { tags: 1, at: -1 }, name: 'tags' },
    { key: { n: 1 }, sparse: true, name: 'n' },
  ]);
  let left = killAfter;
  const onAck = (): void => {
    ledger.acknowledged++;
    if (--left === 0) child.process.kill('SIGKILL');
  };
  const writers = Array.from({ length: WRITERS }, (_, i) => write(c as never, ledger, `w${i}`, onAck));
  await Promise.all([once(child.process, 'exit'), ...writers]);
  await client.close();
}

async function expectNothingLost(path: string, ledger: Ledger): Promise<void> {
  const engine = await startEngine({ path, port: 0, host: '127.0.0.1', ttlSweepMs: 60_000, onFault: (e) => { throw e; } }); // prettier-ignore
  const client = await mongoose.mongo.MongoClient.connect(`mongodb://127.0.0.1:${engine.port}`);
  const c = client.db('kill').collection('c');
  const stored = new Set((await c.find({}, { projection: { _id: 1 } }).toArray()).map((d) => String(d._id)));
  expect([...ledger.inserted].filter((id) => !stored.has(id) && !ledger.deleted.has(id))).toEqual([]);
  for (const [name, { acknowledged, tried }] of ledger.counted) {
    const n = Number((await c.findOne({ _id: `counter ${name}` as never }))?.['n'] ?? 0);
    expect(n).toBeGreaterThanOrEqual(acknowledged);
    expect(n).toBeLessThanOrEqual(tried);
  }
  expect(indexDifferences(engine.state)).toEqual([]);
  expect(engine.state.database.get('PRAGMA integrity_check')).toEqual(['ok']);
  await client.close();
  await engine.stop();
}

describe(`kill -9 (seed ${SEED})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'embedded-mongo-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it(`loses nothing acknowledged in ${ROUNDS} rounds of ${WRITERS} writers, and indexes agree with a rebuild`, async () => {
    const path = join(folder, 'kill.sqlite');
    const random = new Random(`kill-${SEED}`);
    const ledger = new Ledger();
    for (let round = 0; round < ROUNDS; round++) {
      const child = await startChild(path);
      await writeAndKill(child, ledger, 50 + random.below(900));
      await expectNothingLost(path, ledger);
    }
    expect(ledger.acknowledged).toBeGreaterThan(ROUNDS * 50);
  }, 120_000);

  it('refuses a file that another process holds, and takes it when that is gone', async () => {
    const path = join(folder, 'locked.sqlite');
    const child = await startChild(path);
    await expect(startEmbeddedMongo({ path, inThread: true })).rejects.toMatchObject({
      name: 'DataFileLockedError',
      path,
    });
    const second = spawn(process.execPath, ['--no-warnings', built('cli.js'), '--path', path], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const errors = await second.stderr.toArray();
    expect(Buffer.concat(errors as Buffer[]).toString()).toBe(
      `The data file ${path} is locked: another embedded MongoDB server is using it\n`,
    );
    expect(second.exitCode ?? (await once(second, 'exit'))[0]).toBe(1);
    child.process.kill('SIGTERM');
    expect((await once(child.process, 'exit'))[0]).toBe(0);
    const server = await startEmbeddedMongo({ path, inThread: true });
    await server.stop();
  });

  it('runs in a worker thread and keeps its documents', async () => {
    const path = join(folder, 'worker.sqlite');
    built('worker.js');
    for (let round = 0; round < 2; round++) {
      const notices: string[] = [];
      const server = await startEmbeddedMongo({ path, onNotice: (m) => notices.push(m) });
      expect(notices).toEqual([expect.stringContaining('development and tests only')]);
      const client = await mongoose.mongo.MongoClient.connect(server.uri);
      const c = client.db('w').collection('c');
      expect(await c.countDocuments({})).toBe(round);
      await c.insertOne({ round });
      await expect(startEmbeddedMongo({ path })).rejects.toMatchObject({ name: 'DataFileLockedError' });
      await client.close();
      await server.stop();
    }
  });
});

import { appError } from '@beseda/errors';
import { ensureIndexes, indexUsed, openMongo } from '@beseda/mongo';
import { type SeededRandom, type TestMongo, seededRandom, startTestMongo, until } from '@beseda/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Connection, mongo } from 'mongoose';
import {
  OUTBOX_INDEX,
  Outbox,
  type OutboxAggregate,
  type OutboxEntry,
  type OutboxRecord,
  createOutbox,
  createStateOutbox,
  pushToOutbox,
  readWithOutbox,
} from './index.js';

interface Entry extends OutboxEntry {
  dialogId: string;
  body: string;
}
type Doc = OutboxAggregate<Entry>;

let server: TestMongo;
let connection: Connection;
let dialogs: mongo.Collection<Doc>;
let events: mongo.Collection<Entry>;

beforeAll(async () => {
  server = await startTestMongo();
});
afterAll(async () => {
  await connection.close();
  await server.stop();
});
beforeEach(async () => {
  await connection?.close();
  connection = await openMongo({
    uri: server.uri,
    dbName: server.dbName('outbox'),
    maxPoolSize: 5,
    migrations: [
      {
        version: 1,
        name: 'indexes',
        async up(db) {
          await ensureIndexes(db, 'dialogs', [OUTBOX_INDEX]);
          await ensureIndexes(db, 'settings', [OUTBOX_INDEX]);
          await ensureIndexes(db, 'events', [{ key: { dialogId: 1, seq: 1 }, name: 'by_seq', unique: true }]);
        },
      },
    ],
  });
  dialogs = connection.db!.collection<Doc>('dialogs');
  events = connection.db!.collection<Entry>('events');
});

class FakeBus {
  readonly records: OutboxRecord[] = [];
  constructor(
    private readonly random?: SeededRandom,
    private readonly failures = 0,
  ) {}
  async publish(records: OutboxRecord[]): Promise<void> {
    if (this.random?.bool(this.failures)) throw appError('UNAVAILABLE', 'bus down');
    this.records.push(...records);
    if (this.random?.bool(this.failures)) throw appError('UNAVAILABLE', 'answer lost');
  }
  seqs(key: string): number[] {
    return this.records.filter((r) => r.key === key).map((r) => Number(Buffer.from(r.value).toString()));
  }
}

const open = (bus: FakeBus, options: { staleMs?: number; sweepEveryMs?: number } = {}): Outbox<Doc> =>
  createOutbox<Doc, Entry>({
    name: 'dialogs',
    aggregates: connection.collection('dialogs'),
    timeline: { collection: connection.collection('events'), aggregateKey: 'dialogId' },
    bus,
    toRecords: ({ seq, body }, { _id }) => ({
      topic: 't',
      key: _id,
      value: Buffer.from(String(seq)),
      headers: { body },
    }),
    ...options,
  });

const entries = (dialogId: string, from: number, count: number): Entry[] =>
  Array.from({ length: count }, (_, index) => {
    const seq = from + index;
    return { _id: `${dialogId}-${seq}`, siteId: 's', dialogId, seq, body: `text ${seq}` };
  });

/** A command: one guarded update, repeated when somebody else was faster. */
async function commit(dialogId: string, count: number): Promise<Doc> {
  for (;;) {
    const now = await dialogs.findOne({ _id: dialogId });
    const added = entries(dialogId, (now?.seq ?? 0) + 1, count);
    if (!now) {
      const created: Doc = { _id: dialogId, siteId: 's', seq: count, outbox: added, outboxSince: new Date() };
      await dialogs.insertOne(created);
      return created;
    }
    const after = await dialogs.findOneAndUpdate(
      { _id: dialogId, seq: now.seq },
      { $set: { seq: now.seq + count }, ...pushToOutbox(added, new Date()) } as unknown as mongo.UpdateFilter<Doc>,
      { returnDocument: 'after' },
    );
    if (after) return after as Doc;
  }
}

const read = async (dialogId: string): Promise<Entry[]> => {
  const document = await dialogs.findOne({ _id: dialogId });
  if (!document) throw new Error('no dialog');
  return readWithOutbox<Entry>(document, { afterSeq: 0, limit: 1_000 }, (fromSeq, toSeq) =>
    events.find({ dialogId, seq: { $gte: fromSeq, $lte: toSeq } }).toArray(),
  );
};

describe('outbox on MongoDB', () => {
  it('hands a commit on: timeline, bus, empty outbox', async () => {
    const bus = new FakeBus();
    const outbox = open(bus);
    outbox.drain(await commit('d', 2));
    outbox.drain(await commit('d', 1));
    await outbox.whenIdle();
    expect(bus.seqs('d')).toEqual([1, 2, 3]);
    expect(await dialogs.findOne({ _id: 'd' })).toEqual({ _id: 'd', siteId: 's', seq: 3, outbox: [] });
    expect(await events.countDocuments({ dialogId: 'd' })).toBe(3);
    expect((await read('d')).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('sweeps what a dead process left, by its index, and only what is old enough', async () => {
    await commit('old', 2);
    await dialogs.updateOne({ _id: 'old' }, { $set: { outboxSince: new Date(Date.now() - 1_000) } });
    await commit('fresh', 1);
    await commit('done', 1);
    await dialogs.updateOne({ _id: 'done' }, { $set: { outbox: [] } }); // published, then died before the mark went
    await dialogs.updateOne({ _id: 'done' }, { $set: { outboxSince: new Date(0) } });
    const bus = new FakeBus();
    const outbox = open(bus, { staleMs: 900 });
    expect(await outbox.sweepNow()).toEqual({ handedOn: 2, failed: 0 });
    expect(bus.records.map(({ key }) => key)).toEqual(['old', 'old']);
    expect(await dialogs.countDocuments({ outboxSince: { $exists: true } })).toBe(1);
    const plan = await dialogs
      .find({ outboxSince: { $lte: new Date() } })
      .sort({ outboxSince: 1 })
      .explain();
    expect(indexUsed(plan)).toBe('outbox_sweep');
  });

  it('accepts its own events in the timeline and halts on foreign ones', async () => {
    await commit('d', 3);
    await events.insertMany(entries('d', 1, 2)); // a crash after half of the insert
    const bus = new FakeBus();
    const outbox = open(bus, { staleMs: -1_000 });
    await outbox.sweepNow();
    expect(bus.seqs('d')).toEqual([1, 2, 3]);
    const last = await commit('d', 2);
    await events.insertOne({ ...entries('d', 4, 1)[0]!, _id: 'foreign' });
    outbox.drain(last);
    await outbox.whenIdle();
    expect(outbox.halted()).toEqual(['d']);
    expect(bus.seqs('d')).toEqual([1, 2, 3]);
    expect((await dialogs.findOne({ _id: 'd' }))?.outbox).toHaveLength(2);
    await expect(read('d')).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('keeps order with several replicas, a failing bus and writers at once', async () => {
    const random = seededRandom(20_261_124);
    const bus = new FakeBus(random, 0.2);
    const replicas = [1, 2, 3].map(() => open(bus, { staleMs: 0, sweepEveryMs: 5 }));
    for (const replica of replicas) replica.start();
    const ids = ['a', 'b', 'c'];
    await Promise.all(
      ids.map(async (id) => {
        for (let command = 0; command < 15; command += 1) {
          const postImage = await commit(id, random.int(1, 3));
          if (random.bool(0.8)) random.pick(replicas).drain(postImage);
          expect((await read(id)).length).toBeGreaterThanOrEqual(postImage.seq);
        }
      }),
    );
    const waiting = () => dialogs.countDocuments({ outboxSince: { $exists: true } });
    await until(async () => (await waiting()) === 0, { timeoutMs: 20_000, what: 'everything handed on' });
    await Promise.all(replicas.map((replica) => replica.close()));
    for (const id of ids) {
      const { seq } = (await dialogs.findOne({ _id: id }))!;
      let head = 0;
      for (const published of bus.seqs(id)) {
        expect(published).toBeLessThanOrEqual(head + 1);
        head = Math.max(head, published);
      }
      expect(head).toBe(seq);
      expect(await events.countDocuments({ dialogId: id })).toBe(seq);
    }
  });

  it('publishes states, and marks them done only when they have not changed', async () => {
    interface Site {
      _id: string;
      version: number;
      outboxSince?: Date;
    }
    const sites = connection.db!.collection<Site>('settings');
    const bus = new FakeBus();
    const outbox = createStateOutbox<Site>({
      name: 'settings',
      aggregates: connection.collection('settings'),
      bus,
      staleMs: 0,
      toRecords: ({ _id, version }) => ({ topic: 't', key: _id, value: Buffer.from(String(version)), headers: {} }),
    });
    await sites.insertOne({ _id: 'x', version: 2, outboxSince: new Date(0) });
    outbox.drain({ _id: 'x', version: 1 }); // a post-image that is out of date
    await outbox.whenIdle();
    expect(await sites.countDocuments({ outboxSince: { $exists: true } })).toBe(1);
    await outbox.sweepNow();
    expect(bus.seqs('x')).toEqual([1, 2]);
    expect(await sites.findOne({ _id: 'x' })).toEqual({ _id: 'x', version: 2 });
  });

  it('starts and stops with the application', async () => {
    const bus = new FakeBus();
    await commit('left', 1);
    await dialogs.updateOne({ _id: 'left' }, { $set: { outboxSince: new Date(0) } });
    @Module({ providers: [{ provide: Outbox, useFactory: () => open(bus) }] })
    class App {}
    const app = await NestFactory.createApplicationContext(App, { logger: false });
    await until(() => bus.records.length === 1, { what: 'swept at start' });
    app.get<Outbox<Doc>>(Outbox).drain(await commit('last', 1));
    await app.close();
    expect(bus.records.map(({ key }) => key)).toEqual(['left', 'last']);
  });
});

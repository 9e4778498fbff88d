import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AppError, appError } from '@beseda/errors';
import { startTestMongo, type TestMongo, until } from '@beseda/testing';
import { createConnection, type Connection } from 'mongoose';
import { createBus } from '../core/bus.js';
import { embeddedAdapter } from '../embedded/adapter.js';
import type { ParkedStore, ReceivedRecord } from '../port.js';
import { memoryParkedStore } from './memory.js';
import { askReplay, listParkedEvents, mongoParkedStore, PARKED_EVENTS, PARKED_EVENTS_INDEXES } from './mongo.js';

const record = (key: string, offset: number, partition = 3): ReceivedRecord => ({
  topic: 'beseda.things.v1',
  key,
  partition,
  offset,
  timestamp: 1_700_000_000_000 + offset,
  value: Uint8Array.from([0, 255, offset]),
  headers: { ce_type: 'thing.made', 'x.odd$name': 'й' },
});
const error = { code: 'INVALID_ARGUMENT', message: 'no such thing', kind: 'error' } as const;
const successor = { code: 'SUCCESSOR', message: 'an earlier one is parked', kind: 'successor' } as const;

function describeStore(name: string, make: () => ParkedStore): void {
  describe(name, () => {
    let store: ParkedStore;
    beforeEach(() => {
      store = make();
    });

    it('gives back the lowest offset of a key, byte for byte', async () => {
      await store.park('g', record('a', 12), successor);
      await store.park('g', record('a', 9), error);
      await store.park('g', record('b', 1), error);
      const first = await store.first('g', 'a');
      expect(first).toEqual({ record: record('a', 9), reason: error });
      await store.remove('g', record('a', 9));
      expect((await store.first('g', 'a'))?.record.offset).toBe(12);
      await store.remove('g', record('a', 12));
      expect(await store.first('g', 'a')).toBeUndefined();
    });

    it('lists keys with their numbers, each group for itself', async () => {
      await store.park('g', record('a', 1), error);
      await store.park('g', record('a', 2), successor);
      await store.park('g', record('b', 1, 7), error);
      await store.park('other', record('c', 1), error);
      const keys = await store.keys('g');
      expect(keys.sort((x, y) => x.key.localeCompare(y.key))).toEqual([
        { topic: 'beseda.things.v1', key: 'a', partition: 3, count: 2 },
        { topic: 'beseda.things.v1', key: 'b', partition: 7, count: 1 },
      ]);
    });

    it('takes the same record twice as one and keeps why it failed', async () => {
      await store.park('g', record('a', 1), error);
      await store.park('g', record('a', 1), successor);
      expect(await store.keys('g')).toMatchObject([{ count: 1 }]);
      expect((await store.first('g', 'a'))?.reason).toEqual(error);
      await store.park('g', record('a', 1), { ...error, message: 'newer' });
      expect((await store.first('g', 'a'))?.reason.message).toBe('newer');
    });
  });
}

describeStore('memoryParkedStore', memoryParkedStore);

describe('in MongoDB', () => {
  let mongo: TestMongo;
  let connection: Connection;
  beforeAll(async () => {
    mongo = await startTestMongo();
    connection = await createConnection(mongo.uri, { dbName: mongo.dbName('bus') }).asPromise();
    await connection.db!.collection(PARKED_EVENTS).createIndexes([...PARKED_EVENTS_INDEXES]);
  });
  afterAll(async () => {
    await connection?.dropDatabase();
    await connection?.close();
    await mongo?.stop();
  });

  beforeEach(async () => void (await connection.db!.collection(PARKED_EVENTS).deleteMany({})));
  describeStore('mongoParkedStore', () => mongoParkedStore(() => connection.db!));

  it('shows an administrator every parked key with why it failed', async () => {
    const store = mongoParkedStore(() => connection.db!);
    await store.park('g', record('a', 1), error);
    await store.park('g', record('a', 2), successor);
    await store.park('h', record('a', 3), { ...error, message: 'another' });
    expect(await listParkedEvents(connection.db!)).toMatchObject([
      { group: 'g', key: 'a', count: 2, reason: 'INVALID_ARGUMENT: no such thing' },
      { group: 'h', key: 'a', count: 1, reason: 'INVALID_ARGUMENT: another' },
    ]);
  });

  it('a replay that is asked for is begun within seconds, and once', async () => {
    const bus = createBus({ adapter: embeddedAdapter({ path: ':memory:asked' }) });
    const handled: string[] = [];
    let broken: AppError | undefined = appError('INVALID_ARGUMENT', 'no such thing');
    await bus.subscribe({
      group: 'g',
      topics: ['things'],
      parked: mongoParkedStore(() => connection.db!),
      handler: ({ value }) => {
        handled.push(Buffer.from(value).toString());
        if (broken) throw broken;
      },
    });
    const things = ['1', '2'].map((value) => ({ topic: 'things', key: 'a', value: Buffer.from(value), headers: {} }));
    await bus.publish(things);
    await until(async () => (await listParkedEvents(connection.db!))[0]?.count === 2, { what: 'both parked' });
    expect(handled).toEqual(['1']);
    broken = undefined;
    await askReplay(connection.db!);
    await until(() => handled.length === 3, { what: 'the replay', timeoutMs: 10_000 });
    expect(handled).toEqual(['1', '1', '2']);
    await until(async () => (await listParkedEvents(connection.db!)).length === 0, { what: 'nothing parked' });
    await bus.close();
  });

  it('reads by the index made for it', async () => {
    const store = mongoParkedStore(() => connection.db!);
    await store.park('g', record('a', 1), error);
    const collection = connection.db!.collection(PARKED_EVENTS);
    const queries = [
      collection.find({ group: 'g', key: 'a' }).sort({ offset: 1 }).limit(1),
      collection.find({ group: 'g' }),
    ];
    for (const query of queries) {
      const plan = JSON.stringify((await query.explain())['queryPlanner']);
      expect(plan).toContain(PARKED_EVENTS_INDEXES[0].name);
      expect(plan).not.toContain('"SORT"');
    }
  });
});

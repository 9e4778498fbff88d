import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createBus, embeddedAdapter, memoryParkedStore } from '@beseda/bus';
import { contactsV1 } from '@beseda/contracts';
import { createGrpcClient } from '@beseda/grpc';
import { openMongo } from '@beseda/mongo';
import { TEST_KEYS, testEnv, type FakeAdmin } from '@beseda/service-defaults/testing';
import {
  type TempDir,
  type TestMongo,
  ensureBuilt,
  exitOf,
  freePort,
  lineOf,
  seededRandom,
  startTestMongo,
  tempDir,
  until,
} from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GATEWAY, SITE, contactActor, startAdmin } from './testing/running-contacts.js';

/** `BESEDA_SEED`, else the day, so that every day tries other moments. */
const SEED = process.env['BESEDA_SEED'] ?? new Date().toISOString().slice(0, 10);
/** More rounds for a long run: `KILL_ROUNDS=20`. */
const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 3);
const PACKAGE = join(import.meta.dirname, '..');
const LIBS = [
  'errors',
  'contracts',
  'auth',
  'tracing',
  'grpc',
  'bus',
  'service-defaults',
  'mongo',
  'outbox',
  'settings',
];

describe(`kill -9 of the service under load (seed ${SEED})`, () => {
  let mongo: TestMongo;
  let admin: FakeAdmin;
  let folder: TempDir;
  let env: Record<string, string>;
  let child: ChildProcess | undefined;

  beforeAll(async () => {
    await ensureBuilt(...LIBS.map((lib) => join(PACKAGE, '..', '..', 'libs', lib)), PACKAGE);
    mongo = await startTestMongo();
    admin = await startAdmin();
    folder = await tempDir();
    env = {
      ...testEnv(mongo.uri, admin),
      BESEDA_BUS: join(folder.path, 'bus.sqlite'),
      BESEDA_GRPC_LISTEN: `127.0.0.1:${await freePort()}`,
      LOG_LEVEL: 'info',
    };
  }, 120_000);
  afterAll(async () => {
    child?.kill('SIGKILL');
    await admin?.stop();
    await mongo?.stop();
    await folder?.remove();
  });

  const start = async (): Promise<ChildProcess> => {
    const started = spawn(process.execPath, [join(PACKAGE, 'dist', 'main.js')], {
      env: { PATH: process.env['PATH'] ?? '', ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    child = started;
    await lineOf(started, 'service started');
    return started;
  };

  /** Every published event of each contact, by seq; a seq may come again, but only as the same event. */
  const published = async (): Promise<Map<string, Map<number, contactsV1.ContactEvent>>> => {
    const bus = createBus({
      adapter: embeddedAdapter({ path: env['BESEDA_BUS'] ?? '' }),
      prefix: env['BESEDA_PREFIX'] ?? '',
    });
    const seen = new Map<string, Map<number, contactsV1.ContactEvent>>();
    const subscription = await bus.subscribe({
      group: 'spec',
      topics: ['beseda.contacts.v1'],
      parked: memoryParkedStore(),
      handler: ({ value }) => {
        const event = contactsV1.ContactEvent.decode(value);
        const { aggregateId = '', seq = 0, eventId } = event.envelope ?? {};
        const events = seen.get(aggregateId) ?? new Map<number, contactsV1.ContactEvent>();
        seen.set(aggregateId, events);
        const before = events.get(seq);
        if (before && before.envelope?.eventId !== eventId) throw new Error(`two events have the seq ${seq}`);
        if (!before && seq !== events.size + 1) throw new Error(`the seq ${seq} came too early`);
        events.set(seq, event);
      },
    });
    await until(async () => (await subscription.lag()) === 0, { what: 'all events read', timeoutMs: 20_000 });
    expect(await subscription.parkedKeys()).toEqual([]);
    await bus.close();
    return seen;
  };

  it('loses nothing that was acknowledged, and publishes every event once and in order', async () => {
    const random = seededRandom(SEED);
    let running = await start();
    const client = createGrpcClient(contactsV1.ContactsServiceService, {
      address: env['BESEDA_GRPC_LISTEN'] ?? '',
      keys: TEST_KEYS,
      service: 'contacts',
    });
    const open = { siteId: SITE, token: '', page: undefined, device: undefined };
    const ids: string[] = [];
    for (let i = 0; i < 4; i++)
      ids.push((await client.call('openSession', open, { actor: GATEWAY })).contact?.id ?? '');

    const acknowledged: string[] = [];
    let sending = true;
    const load = ids.flatMap((id, lane) =>
      [0, 1].map(async (worker) => {
        for (let n = 0; sending; n++) {
          const event = `${lane}.${worker}.${n}`;
          await client
            .call(
              'track',
              { event, props: undefined, at: undefined },
              { actor: contactActor(id), deadlineMs: 2_000, retry: false },
            )
            .then(
              () => acknowledged.push(event),
              () => delay(20), // killed meanwhile: whether it was stored is unknown, and both are right
            );
        }
      }),
    );
    for (let round = 0; round < ROUNDS; round++) {
      const enough = acknowledged.length + random.int(5, 60);
      await until(() => acknowledged.length >= enough, { what: `load in round ${round}`, timeoutMs: 20_000 });
      running.kill('SIGKILL');
      await exitOf(running);
      running = await start();
    }
    sending = false;
    await Promise.all(load);
    client.close();

    const connection = await openMongo({ uri: mongo.uri, dbName: `${env['BESEDA_PREFIX']}beseda_contacts` });
    const stored = connection.collection<{ _id: string; seq: number; outbox: unknown[]; outboxSince?: Date }>(
      'contacts',
    );
    await until(async () => (await stored.countDocuments({ outboxSince: { $exists: true } })) === 0, {
      what: 'empty outboxes',
    });
    running.kill('SIGTERM');
    expect(await exitOf(running)).toEqual({ code: 0, signal: null });

    const events = await published();
    for (const { _id, seq } of await stored.find({ _id: { $in: ids } }).toArray())
      expect(events.get(_id)?.size).toBe(seq);
    const tracked = [...events.values()].flatMap((of) =>
      [...of.values()].flatMap(({ body }) => (body?.body?.$case === 'eventTracked' ? [body.body.value.event] : [])),
    );
    expect(new Set(tracked).size).toBe(tracked.length);
    expect(acknowledged.filter((event) => !tracked.includes(event))).toEqual([]);
    await connection.close();
  }, 180_000);
});

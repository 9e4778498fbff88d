import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type TempDir,
  type TestKafka,
  kafkaSkipped,
  seededRandom,
  startTestKafka,
  tempDir,
  until,
} from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Operator, Visitor, isGapFree, textsOf } from '../support/api.js';
import { ROOT } from '../support/product.js';
import { type Sent, Writers } from '../support/writers.js';
import { SteadyLoad } from './load.js';
import { BACK_MS, type ServicesProduct, startServices } from './product.js';
import { Screen } from './screen.js';

/** Rounds of each service; `npm run faults` makes twenty. */
const ROUNDS = Number(process.env['BESEDA_SERVICES_ROUNDS'] ?? 3);
const SEED = Number(process.env['BESEDA_SEED'] ?? 20260504);
/** How long a process stands still, ms: longer than the session of a consumer, 8 s. */
const FREEZE_MS = Number(process.env['BESEDA_FREEZE_MS'] ?? 10_000);
/** What a client may have to put up with while everything is restarted; ms. */
const LONGEST_ERROR_MS = 3_000;

const run = promisify(execFile);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

(kafkaSkipped ? describe.skip : describe)('faults on many processes', () => {
  const prefix = `faults${randomBytes(4).toString('hex')}_`;
  let data: TempDir;
  let kafka: TestKafka;
  let product: ServicesProduct;
  const verified = new Set<string>();

  beforeAll(async () => {
    data = await tempDir();
    kafka = await startTestKafka();
    const replicas = 'gateway=2,dialogs=2,contacts=2';
    product = await startServices({ dataDir: data.path, brokers: kafka.brokers, prefix, replicas });
  }, 240_000);

  afterAll(async () => {
    await product?.stop();
    await kafka?.stop();
    await data?.remove();
  }, 30_000);

  const gateway = (i: number): string => product.ready.urls[i % 2] ?? '';
  const newVisitors = (count: number): Promise<Visitor[]> =>
    Promise.all(Array.from({ length: count }, (_, i) => Visitor.open(gateway(i), product.ready.siteId)));

  /** Each acknowledged message is there once; each writer's are in the order of writing; nothing else is there. */
  async function expectAllOnce(acknowledged: readonly Sent[], screen: Screen): Promise<void> {
    const operator = await Operator.login(gateway(1), product.ready.siteId);
    const dialogIds = [...new Set(acknowledged.map(({ dialogId }) => dialogId))];
    const stored: string[] = [];
    for (const id of dialogIds) {
      const events = await operator.events(id);
      expect(isGapFree(events)).toBe(true);
      const numbers = textsOf(events).map((text) => Number(text.split('-').at(-1)));
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      stored.push(...textsOf(events));
      await until(() => screen.dialogs.get(id)?.length === events.length || void screen.resume(), {
        timeoutMs: 15_000,
        everyMs: 200,
        what: 'the screen to be complete',
      });
      expect(screen.dialogs.get(id)?.map(({ eventId }) => eventId)).toEqual(events.map(({ eventId }) => eventId));
    }
    expect(stored.toSorted()).toEqual(acknowledged.map(({ text }) => text).toSorted());
    for (const id of dialogIds) if (!verified.has(id)) await verify(id);
  }

  async function verify(dialogId: string): Promise<void> {
    const { stdout } = await run(
      process.execPath,
      ['--no-warnings', join(ROOT, 'deploy/all-in-one/cli.mjs'), 'verify-dialog', dialogId],
      { env: { ...process.env, BESEDA_DATA: data.path, BESEDA_PREFIX: prefix } },
    );
    expect(stdout).toContain('ok');
    verified.add(dialogId);
  }

  /** What `disturb` does while visitors write and an operator looks on; afterwards everything is there, and was shown, once. */
  async function underLoad(label: string, disturb: (writers: Writers) => Promise<void>): Promise<void> {
    const screen = new Screen(await Operator.login(gateway(1), product.ready.siteId));
    const writers = new Writers(50);
    writers.start(await newVisitors(4), label);
    const follow = setInterval(() => writers.acknowledged.forEach(({ dialogId }) => screen.open(dialogId)), 50);
    try {
      await disturb(writers);
    } finally {
      await writers.stop();
      clearInterval(follow);
    }
    writers.acknowledged.forEach(({ dialogId }) => screen.open(dialogId));
    await expectAllOnce(writers.acknowledged, screen);
    screen.close();
  }

  /** Everything works: somebody new comes and writes. */
  async function someoneNew(text: string, writers: Writers): Promise<void> {
    const [visitor] = await newVisitors(1);
    writers.acknowledged.push({ text, ...((await visitor?.send(text)) as Omit<Sent, 'text'>) });
  }

  it.each(['gateway', 'dialogs', 'contacts'])(
    `kill -9 of a %s, ${ROUNDS} rounds: nothing acknowledged is lost, doubled or reordered, stored or shown`,
    async (service) => {
      const random = seededRandom(`${SEED}/${service}`);
      await underLoad(service, async (writers) => {
        for (let round = 0; round < ROUNDS; round++) {
          await pause(random.int(20, 700));
          const took = await product.strike(random.pick(product.replicasOf(service)), 'SIGKILL');
          expect(took).toBeLessThan(BACK_MS);
          await someoneNew(`${service}-new${round}-0`, writers);
        }
        expect(writers.acknowledged.length).toBeGreaterThan(ROUNDS * 2);
      });
    },
    ROUNDS * 20_000 + 120_000,
  );

  it.each(['gateway', 'dialogs', 'contacts'])(
    `a %s that stands still for ${FREEZE_MS / 1_000} s: nothing is lost either, and it is of use again`,
    async (service) => {
      const random = seededRandom(`${SEED}/freeze/${service}`);
      await underLoad(`${service}-frozen`, async (writers) => {
        const before = writers.acknowledged.length;
        const took = await product.freeze(random.pick(product.replicasOf(service)), FREEZE_MS);
        expect(took).toBeLessThan(BACK_MS);
        expect(writers.acknowledged.length).toBeGreaterThan(before);
        await someoneNew(`${service}-thawed-0`, writers);
      });
    },
    FREEZE_MS + 150_000,
  );

  it('a rolling restart of everything under 20 messages a second: nobody sees an error longer than 3 s', async () => {
    const screen = new Screen(await Operator.login(gateway(1), product.ready.siteId));
    const { urls, pids } = product.ready;
    // Most go to the next gateway when one does not answer, as behind a load balancer; some know only one.
    const loads = [
      new SteadyLoad(urls, await newVisitors(8), 500),
      ...(await newVisitors(2)).map((visitor, i) => new SteadyLoad([gateway(i)], [visitor], 250)),
    ];
    const acknowledged = (): Sent[] => loads.flatMap((load) => load.acknowledged);
    await until(() => acknowledged().length >= 20, { timeoutMs: 20_000, what: 'the load to be on' });
    for (const replica of Object.keys(pids)) await product.strike(replica, 'SIGTERM');
    await Promise.all(loads.map((load) => load.stop()));
    for (const load of loads) expect(load.longestErrorMs).toBeLessThan(LONGEST_ERROR_MS);
    acknowledged().forEach(({ dialogId }) => screen.open(dialogId));
    await expectAllOnce(acknowledged(), screen);
    screen.close();
  }, 240_000);
});

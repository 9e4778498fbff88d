import { randomBytes } from 'node:crypto';
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
import { Operator } from '../support/api.js';
import type { Sent } from '../support/writers.js';
import { ALL_KINDS, SEED, rounds } from '../support/rounds.js';
import { SteadyLoad } from './load.js';
import { BACK_MS, type ServicesProduct, startServices } from './product.js';
import { Screen } from './screen.js';
import { UnderLoad } from './under-load.js';

/** Rounds of each service; `npm run faults` makes twenty. */
const ROUNDS = rounds('BESEDA_SERVICES_ROUNDS', 1);
const SERVICES = ['gateway', 'dialogs', 'contacts'];
/** Those that stand still in this run. */
const FROZEN = ALL_KINDS ? SERVICES : [seededRandom(`${SEED}/frozen`).pick(SERVICES)];
/** How long a process stands still, ms: longer than the session of a consumer, 8 s. */
const FREEZE_MS = Number(process.env['BESEDA_FREEZE_MS'] ?? 10_000);
/** What a client may have to put up with while everything is restarted; ms. */
const LONGEST_ERROR_MS = 3_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

(kafkaSkipped ? describe.skip : describe)(`faults on many processes (seed ${SEED})`, () => {
  const prefix = `faults${randomBytes(4).toString('hex')}_`;
  let data: TempDir;
  let kafka: TestKafka;
  let product: ServicesProduct;
  let load: UnderLoad;

  beforeAll(async () => {
    data = await tempDir();
    kafka = await startTestKafka();
    const replicas = 'gateway=2,dialogs=2,contacts=2';
    product = await startServices({ dataDir: data.path, brokers: kafka.brokers, prefix, replicas });
    load = new UnderLoad(product, { dataDir: data.path, prefix });
  }, 240_000);

  afterAll(async () => {
    await product?.stop();
    await kafka?.stop();
    await data?.remove();
  }, 30_000);

  it.each(SERVICES)(
    `kill -9 of a %s, ${ROUNDS} rounds: nothing acknowledged is lost, doubled or reordered, stored or shown`,
    async (service) => {
      const random = seededRandom(`${SEED}/${service}`);
      await load.during(service, async (writers) => {
        for (let round = 0; round < ROUNDS; round++) {
          await pause(random.int(20, 700));
          const took = await product.strike(random.pick(product.replicasOf(service)), 'SIGKILL');
          expect(took).toBeLessThan(BACK_MS);
          await load.someoneNew(`${service}-new${round}-0`, writers);
        }
        expect(writers.acknowledged.length).toBeGreaterThan(ROUNDS * 2);
      });
    },
    ROUNDS * 20_000 + 120_000,
  );

  it.each(FROZEN)(
    `a %s that stands still for ${FREEZE_MS / 1_000} s: nothing is lost either, and it is of use again`,
    async (service) => {
      const random = seededRandom(`${SEED}/freeze/${service}`);
      await load.during(`${service}-frozen`, async (writers) => {
        const before = writers.acknowledged.length;
        const took = await product.freeze(random.pick(product.replicasOf(service)), FREEZE_MS);
        expect(took).toBeLessThan(BACK_MS);
        expect(writers.acknowledged.length).toBeGreaterThan(before);
        await load.someoneNew(`${service}-thawed-0`, writers);
      });
    },
    FREEZE_MS + 150_000,
  );

  it('a rolling restart of everything under 20 messages a second: nobody sees an error longer than 3 s', async () => {
    const screen = new Screen(await Operator.login(load.gateway(1), product.ready.siteId));
    const { urls, pids } = product.ready;
    // Most go to the next gateway when one does not answer, as behind a load balancer; some know only one.
    const writing = [
      new SteadyLoad(urls, await load.newVisitors(8), 500),
      ...(await load.newVisitors(2)).map((visitor, i) => new SteadyLoad([load.gateway(i)], [visitor], 250)),
    ];
    const acknowledged = (): Sent[] => writing.flatMap((one) => one.acknowledged);
    await until(() => acknowledged().length >= 20, { timeoutMs: 20_000, what: 'the load to be on' });
    for (const replica of Object.keys(pids)) await product.strike(replica, 'SIGTERM');
    await Promise.all(writing.map((one) => one.stop()));
    for (const one of writing) expect(one.longestErrorMs).toBeLessThan(LONGEST_ERROR_MS);
    acknowledged().forEach(({ dialogId }) => screen.open(dialogId));
    await load.expectAllOnce(acknowledged(), screen);
    screen.close();
  }, 240_000);
});

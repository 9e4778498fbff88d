import { randomBytes } from 'node:crypto';
import { type OwnKafka, type TempDir, kafkaSkipped, seededRandom, startOwnKafka, tempDir } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SEED, rounds } from '../support/rounds.js';
import { type ServicesProduct, startServices } from './product.js';
import { UnderLoad } from './under-load.js';

/** Rounds of broker faults; `npm run faults` makes twenty. */
const ROUNDS = rounds('BESEDA_BROKER_ROUNDS', 2);
/** How long a broker stands still, ms. */
const FREEZE_MS = Number(process.env['BESEDA_FREEZE_MS'] ?? 10_000);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

(kafkaSkipped ? describe.skip : describe)(`faults of three brokers (seed ${SEED})`, () => {
  const prefix = `brokers${randomBytes(4).toString('hex')}_`;
  let data: TempDir;
  let kafka: OwnKafka;
  let product: ServicesProduct;
  let load: UnderLoad;

  beforeAll(async () => {
    data = await tempDir();
    kafka = await startOwnKafka({ nodes: 3 });
    product = await startServices({
      dataDir: data.path,
      brokers: kafka.brokers,
      prefix,
      replicas: 'gateway=2,dialogs=2',
    });
    load = new UnderLoad(product, { dataDir: data.path, prefix });
  }, 240_000);

  afterAll(async () => {
    await product?.stop();
    await kafka?.stop();
    await data?.remove();
  }, 60_000);

  it(
    `kill -9 of a broker, ${ROUNDS} rounds: each leads some partitions; nothing is lost, doubled or reordered, stored or shown`,
    async () => {
      const random = seededRandom(`${SEED}/broker/kill`);
      await load.during('broker', async (writers) => {
        for (let round = 0; round < ROUNDS; round++) {
          await pause(random.int(20, 700));
          const broker = random.int(0, 2);
          const before = writers.acknowledged.length;
          await kafka.kill(broker);
          // Sends go on: the commit is the database's, the bus catches up.
          await load.someoneNew(`broker-down${round}-0`, writers);
          await kafka.restart(broker);
          await load.someoneNew(`broker-up${round}-0`, writers);
          expect(writers.acknowledged.length).toBeGreaterThan(before + 2);
        }
      });
    },
    ROUNDS * 60_000 + 120_000,
  );

  it(
    `a broker that stands still for ${FREEZE_MS / 1_000} s: nothing is lost, doubled or reordered`,
    async () => {
      const random = seededRandom(`${SEED}/broker/freeze`);
      await load.during('frozen', async (writers) => {
        const pid = kafka.pids()[random.int(0, 2)] ?? 0;
        process.kill(pid, 'SIGSTOP');
        await pause(FREEZE_MS);
        process.kill(pid, 'SIGCONT');
        await load.someoneNew('frozen-thawed-0', writers);
      });
    },
    FREEZE_MS + 180_000,
  );
});

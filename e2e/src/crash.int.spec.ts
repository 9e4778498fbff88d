import { freePort, seededRandom, tempDir, type TempDir } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Operator, Visitor, isGapFree } from './support/api.js';
import { type Product, startProduct } from './support/product.js';
import { SEED, rounds } from './support/rounds.js';
import { verifyDialogs } from './support/verify.js';
import { Writers } from './support/writers.js';

const ROUNDS = rounds('BESEDA_CRASH_ROUNDS', 3);

describe(`kill -9 under load (seed ${SEED})`, () => {
  let data: TempDir;
  let product: Product;
  let port: number;

  beforeAll(async () => {
    data = await tempDir();
    port = await freePort();
    product = await startProduct({ dataDir: data.path, port });
  }, 120_000);

  afterAll(async () => {
    await product?.stop();
    await data?.remove();
  });

  it(
    `${ROUNDS} rounds: nothing acknowledged is lost, nothing doubled, every chain verifies`,
    async () => {
      const random = seededRandom(`${SEED}/crash`);
      const { url, siteId } = product.ready;
      const visitors = await Promise.all(Array.from({ length: 6 }, () => Visitor.open(url, siteId)));
      const writers = new Writers();
      writers.start(visitors, 'w');
      for (let round = 0; round < ROUNDS; round++) {
        const pause = random.int(20, 700);
        await new Promise((resolve) => setTimeout(resolve, pause));
        await product.kill9();
        product = await startProduct({ dataDir: data.path, port });
      }
      await writers.stop();

      const operator = await Operator.login(url, siteId);
      const dialogs = await operator.dialogs();
      const stored = new Map<string, number>();
      for (const dialog of dialogs) {
        const events = await operator.events(dialog.id);
        expect(isGapFree(events)).toBe(true);
        expect(events.length).toBe(dialog.seq);
        for (const event of events) {
          if (event.type === 'message.posted')
            stored.set(event.payload?.text ?? '', (stored.get(event.payload?.text ?? '') ?? 0) + 1);
        }
      }
      expect(writers.acknowledged.length).toBeGreaterThan(ROUNDS);
      expect(writers.acknowledged.filter((sent) => stored.get(sent.text) !== 1)).toEqual([]);
      expect([...stored.values()].filter((count) => count !== 1)).toEqual([]);

      await verifyDialogs(
        dialogs.map(({ id }) => id),
        { BESEDA_DATA: data.path },
      );
    },
    ROUNDS * 15_000 + 60_000,
  );
});

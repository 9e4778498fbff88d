import { describe, expect, it } from '@jest/globals';
import { seededRandom, until } from '@beseda/testing';
import { PARTITIONS, partitionOf } from '../partition.js';
import type { ReceivedRecord } from '../port.js';
import {
  gate,
  GROUP,
  Journal,
  keysOfOnePartition,
  numbered,
  numberOf,
  PREFIX,
  type BusCapabilities,
  type Kit,
} from './harness.js';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Order, parallelism, positions. */
export function describeDelivery(kit: Kit, capabilities: BusCapabilities): void {
  describe('delivery', () => {
    it('gives back topic, key, bytes and headers as they were published', async () => {
      const bus = await kit.bus();
      const topic = await kit.topic();
      const got: ReceivedRecord[] = [];
      await kit.subscribe(bus, topic, { handler: (record) => void got.push(record) });
      const value = Uint8Array.from({ length: 256 }, (_, i) => i);
      const headers = { ce_id: '1', ce_type: 'вид', traceparent: '00-0-0-00' };
      await bus.publish([{ topic, key: 'ключ', value, headers }]);
      await until(() => got.length === 1, { what: 'the record' });
      expect(got[0]).toMatchObject({ topic, key: 'ключ', headers, partition: partitionOf('ключ') });
      expect(Uint8Array.from(got[0]?.value ?? [])).toEqual(value);
      expect(Math.abs(Date.now() - (got[0]?.timestamp ?? 0))).toBeLessThan(60_000);
    });

    it('keeps the order of each key, whatever the handlers take', async () => {
      const bus = await kit.bus();
      const topic = await kit.topic();
      const random = seededRandom('order of each key');
      const journal = new Journal();
      const running = new Set<string>();
      let overlaps = 0;
      await kit.subscribe(bus, topic, {
        handler: async (record) => {
          if (running.has(record.key)) overlaps++;
          running.add(record.key);
          journal.add(record);
          if (random.bool(0.3)) await pause(random.int(0, 3));
          running.delete(record.key);
        },
      });
      const keys = Array.from({ length: 40 }, (_, i) => `k${i}`);
      for (let n = 0; n < 50; n += 5) {
        await Promise.all(random.shuffle(keys).map((key) => bus.publish(numbered(topic, key, n, n + 4))));
      }
      await until(() => journal.count >= 2_000, { what: '2,000 records', timeoutMs: 20_000 });
      await kit.caughtUp(topic);
      const expected = Array.from({ length: 50 }, (_, i) => i);
      for (const key of keys) expect([key, journal.of(key)]).toEqual([key, expected]);
      expect(overlaps).toBe(0);
    });

    it('handles keys of one partition side by side', async () => {
      const bus = await kit.bus();
      const topic = await kit.topic();
      const [slow, quick] = keysOfOnePartition(2) as [string, string];
      const door = gate();
      const journal = new Journal();
      await kit.subscribe(bus, topic, {
        handler: async (record) => {
          if (record.key === slow) await door.opened;
          journal.add(record);
        },
      });
      await bus.publish([...numbered(topic, slow, 0, 0), ...numbered(topic, quick, 0, 2)]);
      await until(() => journal.of(quick).length === 3, { what: 'the quick key, while the slow one waits' });
      expect(journal.of(slow)).toEqual([]);
      door.open();
      await kit.caughtUp(topic);
    });

    it('starts a new group at the earliest record, and each group has its own position', async () => {
      const bus = await kit.bus();
      const topic = await kit.topic();
      await bus.publish(numbered(topic, 'a', 0, 4));
      const [one, two] = [new Journal(), new Journal()];
      await kit.subscribe(bus, topic, { group: 'one', handler: (record) => one.add(record) });
      await until(() => one.count === 5, { what: 'the first group' });
      await kit.subscribe(bus, topic, { group: 'two', handler: (record) => two.add(record) });
      await until(() => two.count === 5, { what: 'the second group' });
      expect(two.of('a')).toEqual([0, 1, 2, 3, 4]);
    });

    it('goes on after a restart where it had committed', async () => {
      const topic = await kit.topic();
      const before = await kit.bus();
      await kit.subscribe(before, topic, { handler: () => undefined });
      await before.publish(numbered(topic, 'a', 0, 9));
      await kit.caughtUp(topic);
      await kit.close(before);
      const after = await kit.bus();
      const journal = new Journal();
      await kit.subscribe(after, topic, { handler: (record) => journal.add(record) });
      await after.publish(numbered(topic, 'a', 10, 10));
      await until(() => journal.count > 0, { what: 'the new record' });
      expect(journal.of('a')).toEqual([10]);
    });

    it('commits nothing beyond a record that is still being handled', async () => {
      const bus = await kit.bus();
      const topic = await kit.topic();
      const [first, later] = keysOfOnePartition(2) as [string, string];
      const door = gate();
      const journal = new Journal();
      let blocked = -1;
      await kit.subscribe(bus, topic, {
        handler: async (record) => {
          if (record.key === first && numberOf(record) === 1) {
            blocked = record.offset;
            await door.opened;
          }
          journal.add(record);
        },
      });
      await bus.publish([...numbered(topic, first, 0, 1), ...numbered(topic, later, 0, 9)]);
      await until(() => journal.of(later).length === 10 && blocked >= 0, { what: 'all but the blocked record' });
      const adapter = await kit.harness().adapter();
      const committed = async (): Promise<number | undefined> =>
        (await adapter.committed(`${PREFIX}${GROUP}.${topic}`, PREFIX + topic))[partitionOf(first)];
      await until(async () => (await committed()) === blocked, { what: 'the commit up to the blocked record' });
      await bus.publish(numbered(topic, later, 10, 10));
      await until(() => journal.of(later).length === 11, { what: 'one more record' });
      await pause(250); // more than two rounds of commits: nothing may come
      expect(await committed()).toBe(blocked);
      door.open();
      await kit.caughtUp(topic);
      await adapter.close();
    });

    it('takes no more than the window of a partition, and goes on when there is room', async () => {
      const bus = await kit.bus();
      const topic = await kit.topic();
      const batch = capabilities.batch ?? 100;
      const keys = keysOfOnePartition(3 * (20 + batch)); // a key each, so that only the window can hold them back
      const door = gate();
      let started = 0;
      let done = 0;
      await kit.subscribe(bus, topic, {
        window: 20,
        lanes: 10_000,
        handler: async () => {
          started++;
          await door.opened;
          done++;
        },
      });
      const all = keys.flatMap((key) => numbered(topic, key, 0, 0));
      for (let i = 0; i < all.length; i += 20) await bus.publish(all.slice(i, i + 20));
      await until(() => started > 0, { what: 'the first handlers' });
      await pause(100); // time to take too many
      expect(started).toBeLessThanOrEqual(20 + batch);
      door.open();
      await until(() => done === all.length, { what: 'all records after the jam', timeoutMs: 20_000 });
    });

    it('lets a slow handler finish without giving its partition away', async () => {
      const slowMs = capabilities.slowMs ?? 1_000;
      const bus = await kit.bus();
      const topic = await kit.topic();
      const [slow, quick] = keysOfOnePartition(2) as [string, string];
      const journal = new Journal();
      let finished = 0;
      await kit.subscribe(bus, topic, {
        handler: async (record) => {
          journal.add(record);
          if (record.key !== slow) return;
          await pause(slowMs);
          finished++;
        },
      });
      await bus.publish([...numbered(topic, slow, 0, 0), ...numbered(topic, quick, 0, 4)]);
      await until(() => finished === 1, { what: 'the slow handler', timeoutMs: slowMs + 10_000 });
      await kit.caughtUp(topic);
      expect([journal.of(slow), journal.of(quick)]).toEqual([[0], [0, 1, 2, 3, 4]]);
    }, 60_000);

    it('uses the partitions of the common hash', async () => {
      const adapter = await kit.harness().adapter();
      const topic = await kit.topic();
      expect(await adapter.watermarks(PREFIX + topic)).toHaveLength(PARTITIONS);
      await adapter.close();
    });
  });
}

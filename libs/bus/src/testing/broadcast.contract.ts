import { describe, expect, it } from '@jest/globals';
import { until } from '@beseda/testing';
import type { ResyncInfo } from '../port.js';
import { gate, Journal, keyOfEachPartition, numbered, numberOf, type BusCapabilities, type Kit } from './harness.js';

/** Every replica reads everything for itself. */
export function describeBroadcast(kit: Kit, capabilities: BusCapabilities): void {
  describe('broadcast', () => {
    it('gives every reader everything from the high watermark on, in order per key', async () => {
      const topic = await kit.topic();
      const buses = [await kit.bus(), await kit.bus()] as const;
      const keys = keyOfEachPartition(6);
      await buses[0].publish(keys.flatMap((key) => numbered(topic, key, 0, 2)));
      const journals = [new Journal(), new Journal()] as const;
      for (const i of [0, 1] as const) {
        await buses[i].broadcast({ topics: [topic], handler: (record) => journals[i].add(record) });
      }
      // one partition has had records, most have had none: both kinds of position must hold
      const all = [...keys, ...keyOfEachPartition(24).slice(6)];
      await buses[0].publish(all.flatMap((key) => numbered(topic, key, 3, 9)));
      for (const journal of journals) {
        await until(() => journal.count >= all.length * 7, { what: 'all that came later', timeoutMs: 15_000 });
        for (const key of all) expect([key, journal.of(key)]).toEqual([key, [3, 4, 5, 6, 7, 8, 9]]);
      }
    });

    it('misses nothing that is published right after it is ready, on a topic that was quiet', async () => {
      const bus = await kit.bus();
      for (let round = 0; round < 5; round++) {
        const topic = await kit.topic();
        const journal = new Journal();
        const reader = await bus.broadcast({ topics: [topic], handler: (record) => journal.add(record) });
        await bus.publish(numbered(topic, 'a', 0, 0));
        await until(() => journal.count === 1, { what: `the record of round ${round}`, timeoutMs: 15_000 });
        await reader.close();
      }
    }, 120_000);

    it('leaves no position behind: the next start begins at the watermark again', async () => {
      const topic = await kit.topic();
      const first = await kit.bus();
      const seen = new Journal();
      const reader = await first.broadcast({ topics: [topic], handler: (record) => seen.add(record) });
      await first.publish(numbered(topic, 'a', 0, 2));
      await until(() => seen.count === 3, { what: 'the first reader' });
      await reader.close();
      await first.publish(numbered(topic, 'a', 3, 5));
      const again = new Journal();
      await first.broadcast({ topics: [topic], handler: (record) => again.add(record) });
      await first.publish(numbered(topic, 'a', 6, 6));
      await until(() => again.count > 0, { what: 'the second reader', timeoutMs: 15_000 });
      expect([seen.of('a'), again.of('a')]).toEqual([[0, 1, 2], [6]]);
    });

    it('asks for a resync when a handler fails, and goes on', async () => {
      const topic = await kit.topic();
      const bus = await kit.bus();
      const asked: ResyncInfo[] = [];
      const journal = new Journal();
      await bus.broadcast({
        topics: [topic],
        onResync: (info) => asked.push(info),
        handler: (record) => {
          if (numberOf(record) === 1) throw new Error('no such room');
          journal.add(record);
        },
      });
      await bus.publish(numbered(topic, 'a', 0, 2));
      await until(() => journal.count === 2, { what: 'the records that work', timeoutMs: 15_000 });
      expect(journal.of('a')).toEqual([0, 2]);
      expect(asked).toEqual([{ reason: 'handler-failed', topic, key: 'a' }]);
    });

    it('is held up by a slow key only for that key, and within its window', async () => {
      const topic = await kit.topic();
      const bus = await kit.bus();
      const door = gate();
      const journal = new Journal();
      await bus.broadcast({
        topics: [topic],
        window: 10,
        handler: async (record) => {
          if (record.key === 'slow') await door.opened;
          journal.add(record);
        },
      });
      const many = 3 * (10 + (capabilities.batch ?? 100)); // more than is under way when the partition is paused
      for (let n = 0; n < many; n += 10) await bus.publish(numbered(topic, 'slow', n, n + 9));
      await bus.publish(keyOfEachPartition(3).flatMap((k) => numbered(topic, k, 0, 4)));
      await until(() => journal.count >= 10, { what: 'other partitions', timeoutMs: 15_000 });
      door.open();
      await until(() => journal.count === many + 15, { what: 'all of it', timeoutMs: 15_000 });
      expect(journal.of('slow')).toEqual(Array.from({ length: many }, (_, i) => i));
    });
  });
}

import { describe, expect, it } from '@jest/globals';
import { until } from '@beseda/testing';
import { Registry } from 'prom-client';
import { appError } from '@beseda/errors';
import { memoryParkedStore } from '../parked/memory.js';
import { PARTITIONS } from '../partition.js';
import type { Bus } from '../port.js';
import { gate, Journal, keyOfEachPartition, keysOfOnePartition, numbered, numberOf, type Kit } from './harness.js';

/** Closing, rebalancing, metrics. */
export function describeMembers(kit: Kit): void {
  describe('closing', () => {
    it('waits for running handlers, starts no others, commits what is done', async () => {
      const topic = await kit.topic();
      const bus = await kit.bus();
      const door = gate();
      const journal = new Journal();
      const subscription = await kit.subscribe(bus, topic, {
        drainMs: 10_000,
        handler: async (record) => {
          journal.add(record);
          await door.opened;
        },
      });
      await bus.publish(numbered(topic, 'a', 0, 4));
      await until(() => journal.count === 1, { what: 'the first handler' });
      let closed = false;
      const closing = subscription.close().then(() => (closed = true));
      await new Promise((resolve) => setTimeout(resolve, 50)); // time to close too early
      expect(closed).toBe(false);
      door.open();
      await closing;
      expect(journal.of('a')).toEqual([0]);

      const next = new Journal();
      await kit.subscribe(await kit.bus(), topic, { handler: (record) => next.add(record) });
      await until(() => next.count >= 4, { what: 'what was left' });
      expect(next.of('a')).toEqual([1, 2, 3, 4]);
    });

    it('aborts the signal of a handler that does not end, and leaves its record for the next', async () => {
      const topic = await kit.topic();
      const bus = await kit.bus();
      let aborted = false;
      const subscription = await kit.subscribe(bus, topic, {
        drainMs: 50,
        handler: async (_record, { signal }) => {
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          aborted = true;
          throw new Error('interrupted'); // says nothing about the record: must not park it
        },
      });
      await bus.publish(numbered(topic, 'a', 0, 0));
      await until(async () => (await subscription.lag()) === 1, { what: 'the record to be there' });
      await new Promise((resolve) => setTimeout(resolve, 50)); // time for the handler to start
      await subscription.close();
      expect(aborted).toBe(true);
      expect(await subscription.parkedKeys()).toEqual([]);
      const next = new Journal();
      await kit.subscribe(await kit.bus(), topic, { handler: (record) => next.add(record) });
      await until(() => next.count === 1, { what: 'the record again' });
    });

    it('does not wait for a handler that would be repeated', async () => {
      const topic = await kit.topic();
      const bus = await kit.bus();
      let calls = 0;
      const subscription = await kit.subscribe(bus, topic, {
        drainMs: 60_000,
        handler: () => {
          calls++;
          throw appError('UNAVAILABLE', 'down', { retryAfterMs: 5_000 });
        },
      });
      await bus.publish(numbered(topic, 'a', 0, 0));
      await until(() => calls > 0, { what: 'a try' });
      const start = performance.now();
      await subscription.close();
      expect(performance.now() - start).toBeLessThan(2_000);
    });
  });

  describe('closing while the store of parked records is down', () => {
    it('leaves the record for the next start', async () => {
      const topic = await kit.topic();
      const bus = await kit.bus();
      let asked = 0;
      await kit.subscribe(bus, topic, {
        parked: {
          ...memoryParkedStore(),
          park: () => {
            asked++;
            return Promise.reject(new Error('store down'));
          },
        },
        handler: () => {
          throw new Error('permanent');
        },
      });
      await bus.publish(numbered(topic, 'a', 0, 0));
      await until(() => asked > 0, { what: 'the record to be parked' });
      await kit.close(bus);
      const next = new Journal();
      await kit.subscribe(await kit.bus(), topic, { handler: (record) => next.add(record) });
      await until(() => next.count === 1, { what: 'the record again' });
    });
  });

  describe('a rebalance in the middle of work', () => {
    const keys = keyOfEachPartition(PARTITIONS);

    const member = async (
      topic: string,
      options: { hold?: Promise<void> } = {},
    ): Promise<{ bus: Bus; journal: Journal }> => {
      const bus = await kit.bus();
      const journal = new Journal();
      await kit.subscribe(bus, topic, {
        handler: async (record) => {
          journal.add(record);
          if (numberOf(record) === 0) await options.hold;
        },
      });
      return { bus, journal };
    };

    it('starts nothing more of a lost partition, loses nothing, keeps the order', async () => {
      const topic = await kit.topic();
      const door = gate();
      const a = await member(topic, { hold: door.opened });
      await a.bus.publish(keys.flatMap((key) => numbered(topic, key, 0, 4)));
      await until(() => a.journal.count === PARTITIONS, { what: 'a handler of each partition', timeoutMs: 15_000 });
      const b = await member(topic);
      const taken = (): string[] => keys.filter((key) => b.journal.of(key).length === 5);
      await until(() => taken().length >= 8, { what: 'the second member to take its share', timeoutMs: 20_000 });
      door.open();
      await kit.caughtUp(topic);
      expect(taken().length).toBeLessThan(PARTITIONS);
      for (const key of keys) {
        const [mine, theirs] = [a.journal.of(key), b.journal.of(key)];
        if (theirs.length > 0) {
          // only what ran already when the partition went away
          expect([key, mine, theirs]).toEqual([key, [0], [0, 1, 2, 3, 4]]);
        } else {
          // kept: what was running is delivered again, in order
          expect([key, mine]).toEqual([key, [0, 0, 1, 2, 3, 4]]);
        }
      }
    });

    it('hands everything to the member that remains', async () => {
      const topic = await kit.topic();
      const a = await member(topic);
      const b = await member(topic);
      await a.bus.publish(keys.flatMap((key) => numbered(topic, key, 0, 1)));
      await until(() => a.journal.count + b.journal.count >= 2 * PARTITIONS, {
        what: 'both to work',
        timeoutMs: 20_000,
      });
      await kit.close(a.bus);
      await b.bus.publish(keys.flatMap((key) => numbered(topic, key, 2, 3)));
      await until(() => keys.every((key) => b.journal.of(key).slice(-2).join() === '2,3'), {
        what: 'the one that is left to handle all',
        timeoutMs: 20_000,
      });
    });
  });

  describe('metrics', () => {
    it('show lag, retries, parked keys and what was handled', async () => {
      const registry = new Registry();
      const topic = await kit.topic();
      const bus = await kit.bus({ registry });
      const [waits, fails] = keysOfOnePartition(2) as [string, string];
      const door = gate();
      const read = async (name: string, labels: Record<string, string> = {}): Promise<number | undefined> => {
        const metric = await registry.getSingleMetric(name)?.get();
        const values = metric?.values as { labels: Record<string, unknown>; value: number }[] | undefined;
        return values?.find((v) => Object.entries({ topic, ...labels }).every(([k, text]) => v.labels[k] === text))
          ?.value;
      };
      await kit.subscribe(bus, topic, {
        handler: async (record, { attempt }) => {
          if (record.key === fails) throw new Error('permanent');
          if (attempt === 1 && numberOf(record) === 0) throw appError('UNAVAILABLE', 'once');
          await door.opened;
        },
      });
      await bus.publish([...numbered(topic, waits, 0, 4), ...numbered(topic, fails, 0, 1)]);
      await until(async () => (await read('beseda_bus_parked_keys')) === 1, { what: 'the parked key' });
      expect(await read('beseda_bus_lag')).toBe(7);
      expect(await read('beseda_bus_published_total')).toBe(7);
      await until(async () => (await read('beseda_bus_retries_total')) === 1, { what: 'the retry' });
      door.open();
      await until(async () => (await read('beseda_bus_lag')) === 0, { what: 'no lag' });
      expect(await read('beseda_bus_handled_total', { outcome: 'ok' })).toBe(5);
      expect(await read('beseda_bus_handled_total', { outcome: 'parked' })).toBe(2);
    });
  });
}

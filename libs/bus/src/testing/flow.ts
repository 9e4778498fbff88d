import { expect } from '@jest/globals';
import { until } from '@beseda/testing';
import { Journal, numbered } from './harness.js';
import { memoryParkedStore } from '../parked/memory.js';
import type { Bus } from '../port.js';

const KEYS = Array.from({ length: 8 }, (_, i) => `k${i}`);

/** Records that flow without a break through a topic, a group and a reader of everything, while brokers come and go. */
export interface Flow {
  /** Numbers confirmed so far, the same for every key. */
  readonly confirmed: number;
  /** Records the group has handled, repeats included. */
  readonly handled: number;
  /** Ends the flow; fails unless everything confirmed came to both, in order. */
  stopAndCheck(): Promise<void>;
}

/** Starts publishing number after number for each key, the next when the last is confirmed. */
export async function startFlow(bus: Bus, topic: string): Promise<Flow> {
  const journal = new Journal();
  const watched = new Journal();
  await bus.subscribe({
    group: 'flow',
    topics: [topic],
    parked: memoryParkedStore(),
    handler: (record) => journal.add(record),
  });
  await bus.broadcast({ topics: [topic], handler: (record) => watched.add(record) });
  let n = 0;
  let on = true;
  const publisher = (async () => {
    while (on) {
      try {
        await bus.publish(KEYS.flatMap((key) => numbered(topic, key, n, n)));
        n++;
      } catch (error) {
        expect(error).toMatchObject({ retryable: true }); // the same records again, before any later ones
      }
    }
  })();
  return {
    get confirmed() {
      return n;
    },
    get handled() {
      return journal.count;
    },
    stopAndCheck: async () => {
      on = false;
      await publisher;
      const all = Array.from({ length: n }, (_, i) => i);
      for (const [who, numbers] of [
        ['group', journal],
        ['reader', watched],
      ] as const) {
        const whole = (): boolean => KEYS.every((key) => distinct(numbers.of(key)).length >= n);
        await until(whole, { what: `all records at the ${who}`, timeoutMs: 30_000 });
        for (const key of KEYS) expect([who, key, distinct(numbers.of(key))]).toEqual([who, key, all]);
      }
    },
  };
}

/** Numbers in the order in which they came first. */
const distinct = (numbers: readonly number[]): number[] => [...new Set(numbers)];

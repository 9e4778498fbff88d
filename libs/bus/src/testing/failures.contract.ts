import { describe, expect, it } from '@jest/globals';
import { until } from '@beseda/testing';
import { appError } from '@beseda/errors';
import { LONGEST_BACKOFF_MS, type BusTiming } from '../core/timing.js';
import { memoryParkedStore } from '../parked/memory.js';
import type { ReceivedRecord } from '../port.js';
import { gate, Journal, keysOfOnePartition, numbered, numberOf, type Kit } from './harness.js';

/** Time that passes as fast as it is asked for. */
function virtualTime(): BusTiming & { passed: number; longest: number } {
  return {
    passed: 0,
    longest: 0,
    random: () => 1,
    async sleep(ms) {
      await new Promise((resolve) => setImmediate(resolve));
      this.passed += ms;
      this.longest = Math.max(this.longest, ms);
    },
  };
}

const permanent = (): Error => appError('INVALID_ARGUMENT', 'this record is wrong');
const [bad, good] = keysOfOnePartition(2) as [string, string];

/** Retries, parking, replay. */
export function describeFailures(kit: Kit): void {
  describe('failures', () => {
    it('repeats retryable errors and those of the machine for as long as they last and parks nothing', async () => {
      const timing = virtualTime();
      const bus = await kit.bus({ timing });
      const topic = await kit.topic();
      const journal = new Journal();
      const attempts: number[] = [];
      const subscription = await kit.subscribe(bus, topic, {
        handler: (record, { attempt }) => {
          if (record.key === bad && timing.passed < 10 * 60_000) {
            attempts.push(attempt);
            if (attempt % 2 > 0) throw appError('UNAVAILABLE', 'the database is down');
            throw Object.assign(new Error('write failed'), { code: 'ENOSPC', syscall: 'write' });
          }
          journal.add(record);
        },
      });
      await bus.publish([...numbered(topic, bad, 0, 2), ...numbered(topic, good, 0, 2)]);
      await until(() => journal.count === 6, { what: 'everything after ten minutes of outage', timeoutMs: 20_000 });
      await kit.caughtUp(topic);
      expect(journal.of(bad)).toEqual([0, 1, 2]);
      expect(attempts.slice(0, 3)).toEqual([1, 2, 3]);
      expect(attempts.length).toBeGreaterThan(100);
      expect(timing.longest).toBe(LONGEST_BACKOFF_MS);
      expect(await subscription.parkedKeys()).toEqual([]);
    });

    it('parks the key of a permanent error with its successors; other keys go on within a second', async () => {
      const bus = await kit.bus();
      const topic = await kit.topic();
      const journal = new Journal();
      const subscription = await kit.subscribe(bus, topic, {
        handler: (record) => {
          if (record.key === bad && numberOf(record) === 1) throw permanent();
          journal.add(record);
        },
      });
      const start = performance.now();
      await bus.publish([...numbered(topic, bad, 0, 3), ...numbered(topic, good, 0, 9)]);
      await until(() => journal.of(good).length === 10, { what: 'the other key' });
      expect(performance.now() - start).toBeLessThan(1_000);
      await kit.caughtUp(topic);
      expect(journal.of(bad)).toEqual([0]);
      expect(await subscription.parkedKeys()).toMatchObject([{ topic, key: bad, count: 3 }]);
    });

    it('takes an error it does not know as permanent', async () => {
      const bus = await kit.bus();
      const topic = await kit.topic();
      const subscription = await kit.subscribe(bus, topic, {
        handler: () => {
          throw new TypeError('a defect');
        },
      });
      await bus.publish(numbered(topic, bad, 0, 0));
      await until(async () => (await subscription.parkedKeys()).length === 1, { what: 'the parked key' });
    });

    it('replays parked records in order, new ones of the key after them', async () => {
      const bus = await kit.bus();
      const topic = await kit.topic();
      const journal = new Journal();
      const door = gate();
      let healed = false;
      let replaying = false;
      const subscription = await kit.subscribe(bus, topic, {
        handler: async (record) => {
          if (!healed && numberOf(record) === 0) throw permanent();
          replaying = true;
          await door.opened;
          journal.add(record);
        },
      });
      await bus.publish(numbered(topic, bad, 0, 4));
      await kit.caughtUp(topic);
      healed = true;
      const report = subscription.replayParked();
      await until(() => replaying, { what: 'the replay to begin' });
      await bus.publish(numbered(topic, bad, 5, 7)); // while the replay is under way
      door.open();
      expect(await report).toEqual({ keys: 1, replayed: 5, stillParked: 0 });
      await until(() => journal.count === 8, { what: 'the new records' });
      expect(journal.of(bad)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      expect(await subscription.parkedKeys()).toEqual([]);
    });

    it('lets no record slip in between the last parked one and the end of the replay', async () => {
      const bus = await kit.bus();
      const topic = await kit.topic();
      const journal = new Journal();
      const inner = memoryParkedStore();
      let healed = false;
      const subscription = await kit.subscribe(bus, topic, {
        parked: {
          ...inner,
          first: async (group, key) => {
            const found = await inner.first(group, key);
            if (healed && !found) {
              // "nothing parked any more" is on its way back when new records come; the other key shows that they are here
              await bus.publish([...numbered(topic, bad, 1, 1), ...numbered(topic, good, 0, 0)]);
              await until(() => journal.of(good).length === 1, { what: 'the record behind the new one' });
            }
            return found;
          },
        },
        handler: (record) => {
          if (!healed) throw permanent();
          journal.add(record);
        },
      });
      await bus.publish(numbered(topic, bad, 0, 0));
      await kit.caughtUp(topic);
      healed = true;
      expect(await subscription.replayParked()).toEqual({ keys: 1, replayed: 1, stillParked: 0 });
      await bus.publish(numbered(topic, bad, 2, 2));
      await until(() => journal.of(bad).includes(2), { what: 'the newest record' });
      expect(journal.of(bad)).toEqual([0, 1, 2]);
    });

    it('stops a replay at the record that fails again', async () => {
      const bus = await kit.bus();
      const topic = await kit.topic();
      const journal = new Journal();
      const broken = new Set([0, 2]);
      const subscription = await kit.subscribe(bus, topic, {
        handler: (record) => {
          if (broken.has(numberOf(record))) throw permanent();
          journal.add(record);
        },
      });
      await bus.publish(numbered(topic, bad, 0, 3));
      await kit.caughtUp(topic);
      broken.delete(0);
      expect(await subscription.replayParked()).toEqual({ keys: 1, replayed: 2, stillParked: 1 });
      expect(journal.of(bad)).toEqual([0, 1]);
      broken.delete(2);
      expect(await subscription.replayParked()).toEqual({ keys: 1, replayed: 2, stillParked: 0 });
      expect(journal.of(bad)).toEqual([0, 1, 2, 3]);
    });

    it('knows parked keys after a restart, and tries them at start and from time to time', async () => {
      const topic = await kit.topic();
      const parked = memoryParkedStore();
      const failing = await kit.bus();
      await kit.subscribe(failing, topic, {
        parked,
        handler: () => {
          throw permanent();
        },
      });
      await failing.publish(numbered(topic, bad, 0, 1));
      await kit.caughtUp(topic);
      await kit.close(failing);

      const begun = new Journal();
      const restarted = await kit.bus();
      await kit.subscribe(restarted, topic, {
        parked,
        replayEveryMs: 100,
        handler: (record: ReceivedRecord) => {
          begun.add(record);
          if (begun.count <= 2) throw permanent(); // in the replay at start and in the first one after it
        },
      });
      await restarted.publish(numbered(topic, bad, 2, 3));
      await until(() => begun.count === 6, { what: 'all four records' });
      expect(begun.of(bad)).toEqual([0, 0, 0, 1, 2, 3]);
    });

    it('waits for the store of parked records rather than lose or skip one', async () => {
      const topic = await kit.topic();
      const bus = await kit.bus();
      const inner = memoryParkedStore();
      let outage = 3;
      const journal = new Journal();
      const subscription = await kit.subscribe(bus, topic, {
        parked: {
          ...inner,
          park: (...args) => (outage-- > 0 ? Promise.reject(new Error('store down')) : inner.park(...args)),
        },
        handler: (record) => {
          if (numberOf(record) === 0 && record.key === bad) throw permanent();
          journal.add(record);
        },
      });
      await bus.publish([...numbered(topic, bad, 0, 2), ...numbered(topic, good, 0, 2)]);
      await kit.caughtUp(topic);
      expect([journal.of(bad), journal.of(good)]).toEqual([[], [0, 1, 2]]);
      expect(await subscription.parkedKeys()).toMatchObject([{ key: bad, count: 3 }]);
    });
  });
}

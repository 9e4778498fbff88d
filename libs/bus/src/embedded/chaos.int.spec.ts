import { describe, expect, it } from '@jest/globals';
import { appError } from '@beseda/errors';
import { seededRandom, until, type SeededRandom } from '@beseda/testing';
import { createBus } from '../core/bus.js';
import { systemTiming } from '../core/timing.js';
import { memoryParkedStore } from '../parked/memory.js';
import type { Bus, ParkedStore, RecordHandler, Subscription } from '../port.js';
import { embeddedAdapter } from './adapter.js';

const TOPIC = 'chaos.v1';
const KEYS = Array.from({ length: 30 }, (_, i) => `k${i}`);
const LAST = 19;

/** One key as the outside sees it: the next number nobody has handled yet. */
class Effects {
  readonly next = new Map<string, number>(KEYS.map((key) => [key, 0]));
  readonly gaps: string[] = [];

  apply(key: string, number: number): void {
    const next = this.next.get(key) ?? 0;
    if (number > next) this.gaps.push(`${key}: ${number} before ${next}`);
    if (number === next) this.next.set(key, next + 1);
  }

  get complete(): boolean {
    return [...this.next.values()].every((n) => n === LAST + 1);
  }
}

/** Fails in every way while `calm` is false. */
function unreliable(random: SeededRandom, effects: Effects, calm: () => boolean): RecordHandler {
  return async (record, { signal }) => {
    if (random.bool(0.5)) await new Promise((resolve) => setTimeout(resolve, random.int(0, 4)));
    if (!calm() && random.bool(0.1)) throw appError('UNAVAILABLE', 'down for a moment');
    if (!calm() && random.bool(0.03)) throw new Error('broken for now');
    signal.throwIfAborted();
    effects.apply(record.key, Number(new TextDecoder().decode(record.value)));
  };
}

function unreliableStore(random: SeededRandom, calm: () => boolean): ParkedStore {
  const store = memoryParkedStore();
  const maybe = async <T>(work: () => Promise<T>): Promise<T> => {
    if (random.bool(0.3)) await new Promise((resolve) => setTimeout(resolve, random.int(0, 3)));
    if (!calm() && random.bool(0.2)) throw new Error('store down');
    return work();
  };
  return {
    park: (...args) => maybe(() => store.park(...args)),
    keys: (...args) => maybe(() => store.keys(...args)),
    first: (...args) => maybe(() => store.first(...args)),
    remove: (...args) => maybe(() => store.remove(...args)),
  };
}

describe('members that come, go and fail at random', () => {
  const seeds = Array.from({ length: 12 }, (_, i) => `chaos ${i}`);
  it.each(seeds)('lose nothing and keep the order of every key (seed "%s")', async (seed) => {
    const random = seededRandom(seed);
    const path = `:memory:${seed}`;
    const effects = new Effects();
    let calm = false;
    const parked = unreliableStore(random.fork('store'), () => calm);
    const timing = { ...systemTiming, sleep: (ms: number, signal: AbortSignal) => systemTiming.sleep(ms / 50, signal) };
    const publisher = createBus({ adapter: embeddedAdapter({ path }) });
    const members: { bus: Bus; subscription: Subscription }[] = [];
    let born = 0;
    const join = async (): Promise<void> => {
      const bus = createBus({ adapter: embeddedAdapter({ path }), timing });
      const subscription = await bus.subscribe({
        group: 'g',
        topics: [TOPIC],
        parked,
        lanes: random.int(2, 20),
        window: random.int(3, 60),
        drainMs: random.int(0, 20),
        replayEveryMs: random.int(20, 200),
        handler: unreliable(random.fork(`member ${born++}`), effects, () => calm),
      });
      members.push({ bus, subscription });
    };

    await join();
    const publishing = (async () => {
      for (let n = 0; n <= LAST; n++) {
        await publisher.publish(
          random
            .shuffle(KEYS)
            .map((key) => ({ topic: TOPIC, key, value: new TextEncoder().encode(String(n)), headers: {} })),
        );
        await new Promise((resolve) => setTimeout(resolve, random.int(0, 15)));
      }
    })();
    for (let step = 0; step < 12; step++) {
      await new Promise((resolve) => setTimeout(resolve, random.int(0, 40)));
      const leaving =
        members.length > 0 && random.bool(0.45) ? members.splice(random.int(0, members.length - 1), 1) : [];
      for (const { bus } of leaving) await bus.close();
      if (members.length === 0 || (leaving.length === 0 && members.length < 3)) await join();
      if (random.bool(0.3)) await members[0]?.subscription.replayParked().catch(() => undefined); // the store may be down
    }
    await publishing;
    calm = true;
    try {
      await until(() => effects.complete, { what: 'every record', timeoutMs: 15_000 });
      await until(async () => (await parked.keys(`g.${TOPIC}`)).length === 0, { what: 'nothing parked' });
    } finally {
      await Promise.all([...members.map((m) => m.bus.close()), publisher.close()]);
    }
    expect(effects.gaps).toEqual([]);
  });
});

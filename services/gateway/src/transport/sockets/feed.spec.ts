import type { EventShape } from '@beseda/api';
import { seededRandom } from '@beseda/testing';
import { describe, expect, it } from '@jest/globals';
import { Feed, type Heads, type Missed } from './feed.js';

const event = (dialogId: string, seq: number): EventShape => ({ dialogId, seq, type: 'hidden' });
const heads = (entries: Record<string, number>): Heads => new Map(Object.entries(entries));

/** A feed over logs in memory; `page` bounds an answer. */
function setUp(logs: Record<string, number>, options: { page?: number; onFetch?: () => void | Promise<void> } = {}) {
  const sent: [string, number][] = [];
  const asked: Record<string, number>[] = [];
  const fetch = async (known: Heads): Promise<Missed> => {
    asked.push(Object.fromEntries(known));
    const events: EventShape[] = [];
    const answer: Heads = new Map();
    for (const [id, seq] of known) {
      const head = logs[id];
      if (head === undefined) continue;
      answer.set(id, head);
      for (let next = seq + 1; next <= head; next += 1) events.push(event(id, next));
    }
    await options.onFetch?.();
    return { events: events.slice(0, options.page ?? 500), heads: answer };
  };
  const feed = new Feed({ emit: (e) => sent.push([e.dialogId, e.seq]), room: () => Promise.resolve() }, fetch);
  return { feed, sent, asked };
}

describe('Feed', () => {
  it('sends what was missed and tells the heads, in pages', async () => {
    const { feed, sent, asked } = setUp({ a: 5, b: 2 }, { page: 3 });
    expect(await feed.resume(heads({ a: 1, b: 0, unknown: 7 }))).toEqual(heads({ a: 5, b: 2 }));
    expect(sent).toEqual([
      ['a', 2],
      ['a', 3],
      ['a', 4],
      ['a', 5],
      ['b', 1],
      ['b', 2],
    ]);
    expect(asked).toEqual([
      { a: 1, b: 0, unknown: 7 },
      { a: 4, b: 0 },
    ]);
    expect([...feed.open.keys()]).toEqual(['a', 'b']);
  });

  it('keeps live events back until everything before them was sent', async () => {
    let answer = (): void => undefined;
    const logs = { a: 3 };
    const { feed, sent } = setUp(logs, { onFetch: () => new Promise((resolve) => (answer = resolve)) });
    const resumed = feed.resume(heads({ a: 0 }));
    await Promise.resolve();
    logs.a = 5;
    feed.live(event('a', 4));
    feed.live(event('b', 9));
    feed.live(event('a', 5));
    feed.live(event('a', 4));
    // Other dialogs do not wait.
    expect(sent).toEqual([['b', 9]]);
    answer();
    expect(await resumed).toEqual(heads({ a: 5 }));
    expect(sent.slice(1)).toEqual([1, 2, 3, 4, 5].map((seq) => ['a', seq]));
    feed.live(event('a', 5));
    feed.live(event('a', 6));
    expect(sent.slice(6)).toEqual([['a', 6]]);
  });

  it('asks again when a live event is ahead of the answer', async () => {
    const logs = { a: 2 };
    let feedLive = (): void => undefined;
    const { feed, sent, asked } = setUp(logs, { onFetch: () => feedLive() });
    feedLive = () => {
      feedLive = () => undefined;
      logs.a = 4;
      feed.live(event('a', 4));
    };
    await feed.resume(heads({ a: 0 }));
    expect(sent.map(([, seq]) => seq)).toEqual([1, 2, 3, 4]);
    expect(asked).toHaveLength(2);
  });

  it('follows a dialog no more that went out of sight, also in the middle of a resume', async () => {
    let answer = (): void => undefined;
    const logs = { a: 3, b: 1 };
    const { feed, sent } = setUp(logs, { onFetch: () => new Promise((resolve) => (answer = resolve)) });
    const resumed = feed.resume(heads({ a: 2, b: 1 }));
    await Promise.resolve();
    logs.a = 4;
    feed.live(event('a', 4));
    feed.leave('a');
    answer();
    await resumed;
    // What was handed over before it left goes out.
    expect(sent).toEqual([
      ['a', 3],
      ['a', 4],
    ]);
    expect([...feed.open.keys()]).toEqual(['b']);
    feed.leave('b');
    expect(feed.open.size).toBe(0);
  });

  it('goes on with a dialog that came back while it was resumed', async () => {
    let answer = (): void => undefined;
    const { feed } = setUp({ a: 4 }, { onFetch: () => new Promise((resolve) => (answer = resolve)) });
    const resumed = feed.resume(heads({ a: 2 }));
    await Promise.resolve();
    feed.leave('a');
    feed.live(event('a', 4));
    answer();
    await resumed;
    expect(feed.open.get('a')).toBe(4);
  });

  it('gives up when asking brings nothing, and lets go of what it kept back', async () => {
    const sent: number[] = [];
    const fetch = (): Promise<Missed> => Promise.resolve({ events: [], heads: heads({ a: 5 }) });
    const feed = new Feed({ emit: (e) => sent.push(e.seq), room: () => Promise.resolve() }, fetch);
    const resumed = feed.resume(heads({ a: 0 }));
    await Promise.resolve();
    feed.live(event('a', 6));
    await expect(resumed).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(sent).toEqual([6]);
    expect(feed.busy).toBe(0);
  });

  it('goes on after a failed resume', async () => {
    let fail = true;
    const { feed, sent } = setUp(
      { a: 1 },
      {
        onFetch: () => {
          if (fail) throw new Error('no answer');
        },
      },
    );
    await expect(feed.resume(heads({ a: 0 }))).rejects.toThrow('no answer');
    fail = false;
    await feed.resume(heads({ a: 0 }));
    expect(sent).toEqual([['a', 1]]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'sends every event once and in order, whatever comes between (seed %i)',
    async (seed) => {
      const random = seededRandom(seed);
      const logs: Record<string, number> = { a: random.int(0, 30), b: random.int(0, 30), c: 0 };
      const started = { a: random.int(0, logs['a'] ?? 0), b: random.int(0, logs['b'] ?? 0), c: 0 };
      const pending: EventShape[] = [];
      const happen = (): void => {
        const id = random.pick(['a', 'b', 'c']);
        logs[id] = (logs[id] ?? 0) + 1;
        pending.push(event(id, logs[id]));
      };
      let budget = 200;
      const stir = (): void => {
        for (let i = random.int(0, 6); i > 0 && budget > 0; i -= 1, budget -= 1) happen();
        for (let i = random.int(0, 6); i > 0; i -= 1) {
          // The bus lags behind the log, never out of order.
          const next = pending.shift();
          if (next) feed.live(next);
          if (next && random.bool(0.2)) feed.live(next);
        }
      };
      const { feed, sent } = setUp(logs, { page: random.int(1, 9), onFetch: stir });
      await feed.resume(heads(started));
      while (budget > 0) {
        stir();
        if (random.bool(0.3)) await feed.check();
      }
      pending.forEach((next) => feed.live(next));
      await feed.check();
      for (const id of ['a', 'b', 'c'] as const) {
        const seqs = sent.filter(([dialogId]) => dialogId === id).map(([, seq]) => seq);
        expect(seqs).toEqual(Array.from({ length: (logs[id] ?? 0) - started[id] }, (_, i) => started[id] + 1 + i));
      }
    },
  );
});

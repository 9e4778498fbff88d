import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type EveryOptions, type Repetition, every } from './every.js';
import { ManualClock, settled } from './testing/manual-clock.js';

describe('every', () => {
  let clock: ManualClock;
  let at: number[];
  let logged: string[];
  let running: Repetition | undefined;

  const start = (options: Partial<EveryOptions> = {}): Repetition => {
    const run = () => Promise.resolve(void at.push(clock.now()));
    const logger = {
      warn: (fields: object, message: string) => logged.push(`${(fields as EveryFields).timer} ${message}`),
    };
    return (running = every({ name: 'sweep', ms: 100, run, logger, clock, ...options }));
  };

  beforeEach(() => {
    clock = new ManualClock();
    at = [];
    logged = [];
  });
  afterEach(() => running?.stop());

  it('runs at once and after every pause, or only after the first one', async () => {
    start();
    await clock.move(250);
    expect(at).toEqual([0, 100, 200]);
    await running?.stop();
    await clock.move(500);
    expect(at).toHaveLength(3);
    at = [];
    start({ later: true });
    await clock.move(100);
    expect(at).toEqual([850]);
  });

  it('never runs twice at once; a wake meanwhile means once more', async () => {
    let end = (): void => undefined;
    start({ run: () => new Promise<void>((resolve) => (at.push(clock.now()), (end = resolve))) });
    await clock.move(1_000);
    expect(at).toEqual([0]);
    running?.wake();
    running?.wake();
    end();
    await settled();
    expect(at).toEqual([0, 1_000]);
    end();
    await settled();
    expect(clock.next).toBe(100);
    running?.wake();
    await settled();
    expect(at).toEqual([0, 1_000, 1_000]);
    end();
  });

  it('goes on at once while there is more', async () => {
    start({ run: () => Promise.resolve(at.push(clock.now()) < 3) });
    await settled();
    expect(at).toEqual([0, 0, 0]);
  });

  it('logs and counts a failure and goes on, with growing pauses where that is wanted', async () => {
    const failures: string[] = [];
    const run = () => {
      at.push(clock.now());
      return at.length < 4 ? Promise.reject(new Error('no')) : Promise.resolve();
    };
    const backoff = { firstMs: 200, longestMs: 400 };
    start({ run, backoff, failed: 'could not sweep', onFailure: (name) => failures.push(name) });
    await clock.move(850);
    expect(at).toEqual([0, 150, 450, 750, 850]);
    expect(logged).toEqual(Array.from({ length: 3 }, () => 'sweep could not sweep'));
    expect(failures).toEqual(['sweep', 'sweep', 'sweep']);
  });

  it('ends when what is under way has ended, or after so long', async () => {
    let end = (): void => undefined;
    const run = () => new Promise<void>((resolve) => (end = resolve));
    let stopped = false;
    void start({ run })
      .stop()
      .then(() => (stopped = true));
    await clock.move(10_000);
    expect(stopped).toBe(false);
    end();
    await settled();
    expect(stopped).toBe(true);

    stopped = false;
    void start({ run, drainMs: 50 })
      .stop()
      .then(() => (stopped = true));
    await clock.move(49);
    expect(stopped).toBe(false);
    await clock.move(1);
    expect(stopped).toBe(true);
    end();
  });

  it('tells the work that it shall end', async () => {
    const run = (signal: AbortSignal) =>
      new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await start({ run }).stop();
  });
});

interface EveryFields {
  timer: string;
}

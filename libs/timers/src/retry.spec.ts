import { describe, expect, it } from '@jest/globals';
import { AGAIN, pauseMs, retry } from './retry.js';
import { ManualClock, settled } from './testing/manual-clock.js';

const PAUSES = { firstMs: 100, longestMs: 350 };
const given = () => {
  const clock = new ManualClock();
  return { clock, options: { ...PAUSES, until: 1_000, clock } };
};

describe('retry', () => {
  it('gives the first result at once, and repeats what is worth it with growing pauses', async () => {
    const { clock, options } = given();
    const at: number[] = [];
    const work = (attempt: number) => {
      at.push(clock.now());
      return attempt < 4 ? Promise.reject(new Error(`no ${attempt}`)) : Promise.resolve('done');
    };
    const seen: string[] = [];
    const onRetry = (attempt: number, error: unknown) => seen.push(`${attempt} ${(error as Error).message}`);
    const result = retry(work, { ...options, while: () => true, onRetry });
    await clock.move(1_000);
    expect(await result).toBe('done');
    // Three quarters of 100, 200 and 350: chance is in the middle.
    expect(at).toEqual([0, 75, 225, 487.5]);
    expect(seen).toEqual(['1 no 1', '2 no 2', '3 no 3']);
  });

  it('throws what is not worth it', async () => {
    const { options } = given();
    let attempts = 0;
    const work = () => Promise.reject(new Error(attempts++ === 0 ? 'passes' : 'stays'));
    const result = retry(work, { ...options, while: (error) => (error as Error).message === 'passes' });
    const outcome = expect(result).rejects.toThrow('stays');
    await options.clock.move(1_000);
    await outcome;
    expect(attempts).toBe(2);
    await expect(retry(() => Promise.reject(new Error('any')), options)).rejects.toThrow('any');
  });

  it('begins no attempt after its time; the last error is thrown, or that others were faster', async () => {
    const { clock, options } = given();
    let attempts = 0;
    const failing = retry(() => Promise.reject(new Error(`no ${++attempts}`)), { ...options, while: () => true });
    const outcome = expect(failing).rejects.toThrow('no 5');
    await clock.move(2_000);
    await outcome;
    await expect(retry(() => Promise.resolve(AGAIN), options)).rejects.toMatchObject({ code: 'ABORTED' });
    const exhausted = () => new Error('enough');
    await expect(retry(() => Promise.resolve(AGAIN), { ...options, exhausted })).rejects.toThrow('enough');
  });

  it('stops waiting when it is told to', async () => {
    const { options } = given();
    const stop = new AbortController();
    const result = retry(() => Promise.reject(new Error('no')), { ...options, while: () => true, signal: stop.signal });
    const outcome = expect(result).rejects.toThrow('no');
    await settled();
    stop.abort();
    await outcome;
  });

  it('never pauses shorter than half and never longer than the longest', () => {
    for (let attempt = 1; attempt < 2_000; attempt += 7) {
      const full = Math.min(350, 100 * 2 ** (attempt - 1));
      expect(pauseMs(attempt, PAUSES, () => 0)).toBe(full / 2);
      expect(pauseMs(attempt, PAUSES, () => 0.999)).toBeLessThan(full);
    }
  });
});

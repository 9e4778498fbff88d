import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '@beseda/testing';
import { PartitionProgress } from './progress.js';
import { backoffMs, LONGEST_BACKOFF_MS } from './timing.js';

describe('PartitionProgress', () => {
  it('moves only over what is finished without a gap', () => {
    const progress = new PartitionProgress();
    for (const offset of [4, 5, 7, 9]) progress.take(offset); // gaps in the log are none in the work
    expect(progress.uncommitted()).toBeUndefined();
    progress.finish(5);
    expect([progress.uncommitted(), progress.open]).toEqual([undefined, 4]);
    progress.finish(4);
    expect([progress.uncommitted(), progress.open]).toEqual([6, 2]);
    progress.committed(6);
    expect(progress.uncommitted()).toBeUndefined();
    progress.finish(9);
    progress.finish(7);
    expect([progress.uncommitted(), progress.open]).toEqual([10, 0]);
  });

  it('agrees with a plain model over a long random run', () => {
    const random = seededRandom('progress');
    const progress = new PartitionProgress();
    const running = new Set<number>();
    let next = 0;
    for (let step = 0; step < 20_000; step++) {
      if (running.size === 0 || (running.size < 50 && random.bool())) {
        progress.take(next);
        running.add(next++);
      } else {
        const done = random.pick([...running]);
        running.delete(done);
        progress.finish(done);
      }
      const oldest = running.size > 0 ? Math.min(...running) : next;
      expect(progress.open).toBe(next - oldest);
      const position = progress.uncommitted();
      if (position !== undefined) {
        expect(position).toBe(oldest);
        progress.committed(position);
      }
    }
  });
});

describe('backoffMs', () => {
  it('doubles up to five seconds, the upper half of it by chance', () => {
    const low = [1, 2, 3, 7, 8, 50, 5_000].map((attempt) => backoffMs(attempt, () => 0));
    expect(low).toEqual([25, 50, 100, 1_600, 2_500, 2_500, 2_500]);
    expect(backoffMs(1, () => 0.999999)).toBeCloseTo(50, 3);
    expect(backoffMs(99, () => 0.999999)).toBeLessThanOrEqual(LONGEST_BACKOFF_MS);
  });

  it('listens to a wish for a longer pause, within the limit', () => {
    expect(backoffMs(1, () => 0, 2_000)).toBe(1_000);
    expect(backoffMs(1, () => 1, 60_000)).toBe(LONGEST_BACKOFF_MS);
  });
});

import { describe, expect, it } from '@jest/globals';
import { KeyLanes, Slots } from './lanes.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('KeyLanes', () => {
  it('runs tasks of a key in order and keys side by side', async () => {
    const lanes = new KeyLanes(() => undefined);
    const seen: string[] = [];
    let release = (): void => undefined;
    lanes.run('a', async () => {
      await new Promise<void>((resolve) => (release = resolve));
      seen.push('a1');
    });
    lanes.run('a', async () => void seen.push('a2'));
    lanes.run('b', async () => void seen.push('b1'));
    await turn();
    expect(seen).toEqual(['b1']);
    release();
    await lanes.idle();
    expect(seen).toEqual(['b1', 'a1', 'a2']);
  });

  it('reports a task that throws and goes on with the lane', async () => {
    const defects: unknown[] = [];
    const lanes = new KeyLanes((error) => defects.push(error));
    let after = false;
    lanes.run('a', () => Promise.reject(new Error('defect')));
    lanes.run('a', async () => void (after = true));
    await lanes.idle();
    expect([after, defects]).toEqual([true, [new Error('defect')]]);
  });

  it('is idle at once when there is nothing to do', async () => {
    await expect(new KeyLanes(() => undefined).idle()).resolves.toBeUndefined();
  });
});

describe('Slots', () => {
  it('lets no more run than it has, first come first served, also after errors', async () => {
    const slots = new Slots(2);
    let running = 0;
    let most = 0;
    const order: number[] = [];
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, i) =>
        slots.run(async () => {
          most = Math.max(most, ++running);
          order.push(i);
          await turn();
          running--;
          if (i % 3 === 0) throw new Error('no');
        }),
      ),
    );
    expect(most).toBe(2);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(results.filter((r) => r.status === 'rejected')).toHaveLength(4);
  });
});

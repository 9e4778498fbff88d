import { appError } from '@beseda/errors';
import { describe, expect, it } from '@jest/globals';
import { KeyedQueue } from './keyed-queue.js';
import { Limiter } from './limiter.js';

/** A promise and what settles it. */
function gate(): { open: () => void; passed: Promise<void> } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { open, passed };
}
const refuse = () => appError('RATE_LIMITED', 'Too much at once.');

describe('a keyed queue', () => {
  it('runs the work of a key in order and lets other keys pass', async () => {
    const queue = new KeyedQueue();
    const seen: string[] = [];
    const { open, passed } = gate();
    const first = queue.run('a', async () => {
      await passed;
      seen.push('a1');
      return 'first';
    });
    const second = queue.run('a', async () => void seen.push('a2'));
    await queue.run('b', async () => void seen.push('b'));
    open();
    expect(await first).toBe('first');
    await second;
    expect(seen).toEqual(['b', 'a1', 'a2']);
  });

  it('goes on after a failure, which only its caller gets, and forgets keys without work', async () => {
    const queue = new KeyedQueue();
    const failing = queue.run('a', () => Promise.reject(new Error('wrong')));
    const next = queue.run('a', () => Promise.resolve('right'));
    await expect(failing).rejects.toThrow('wrong');
    await expect(next).resolves.toBe('right');
    expect(queue.size).toBe(0);
  });

  it('turns away what is too much, and takes more afterwards', async () => {
    const queue = new KeyedQueue({ most: 2, refuse });
    const { open, passed } = gate();
    const waiting = [queue.run('a', () => passed), queue.run('a', () => passed)];
    await expect(queue.run('a', () => passed)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await queue.run('b', () => Promise.resolve());
    open();
    await Promise.all(waiting);
    await expect(queue.run('a', () => Promise.resolve(1))).resolves.toBe(1);
  });
});

describe('a limiter', () => {
  it('lets a few work at once, the others wait in order, and turns away a flood', async () => {
    const limiter = new Limiter(2, { most: 3, refuse });
    const { open, passed } = gate();
    let running = 0;
    let most = 0;
    const began: number[] = [];
    const work = async (i: number): Promise<void> => {
      began.push(i);
      most = Math.max(most, ++running);
      await passed;
      running--;
    };
    const taken = Array.from({ length: 5 }, (_, i) => limiter.run(() => work(i)));
    await expect(limiter.run(() => work(5))).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    open();
    await Promise.all(taken);
    expect(most).toBe(2);
    expect(began).toEqual([0, 1, 2, 3, 4]);
    await expect(limiter.run(() => Promise.reject(new Error('wrong')))).rejects.toThrow('wrong');
    await Promise.all([6, 7, 8].map((i) => limiter.run(() => work(i))));
    expect(running).toBe(0);
  });
});

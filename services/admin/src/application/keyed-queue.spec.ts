import { runInContext } from '@beseda/grpc';
import { describe, expect, it } from '@jest/globals';
import { KeyedQueue } from './keyed-queue.js';
import { Turns } from './turns.js';

/** A promise and what settles it. */
function gate(): { open: () => void; passed: Promise<void> } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { open, passed };
}

describe('KeyedQueue', () => {
  it('runs the work of a key in order and lets other keys pass', async () => {
    const queue = new KeyedQueue(10);
    const seen: string[] = [];
    const { open, passed } = gate();
    const first = queue.run('a', async () => {
      await passed;
      seen.push('a1');
    });
    const second = queue.run('a', async () => void seen.push('a2'));
    await queue.run('b', async () => void seen.push('b'));
    open();
    await Promise.all([first, second]);
    expect(seen).toEqual(['b', 'a1', 'a2']);
  });

  it('goes on after a failure, which only its caller gets', async () => {
    const queue = new KeyedQueue(10);
    const failing = queue.run('a', () => Promise.reject(new Error('wrong')));
    const next = queue.run('a', () => Promise.resolve('right'));
    await expect(failing).rejects.toThrow('wrong');
    await expect(next).resolves.toBe('right');
  });

  it('turns away what is too much, and takes more afterwards', async () => {
    const queue = new KeyedQueue(2);
    const { open, passed } = gate();
    const waiting = [queue.run('a', () => passed), queue.run('a', () => passed)];
    await expect(queue.run('a', () => passed)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    open();
    await Promise.all(waiting);
    await expect(queue.run('a', () => Promise.resolve(1))).resolves.toBe(1);
  });
});

describe('Turns', () => {
  it('lets a few work at once, the others wait, and turns away a flood', async () => {
    const turns = new Turns({ atOnce: 2, waiting: 3 });
    const { open, passed } = gate();
    let running = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await passed;
      running--;
    };
    const taken = Array.from({ length: 5 }, () => turns.run(work));
    await expect(turns.run(work)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    open();
    await Promise.all(taken);
    expect(most).toBe(2);
    await expect(turns.run(() => Promise.reject(new Error('wrong')))).rejects.toThrow('wrong');
    await Promise.all([turns.run(work), turns.run(work), turns.run(work)]);
    expect(running).toBe(0);
  });

  it('does not begin what nobody waits for any more', async () => {
    const turns = new Turns();
    let begun = false;
    const late = runInContext({ correlationId: 'c', deadline: Date.now() - 1 }, () =>
      turns.run(async () => {
        begun = true;
      }),
    );
    await expect(late).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(begun).toBe(false);
  });
});

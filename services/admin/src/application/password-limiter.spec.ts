import { runInContext } from '@beseda/grpc';
import { describe, expect, it } from '@jest/globals';
import { PasswordLimiter } from './password-limiter.js';

/** A promise and what settles it. */
function gate(): { open: () => void; passed: Promise<void> } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { open, passed };
}

describe('PasswordLimiter', () => {
  it('lets a few work at once, the others wait, and turns away a flood', async () => {
    const limiter = new PasswordLimiter({ atOnce: 2, waiting: 3 });
    const { open, passed } = gate();
    let running = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await passed;
      running--;
    };
    const taken = Array.from({ length: 5 }, () => limiter.run(work));
    await expect(limiter.run(work)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    open();
    await Promise.all(taken);
    expect(most).toBe(2);
    await expect(limiter.run(() => Promise.reject(new Error('wrong')))).rejects.toThrow('wrong');
    await Promise.all([limiter.run(work), limiter.run(work), limiter.run(work)]);
    expect(running).toBe(0);
  });

  it('does not begin what nobody waits for any more', async () => {
    const limiter = new PasswordLimiter();
    let begun = false;
    const late = runInContext({ correlationId: 'c', deadline: Date.now() - 1 }, () =>
      limiter.run(async () => {
        begun = true;
      }),
    );
    await expect(late).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(begun).toBe(false);
  });
});

import { runInContext } from '@beseda/grpc';
import { describe, expect, it } from '@jest/globals';
import { untilWritten } from './contact-writer.js';
import { Lanes } from './lanes.js';

describe('untilWritten', () => {
  it('repeats what lost a race', async () => {
    let tries = 0;
    await expect(untilWritten(() => Promise.resolve(++tries < 4 ? undefined : 'written'))).resolves.toBe('written');
    expect(tries).toBe(4);
  });

  it('gives up at the deadline of the call, and says that it may be tried again', async () => {
    const attempt = runInContext({ correlationId: 'c', deadline: Date.now() + 50 }, () =>
      untilWritten(() => Promise.resolve(undefined)),
    );
    await expect(attempt).rejects.toMatchObject({ code: 'ABORTED', retryable: true });
  });

  it('passes failures on', async () => {
    await expect(untilWritten(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});

describe('Lanes', () => {
  it('keep the order of one contact, survive failures and refuse a flood', async () => {
    const lanes = new Lanes();
    let open = (): void => undefined;
    const closed = new Promise<void>((resolve) => (open = resolve));
    const seen: number[] = [];
    const first = lanes.run('c1', () => closed.then(() => Promise.reject(new Error('broken'))));
    const rest = Array.from({ length: 199 }, (_, i) => lanes.run('c1', async () => void seen.push(i)));
    await expect(lanes.run('c1', () => closed)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await lanes.run('c2', () => Promise.resolve());
    open();
    await expect(first).rejects.toThrow('broken');
    await Promise.all(rest);
    expect(seen).toEqual(Array.from({ length: 199 }, (_, i) => i));
    await lanes.run('c1', () => Promise.resolve());
  });
});

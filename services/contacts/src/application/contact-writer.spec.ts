import { runInContext } from '@beseda/grpc';
import { describe, expect, it } from '@jest/globals';
import { untilWritten } from './contact-writer.js';

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

import { describe, expect, it } from '@jest/globals';
import { until } from './until.js';

describe('until', () => {
  it('returns the first truthy value', async () => {
    let calls = 0;
    const value = await until(() => (++calls === 3 ? 'three' : undefined), { what: 'three', everyMs: 1 });
    expect([value, calls]).toEqual(['three', 3]);
  });

  it('takes a throwing predicate as "not yet"', async () => {
    let calls = 0;
    const look = (): boolean => {
      if (++calls < 3) throw new Error('too early');
      return true;
    };
    await expect(until(look, { what: 'it', everyMs: 1 })).resolves.toBe(true);
  });

  it('says what was awaited and what was seen last', async () => {
    await expect(until(() => 0, { timeoutMs: 5, what: 'a number' })).rejects.toThrow(
      'waited 5 ms for a number; last value: 0',
    );
    const broken = (): boolean => {
      throw new Error('no answer');
    };
    await expect(until(broken, { timeoutMs: 5, what: 'the server' })).rejects.toThrow('last error: no answer');
  });
});

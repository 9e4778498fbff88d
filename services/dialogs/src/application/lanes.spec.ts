import { describe, expect, it } from '@jest/globals';
import { Lanes } from './lanes.js';

describe('lanes', () => {
  it('run work of one key in the order it came, other keys beside it', async () => {
    const lanes = new Lanes();
    const log: string[] = [];
    const work = (name: string, turns: number) => async () => {
      log.push(`${name} begins`);
      for (let i = 0; i < turns; i++) await Promise.resolve();
      log.push(`${name} ends`);
      return name;
    };
    const results = await Promise.all([
      lanes.run('a', work('a1', 50)),
      lanes.run('a', work('a2', 1)),
      lanes.run('b', work('b1', 1)),
    ]);
    expect(results).toEqual(['a1', 'a2', 'b1']);
    expect(log).toEqual(['a1 begins', 'b1 begins', 'b1 ends', 'a1 ends', 'a2 begins', 'a2 ends']);
  });

  it('go on after a failure, and forget keys without work', async () => {
    const lanes = new Lanes();
    const failed = lanes.run('a', () => Promise.reject(new Error('no')));
    const next = lanes.run('a', () => Promise.resolve('yes'));
    await expect(failed).rejects.toThrow('no');
    await expect(next).resolves.toBe('yes');
    await Promise.resolve();
    expect(lanes.size).toBe(0);
  });
});

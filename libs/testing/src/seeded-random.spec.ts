import { describe, expect, it } from '@jest/globals';
import { seededRandom } from './seeded-random.js';

describe('seededRandom', () => {
  it('repeats itself for the same seed and differs for another', () => {
    const draw = (seed: number | string): number[] => {
      const random = seededRandom(seed);
      return Array.from({ length: 20 }, () => random.int(0, 1_000_000));
    };
    expect(draw(7)).toEqual(draw('7'));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('gives the same numbers on every machine', () => {
    const random = seededRandom('beseda');
    expect([random.int(0, 999), random.int(0, 999), random.hex(8), random.bool()]).toMatchInlineSnapshot(`
      [
        620,
        830,
        "b7bae789",
        true,
      ]
    `);
  });

  it('spreads evenly over the whole range, both ends included', () => {
    const random = seededRandom(1);
    const counts = new Map<number, number>();
    for (let i = 0; i < 60_000; i++) {
      const n = random.int(1, 6);
      counts.set(n, (counts.get(n) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6]);
    // 10,000 expected each, standard deviation 91: 500 is more than five of them
    for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  it('shuffles a copy, keeps all elements', () => {
    const random = seededRandom(2);
    const list = Array.from({ length: 50 }, (_, i) => i);
    const shuffled = random.shuffle(list);
    expect(shuffled).not.toEqual(list);
    expect([...shuffled].sort((a, b) => a - b)).toEqual(list);
    expect(list[0]).toBe(0);
  });

  it('forks by label, independent of what has been drawn', () => {
    const a = seededRandom(3);
    a.bytes(10);
    expect(a.fork('x').hex(9)).toBe(seededRandom(3).fork('x').hex(9));
    expect(a.fork('x').hex(9)).not.toBe(a.fork('y').hex(9));
    expect(a.hex(9)).toMatch(/^[0-9a-f]{9}$/);
  });

  it('refuses an empty list and an empty range', () => {
    expect(() => seededRandom(1).pick([])).toThrow('nothing to pick from');
    expect(() => seededRandom(1).int(2, 1)).toThrow('no integer between 2 and 1');
  });
});

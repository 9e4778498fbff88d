import { describe, expect, it } from '@jest/globals';
import { murmur2, PARTITIONS, partitionOf } from './partition.js';

describe('partitionOf', () => {
  // the vectors of Kafka's own UtilsTest.testMurmur2
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('hashes %s as Kafka does', (key, hash) => {
    expect(murmur2(new TextEncoder().encode(key))).toBe(hash);
  });

  it('spreads keys over all partitions and stays inside them', () => {
    const counts = new Array<number>(PARTITIONS).fill(0);
    for (let i = 0; i < 24_000; i++) {
      const p = partitionOf(`диалог-${i}`);
      counts[p] = (counts[p] ?? -Infinity) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1150);
  });
});

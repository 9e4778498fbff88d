import { describe, expect, it } from '@jest/globals';
import { mongo } from 'mongoose';
import { bytesOf, indexUsed } from './index.js';

const plan = (winningPlan: object): object => ({ queryPlanner: { winningPlan } });
const scan = (indexName: string): object => ({ stage: 'IXSCAN', indexName });

describe('indexUsed', () => {
  it('names the index, however deep', () => {
    expect(indexUsed(plan({ stage: 'FETCH', inputStage: scan('by_activity') }))).toBe('by_activity');
    expect(indexUsed(plan({ queryPlan: { stage: 'FETCH', inputStage: scan('by_activity') }, slotBasedPlan: {} }))).toBe(
      'by_activity',
    );
    expect(indexUsed({ stages: [{ $cursor: plan(scan('a')) }, { $group: {} }] })).toBe('a');
    expect(indexUsed([plan({ stage: 'EXPRESS_IXSCAN', indexName: 'e' })])).toBe('e');
    expect(indexUsed(plan({ stage: 'OR', inputStages: [scan('b'), scan('a'), scan('b')] }))).toBe('a+b');
  });

  it('tells scans and look-ups by id', () => {
    expect(indexUsed(plan({ stage: 'COLLSCAN' }))).toBe('COLLSCAN');
    expect(indexUsed(plan({ stage: 'SORT', inputStage: { stage: 'COLLSCAN' } }))).toBe('COLLSCAN');
    expect(indexUsed(plan({ stage: 'IDHACK' }))).toBe('_id_');
    expect(() => indexUsed({ ok: 1 })).toThrow('no query plan');
  });
});

describe('bytesOf', () => {
  it('gives the bytes of what the driver gives', () => {
    const bytes = Uint8Array.of(1, 2, 250);
    expect(bytesOf(new mongo.Binary(bytes))).toEqual(bytes);
    expect(bytesOf(Buffer.from(bytes))).toEqual(bytes);
  });
});

import { describe, expect, it } from '@jest/globals';
import { withoutInstance } from './lease.js';

const now = new Date('2026-01-01T00:00:00Z');
const at = (ms: number): Date => new Date(now.getTime() + ms);

describe('leases without those of one process', () => {
  it('keeps what counts, until the latest of them', () => {
    const leases = { a: at(10_000), b: at(20_000), c: at(-1) };
    expect(withoutInstance(leases, 'b', now)).toEqual({ leases: { a: at(10_000) }, until: at(10_000) });
    expect(withoutInstance(leases, '', now)).toEqual({ leases: { a: at(10_000), b: at(20_000) }, until: at(20_000) });
  });

  it('says when nobody is left: a lease that ends now no longer counts', () => {
    expect(withoutInstance({ a: now, b: at(5) }, 'b', now)).toEqual({ leases: {}, until: undefined });
  });
});

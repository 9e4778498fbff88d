import { describe, expect, it } from '@jest/globals';
import { summary } from '../testing/data.js';
import { reorder } from './list-order.js';

const rows = (...items: [string, number][]) =>
  new Map(
    items.map(([id, minute]) => [
      id,
      summary({ id, lastActivityAt: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString() }),
    ]),
  );

describe('reorder', () => {
  it('stands by activity when nothing is held', () => {
    expect(reorder(['a', 'b'], rows(['a', 1], ['b', 2], ['c', 3]), null)).toEqual({ order: ['c', 'b', 'a'], above: 0 });
  });

  it('keeps rows on screen in place and puts new ones above', () => {
    const next = reorder(['a', 'b', 'c'], rows(['a', 30], ['b', 50], ['c', 10], ['new', 60]), { from: 0, to: 2 });
    expect(next).toEqual({ order: ['new', 'a', 'b', 'c'], above: 1 });
  });

  it('lets a row from below the screen rise above it', () => {
    const next = reorder(['a', 'b', 'c', 'd'], rows(['a', 30], ['b', 20], ['c', 10], ['d', 40]), { from: 0, to: 1 });
    expect(next).toEqual({ order: ['d', 'a', 'b', 'c'], above: 1 });
  });

  it('counts rows that left above, so that the list can scroll back', () => {
    const next = reorder(['x', 'a', 'b'], rows(['a', 30], ['b', 20]), { from: 1, to: 2 });
    expect(next).toEqual({ order: ['a', 'b'], above: -1 });
    const gone = reorder(['x', 'y', 'a', 'b'], rows(['y', 40], ['a', 30], ['b', 20]), { from: 2, to: 3 });
    expect(gone).toEqual({ order: ['y', 'a', 'b'], above: -1 });
  });

  it('drops rows that are gone from the screen', () => {
    expect(reorder(['a', 'b'], rows(['b', 1]), { from: 0, to: 1 }).order).toEqual(['b']);
  });
});

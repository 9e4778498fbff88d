import { type DialogSummary } from '../core/model.js';

/** Newest activity first; equal times by id, so that the order is the same everywhere. */
export function byActivity(a: DialogSummary, b: DialogSummary): number {
  if (a.lastActivityAt !== b.lastActivityAt) return a.lastActivityAt < b.lastActivityAt ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}

/** The part of the list that is on screen, as indexes of the present order. */
export interface HeldRange {
  readonly from: number;
  readonly to: number;
}

export interface Reordered {
  readonly order: readonly string[];
  /** By how many rows the held ones moved down (negative: up): the list scrolls by as many. */
  readonly above: number;
}

/**
 * The next order of the rows.
 *
 * Without `held` rows simply stand by activity. With it, rows on screen keep their places whatever happened to them, and what became
 * newer than the first of them goes above: nothing moves under the pointer.
 */
export function reorder(
  order: readonly string[],
  rows: ReadonlyMap<string, DialogSummary>,
  held: HeldRange | null,
): Reordered {
  const sorted = [...rows.values()].sort(byActivity);
  if (!held) return { order: sorted.map((row) => row.id), above: 0 };
  const kept = order.slice(held.from, held.to + 1).filter((id) => rows.has(id));
  if (kept.length === 0) return { order: sorted.map((row) => row.id), above: 0 };
  const keep = new Set(kept);
  const before = new Set(order.slice(0, held.from));
  // rows beyond the screen stand by activity among themselves; a row from below that is newer than the lowest on screen rises above
  const anchor = rows.get(kept[0] ?? '');
  const top: string[] = [];
  const bottom: string[] = [];
  for (const row of sorted) {
    if (keep.has(row.id)) continue;
    const newer = anchor === undefined || byActivity(row, anchor) < 0;
    if (before.has(row.id) || newer) top.push(row.id);
    else bottom.push(row.id);
  }
  return { order: [...top, ...kept, ...bottom], above: top.length - Math.min(held.from, order.length) };
}

import { appError } from '@beseda/errors';
import type { OutboxAggregate, OutboxEntry } from './types.js';

/** Which events: those after a seq, or the last ones before a seq. `limit` events at most. */
export type EventRange = { afterSeq: number; limit: number } | { beforeSeq: number; limit: number };

function bounds(range: EventRange, head: number): { from: number; to: number } {
  if ('afterSeq' in range) {
    const from = Math.max(0, range.afterSeq) + 1;
    return { from, to: Math.min(head, from + range.limit - 1) };
  }
  const to = Math.min(head, range.beforeSeq - 1);
  return { from: Math.max(1, to - range.limit + 1), to };
}

const hole = (aggregate: { _id: string }, what: string) =>
  appError('INTERNAL', `The history of ${aggregate._id} is damaged: ${what}.`);

/**
 * Events of one aggregate, ascending and gap-free up to its `seq`, whether they still wait in the outbox or have reached
 * the timeline. The document must have been read **before** `readTimeline` runs: an event leaves the outbox only after it
 * is in the timeline, so this order sees each event in at least one of the two.
 * @param readTimeline reads events `fromSeq`–`toSeq`, both inclusive, in any order.
 * @throws AppError INTERNAL when an event is missing, or is not the one the outbox has under its seq.
 */
export async function readWithOutbox<E extends OutboxEntry>(
  aggregate: Pick<OutboxAggregate<E>, '_id' | 'seq' | 'outbox'>,
  range: EventRange,
  readTimeline: (fromSeq: number, toSeq: number) => Promise<readonly E[]>,
): Promise<E[]> {
  const { from, to } = bounds(range, aggregate.seq);
  if (to < from) return [];
  const bySeq = new Map<number, E>();
  for (const entry of aggregate.outbox) if (entry.seq >= from && entry.seq <= to) bySeq.set(entry.seq, entry);
  if (bySeq.size < to - from + 1) {
    for (const entry of await readTimeline(from, to)) {
      const waiting = bySeq.get(entry.seq);
      if (waiting && waiting._id !== entry._id) throw hole(aggregate, `two events have the seq ${entry.seq}`);
      bySeq.set(entry.seq, entry);
    }
  }
  const events: E[] = [];
  for (let seq = from; seq <= to; seq += 1) {
    const event = bySeq.get(seq);
    if (!event) throw hole(aggregate, `the event with the seq ${seq} is missing`);
    events.push(event);
  }
  return events;
}

import { TRACEPARENT } from '@beseda/tracing';
import {
  OutboxAlarm,
  type OutboxAggregate,
  type OutboxEntry,
  type OutboxRecord,
  type StateAggregate,
} from './types.js';

/** What is to be handed on from a post-image. */
export interface Handover {
  /** Events for the timeline, ascending. */
  events: readonly unknown[];
  /** Seq (or version) that has been handed on when this is done. */
  upTo: number;
  /** Records for the bus, in order. */
  records(): OutboxRecord[];
}

/** How a kind of aggregate is read. */
export interface Shape<D> {
  idOf(document: D): string;
  /** Tells which of two post-images is newer. */
  versionOf(document: D): number;
  /** What a post-image has beyond a seq that this process has handed on. */
  handover(document: D, handedOn: number): Handover;
}

const listOf = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** Puts the span an event was committed in into the headers of its records. */
const traced = (traceparent: string | undefined, records: OutboxRecord[]): OutboxRecord[] =>
  traceparent === undefined
    ? records
    : records.map((record) => ({ ...record, headers: { ...record.headers, [TRACEPARENT]: traceparent } }));

/** Runs a service's mapping; a mapping that throws is a defect that must not skip the event. */
function mapped<T>(id: string, map: () => T): T {
  try {
    return map();
  } catch (error) {
    // The reason is kept as the cause; what matters is that nothing behind this event is published either.
    throw new OutboxAlarm('unmappable', `an event of ${id} cannot be made into a record`, error);
  }
}

function assertContiguous(id: string, entries: readonly OutboxEntry[]): void {
  entries.forEach((entry, index) => {
    const previous = entries[index - 1];
    if (!previous || entry.seq === previous.seq + 1) return;
    throw new OutboxAlarm('gap', `the outbox of ${id} has the seq ${entry.seq} right after ${previous.seq}`);
  });
}

/** Aggregates that collect events. */
export function eventShape<E extends OutboxEntry, D extends OutboxAggregate<E>>(
  toRecords: (entry: E, aggregate: D) => OutboxRecord | OutboxRecord[],
): Shape<D> {
  return {
    idOf: ({ _id }) => _id,
    versionOf: ({ seq }) => seq,
    handover(document, handedOn) {
      const entries = document.outbox.filter(({ seq }) => seq > handedOn);
      assertContiguous(document._id, entries);
      return {
        events: entries,
        upTo: entries.at(-1)?.seq ?? handedOn,
        records: () =>
          mapped(document._id, () =>
            entries.flatMap((entry) => traced(entry.traceparent, listOf(toRecords(entry, document)))),
          ),
      };
    },
  };
}

/** Aggregates whose state is the event. */
export function stateShape<D extends StateAggregate>(
  toRecords: (document: D) => OutboxRecord | OutboxRecord[],
): Shape<D> {
  return {
    idOf: ({ _id }) => _id,
    versionOf: ({ version }) => version,
    handover: (document, handedOn) => ({
      events: [],
      upTo: Math.max(handedOn, document.version),
      records: () => (document.version > handedOn ? mapped(document._id, () => listOf(toRecords(document))) : []),
    }),
  };
}

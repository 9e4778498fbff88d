/** An event that waits to be handed on. It is stored in the timeline as it is. */
export interface OutboxEntry {
  /** Event id; the timeline's `_id`. */
  _id: string;
  siteId: string;
  /** Gap-free within the aggregate, from 1. */
  seq: number;
  /** The span that committed it, if any: so it is published in its own trace by whoever comes to do it. */
  traceparent?: string;
}

/** A document that commits its events together with its state. */
export interface OutboxAggregate<E extends OutboxEntry> {
  _id: string;
  siteId: string;
  /** Seq of the newest event. Every write that adds events is guarded by it. */
  seq: number;
  /** Events not known to be published, ascending. */
  outbox: E[];
  /** Time of the oldest event that may wait; absent when none does. */
  outboxSince?: Date;
}

/** A document whose whole state is its event: readers take the one with the highest version. */
export interface StateAggregate {
  _id: string;
  /** Rises with every write. */
  version: number;
  /** Time of the oldest state that may wait; absent when none does. */
  outboxSince?: Date;
}

/** What is put on the bus (the shape of `BusRecord` of `@beseda/bus`). */
export interface OutboxRecord {
  topic: string;
  /** Id of the aggregate: keeps its events in order. */
  key: string;
  value: Uint8Array;
  headers: Record<string, string>;
}

/** The part of the bus an outbox needs: resolves when the records are durable, in order. */
export interface Publisher {
  publish(records: OutboxRecord[]): Promise<void>;
}

/** The part of a logger an outbox needs; pino's loggers fit. */
export interface OutboxLogger {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Why an aggregate's events are no longer handed on. Each of these is damage or a defect, never an outage. */
export type AlarmReason =
  /** The timeline holds another event under the seq. */
  | 'foreign-event'
  /** The outbox is not contiguous. */
  | 'gap'
  /** The event cannot be made into a record. */
  | 'unmappable'
  /** The bus refuses the record for good. */
  | 'refused';

/** Thrown inside the outbox to halt one aggregate. */
export class OutboxAlarm extends Error {
  readonly reason: AlarmReason;

  constructor(reason: AlarmReason, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'OutboxAlarm';
    this.reason = reason;
  }
}

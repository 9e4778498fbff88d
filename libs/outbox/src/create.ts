import { eventStore, type NativeCollection, stateStore, type TimelineOptions } from './mongo-store.js';
import { Outbox, type OutboxOptions } from './outbox.js';
import { eventShape, stateShape } from './shape.js';
import type { OutboxAggregate, OutboxEntry, OutboxRecord, StateAggregate } from './types.js';

/** Options of {@link createOutbox}. */
export interface EventOutboxOptions<D extends OutboxAggregate<E>, E extends OutboxEntry> extends OutboxOptions {
  /** The native collection of the aggregates; has {@link OUTBOX_INDEX}. */
  aggregates: NativeCollection;
  /** Where events go for good; without it they are only published. */
  timeline?: TimelineOptions;
  /** Records of one event, in order, keyed by the aggregate's id. A throw halts the aggregate: nothing is ever skipped. */
  toRecords: (entry: E, aggregate: D) => OutboxRecord | OutboxRecord[];
}

/** Options of {@link createStateOutbox}. */
export interface StateOutboxOptions<D extends StateAggregate> extends OutboxOptions {
  /** The native collection of the documents; has {@link OUTBOX_INDEX}. */
  aggregates: NativeCollection;
  /** Records of the whole state. */
  toRecords: (document: D) => OutboxRecord | OutboxRecord[];
}

/** An outbox for aggregates that collect events: dialogs (with a timeline), contacts (without). */
export const createOutbox = <D extends OutboxAggregate<E>, E extends OutboxEntry = D['outbox'][number]>(
  options: EventOutboxOptions<D, E>,
): Outbox<D> =>
  new Outbox(options, eventShape<E, D>(options.toRecords), eventStore<E, D>(options.aggregates, options.timeline));

/**
 * An outbox for documents whose whole state is the event (settings). States in between may be left out; a reader takes
 * the highest version.
 */
export const createStateOutbox = <D extends StateAggregate>(options: StateOutboxOptions<D>): Outbox<D> =>
  new Outbox(options, stateShape(options.toRecords), stateStore<D>(options.aggregates));

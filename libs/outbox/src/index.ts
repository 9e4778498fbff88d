/**
 * Hands committed events on: one document write is the commit, then timeline and bus follow, in order, at least once.
 *
 * @packageDocumentation
 */
export { createOutbox, createStateOutbox, type EventOutboxOptions, type StateOutboxOptions } from './create.js';
export { MAX_OUTBOX_BYTES, MAX_OUTBOX_EVENTS, OUTBOX_INDEX, assertOutboxRoom, pushToOutbox } from './limits.js';
export type { NativeCollection, TimelineOptions } from './mongo-store.js';
export { Outbox, type OutboxOptions, type SweepReport } from './outbox.js';
export { readWithOutbox, type EventRange } from './read.js';
export type {
  AlarmReason,
  OutboxAggregate,
  OutboxEntry,
  OutboxLogger,
  OutboxRecord,
  Publisher,
  StateAggregate,
} from './types.js';

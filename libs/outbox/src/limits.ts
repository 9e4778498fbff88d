import { appError } from '@beseda/errors';
import type { IndexDefinition } from '@beseda/mongo';
import { mongo } from 'mongoose';
import type { OutboxEntry } from './types.js';

/** Events that may wait in one document. Beyond it the document only grows while the bus is down. */
export const MAX_OUTBOX_EVENTS = 500;
/** Bytes of BSON that may wait in one document: far below MongoDB's 16 MiB for a document. */
export const MAX_OUTBOX_BYTES = 1_048_576;

/** Index the sweeper reads; belongs to every collection that has an outbox. */
export const OUTBOX_INDEX: IndexDefinition = { key: { outboxSince: 1 }, name: 'outbox_sweep', sparse: true };

/**
 * Refuses more events than a document may hold back.
 * @throws AppError UNAVAILABLE (retryable) when waiting and new events are more than 500 or larger than 1 MiB.
 */
export function assertOutboxRoom(waiting: readonly OutboxEntry[], added: readonly OutboxEntry[]): void {
  const tooMany = waiting.length + added.length > MAX_OUTBOX_EVENTS;
  if (!tooMany && bytesOfAll(waiting) + bytesOfAll(added) <= MAX_OUTBOX_BYTES) return;
  throw appError('UNAVAILABLE', 'Too many changes wait to be handed on; try again in a moment.', {
    retryAfterMs: 1_000,
  });
}

const bytesOfAll = (entries: readonly OutboxEntry[]): number =>
  entries.reduce((sum, entry) => sum + mongo.BSON.calculateObjectSize(entry), 0);

/** The part of an update that adds events. `outboxSince` keeps the oldest time, so that it tells how long events wait. */
export const pushToOutbox = <E extends OutboxEntry>(
  entries: readonly E[],
  now: Date,
): { $push: { outbox: { $each: E[] } }; $min: { outboxSince: Date } } => ({
  $push: { outbox: { $each: [...entries] } },
  $min: { outboxSince: now },
});

import { AppError, isRetryable } from '@beseda/errors';
import type { ParkedReason, ReceivedRecord, SubscribeOptions } from '../port.js';
import { Slots } from './lanes.js';
import type { PartitionState } from './partition-state.js';
import type { ConsumerParts, GroupTopic } from './parts.js';
import { inHandleSpan } from './spans.js';
import { backoffMs } from './timing.js';

/** How a record ended: handled, to be parked, or left for whoever reads it next (partition lost or closing). */
export type Outcome =
  { readonly kind: 'ok' } | { readonly kind: 'abandoned' } | { readonly kind: 'parked'; readonly reason: ParkedReason };

/** Repeated warnings about one record: the first tries, then every tenth. */
const worthALine = (attempt: number): boolean => attempt <= 3 || attempt % 10 === 0;

/** Calls the handler until it works, fails for good, or nothing may be started any more; the same for the parked store. */
export class Attempts {
  readonly #slots: Slots;

  constructor(
    private readonly parts: ConsumerParts,
    private readonly names: GroupTopic,
    private readonly options: SubscribeOptions,
    lanes: number,
    private readonly closing: AbortSignal,
  ) {
    this.#slots = new Slots(lanes);
  }

  async handle(state: PartitionState, record: ReceivedRecord): Promise<Outcome> {
    const { metrics, logger, timing } = this.parts;
    const { group, topic } = this.names;
    for (let attempt = 1; ; attempt++) {
      try {
        const ran = await this.#slots.run(() => this.#call(state, record, attempt));
        if (!ran || !state.live) return { kind: 'abandoned' };
        metrics.age.observe({ group, topic }, Math.max(0, Date.now() - record.timestamp) / 1_000);
        return { kind: 'ok' };
      } catch (error) {
        // every error of a handler is judged here, unless the answer does not count any more: while closing, what a
        // handler needs may be going away, and its error says nothing about the record
        if (!this.#mayStart(state)) return { kind: 'abandoned' };
        const { key, partition, offset } = record;
        const fields = { group, topic, key, partition, offset, attempt, type: record.headers['ce_type'], err: error };
        if (!isRetryable(error)) {
          logger.error(fields, 'a record cannot be handled: its key is parked');
          return { kind: 'parked', reason: reasonOf(error) };
        }
        metrics.retries.inc({ group, topic });
        if (worthALine(attempt)) logger.warn(fields, 'a handler failed and will be repeated');
        const wait = backoffMs(attempt, timing.random, error instanceof AppError ? error.retryAfterMs : 0);
        await timing.sleep(wait, AbortSignal.any([this.closing, state.signal]));
        if (!this.#mayStart(state)) return { kind: 'abandoned' };
      }
    }
  }

  /** Repeats a call to the parked store until it works; undefined when nothing may be started any more. */
  async store<T>(state: PartitionState, call: () => Promise<T>): Promise<{ readonly value: T } | undefined> {
    const { logger, timing } = this.parts;
    for (let attempt = 1; ; attempt++) {
      if (!this.#mayStart(state)) return undefined;
      try {
        return { value: await call() };
      } catch (error) {
        // an outage of the store, whatever it says: a record must not be lost because it could not be parked
        if (worthALine(attempt))
          logger.warn({ ...this.names, attempt, err: error }, 'the store of parked records failed');
        await timing.sleep(backoffMs(attempt, timing.random), AbortSignal.any([this.closing, state.signal]));
      }
    }
  }

  successorReason(record: ReceivedRecord): ParkedReason {
    return { code: 'SUCCESSOR', kind: 'successor', message: `an earlier record of ${record.key} is parked` };
  }

  /** False when the turn came too late. */
  async #call(state: PartitionState, record: ReceivedRecord, attempt: number): Promise<boolean> {
    if (!this.#mayStart(state)) return false;
    const attributes = { 'messaging.consumer.group.name': this.names.group, 'beseda.attempt': attempt };
    await inHandleSpan(this.parts.tracer, record, attributes, () =>
      this.options.handler(record, { signal: state.signal, attempt }),
    );
    return true;
  }

  #mayStart(state: PartitionState): boolean {
    return state.live && !this.closing.aborted;
  }
}

function reasonOf(error: unknown): ParkedReason {
  if (error instanceof AppError) return { code: error.code, kind: 'error', message: error.message };
  if (error instanceof Error) return { code: error.name, kind: 'error', message: error.message };
  return { code: 'UNKNOWN', kind: 'error', message: String(error) };
}

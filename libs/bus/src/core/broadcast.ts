import type { AdapterConsumer, Assignment, Batch, ConsumerSink, Position } from '../adapter.js';
import type { BroadcastOptions, ReceivedRecord, ResyncInfo } from '../port.js';
import { ABORT_GRACE_MS, KeyLanes, Slots } from './lanes.js';
import type { ConsumerParts } from './parts.js';
import { inHandleSpan } from './spans.js';

const DEFAULTS = { lanes: 32, window: 1_000 } as const;

/**
 * Reads one topic from the high watermarks on, for this process alone. The positions are its own: they begin at the
 * watermarks, so a topic that was quiet until now loses nothing, and every new generation goes on where this one stood.
 */
export class BroadcastReader implements ConsumerSink {
  readonly #lanes: KeyLanes;
  readonly #slots: Slots;
  readonly #window: number;
  readonly #abort = new AbortController();
  readonly #next = new Map<number, number>();
  readonly #open = new Map<number, number>();
  readonly #paused = new Set<number>();
  #generation = 0;
  #consumer: AdapterConsumer | undefined;

  constructor(
    private readonly parts: ConsumerParts,
    private readonly names: { readonly topic: string; readonly fullTopic: string },
    private readonly options: BroadcastOptions,
  ) {
    this.#lanes = new KeyLanes((error) => parts.onFatal(error));
    this.#slots = new Slots(options.lanes ?? DEFAULTS.lanes);
    this.#window = options.window ?? DEFAULTS.window;
  }

  async start(): Promise<void> {
    const { adapter } = this.parts;
    const { fullTopic } = this.names;
    (await adapter.watermarks(fullTopic)).forEach(({ high }, partition) => this.#next.set(partition, high));
    this.#consumer = await adapter.consume({ topic: fullTopic, group: undefined }, this);
    for (const partition of this.#next.keys()) this.#throttle(partition);
  }

  assigned(assignment: Assignment): readonly Position[] {
    this.#generation = assignment.generation;
    this.#paused.clear();
    return assignment.partitions.map((partition) => ({ partition, offset: this.#next.get(partition) ?? 0 }));
  }

  revoked(): void {
    this.#generation = -1; // what still comes of the old generation will come again from our own positions
  }

  records(generation: number, batch: Batch): void {
    if (generation !== this.#generation || this.#abort.signal.aborted) return;
    const { partition } = batch;
    for (const raw of batch.records) {
      this.#next.set(partition, raw.offset + 1);
      this.#open.set(partition, (this.#open.get(partition) ?? 0) + 1);
      const record = { ...raw, topic: this.names.topic };
      this.#lanes.run(record.key, () => this.#handle(record));
    }
    this.#throttle(partition);
  }

  positionLost(partition: number): void {
    this.parts.logger.warn({ ...this.names, partition }, 'the position of a broadcast is gone from the log');
    this.#resync({ reason: 'position-lost', topic: this.names.topic });
  }

  failed(error: unknown): void {
    this.parts.logger.error({ ...this.names, err: error }, 'the broadcast reader is dead');
    this.parts.onFatal(error);
  }

  async close(): Promise<void> {
    if (this.#abort.signal.aborted) return;
    this.#abort.abort(new Error('the broadcast was closed'));
    await this.#consumer?.close();
    await this.#lanes.idleWithin(ABORT_GRACE_MS);
  }

  async #handle(record: ReceivedRecord): Promise<void> {
    const { signal } = this.#abort;
    try {
      if (!signal.aborted)
        await this.#slots.run(() =>
          inHandleSpan(this.parts.tracer, record, {}, () => this.options.handler(record, { signal })),
        );
    } catch (error) {
      // whatever it was: a broadcast has no second try, its clients fetch what they miss
      const { topic, key, partition, offset } = record;
      this.parts.logger.warn({ topic, key, partition, offset, err: error }, 'the handler of a broadcast failed');
      this.#resync({ reason: 'handler-failed', topic, key });
    }
    this.#open.set(record.partition, (this.#open.get(record.partition) ?? 1) - 1);
    this.#throttle(record.partition);
  }

  #resync(info: ResyncInfo): void {
    if (!this.#abort.signal.aborted) this.options.onResync?.(info);
  }

  #throttle(partition: number): void {
    if (!this.#consumer || this.#abort.signal.aborted) return;
    const open = this.#open.get(partition) ?? 0;
    if (open >= this.#window && !this.#paused.has(partition)) {
      this.#paused.add(partition);
      this.#consumer.pause(partition);
    } else if (open <= this.#window / 2 && this.#paused.delete(partition)) {
      this.#consumer.resume(partition);
    }
  }
}

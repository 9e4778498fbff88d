import { appError } from '@beseda/errors';
import type { Tracer } from '@beseda/tracing';
import { Registry } from 'prom-client';
import type { BusAdapter } from '../adapter.js';
import type { BroadcastOptions, Bus, BusLogger, BusRecord, SubscribeOptions, Subscription } from '../port.js';
import { BroadcastReader } from './broadcast.js';
import { GroupConsumer } from './group-consumer.js';
import { BusMetrics } from './metrics.js';
import type { ConsumerParts } from './parts.js';
import { inPublishSpans } from './spans.js';
import { systemTiming, type BusTiming } from './timing.js';

/** What {@link createBus} needs. */
export interface BusOptions {
  /** The log. The bus closes it with itself. */
  readonly adapter: BusAdapter;
  /** Put before the names of topics and groups on the log only; services never see it. */
  readonly prefix?: string;
  /** Registry of the service, for lag, retries, parked keys and so on. */
  readonly registry?: Registry;
  readonly logger?: BusLogger;
  /** Of the service: publishing and handling what belongs to a trace are spans of it. Without one there are none. */
  readonly tracer?: Tracer | undefined;
  /** A consumer is dead and will not come back: the process should end. Default: the error is thrown as an unhandled one. */
  readonly onFatal?: (error: unknown) => void;
  /** Time and chance; for tests. */
  readonly timing?: BusTiming;
}

const silent: BusLogger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

class CoreBus implements Bus {
  readonly #parts: ConsumerParts;
  readonly #open = new Set<{ close(): Promise<void> }>();
  #closed: Promise<void> | undefined;

  constructor(
    options: BusOptions,
    private readonly prefix: string,
  ) {
    this.#parts = {
      adapter: options.adapter,
      timing: options.timing ?? systemTiming,
      logger: options.logger ?? silent,
      tracer: options.tracer,
      metrics: new BusMetrics(options.registry ?? new Registry()),
      onFatal:
        options.onFatal ??
        ((error) => {
          process.nextTick(() => {
            throw error; // a dead consumer must not look like a quiet one
          });
        }),
    };
  }

  async publish(records: readonly BusRecord[]): Promise<void> {
    this.#mustBeOpen();
    if (records.length === 0) return;
    await inPublishSpans(this.#parts.tracer, records, (all) =>
      this.#parts.adapter.append(all.map((r) => ({ ...r, topic: this.prefix + r.topic }))),
    );
    for (const { topic } of records) this.#parts.metrics.published.inc({ topic });
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    this.#mustBeOpen();
    const consumers = options.topics.map((topic) => {
      const group = `${this.prefix}${options.group}.${topic}`;
      return new GroupConsumer(this.#parts, { group, topic, fullTopic: this.prefix + topic }, options);
    });
    const subscription = this.#keep<Subscription>({
      replayParked: async () => {
        const reports = await Promise.all(consumers.map((c) => c.replayParked()));
        const sum = (field: 'keys' | 'replayed' | 'stillParked'): number => reports.reduce((n, r) => n + r[field], 0);
        return { keys: sum('keys'), replayed: sum('replayed'), stillParked: sum('stillParked') };
      },
      parkedKeys: async () => (await Promise.all(consumers.map((c) => c.listParked()))).flat(),
      lag: async () => (await Promise.all(consumers.map((c) => c.lag()))).reduce((a, b) => a + b, 0),
      close: async () => void (await Promise.all(consumers.map((c) => c.close()))),
    });
    await this.#startAll(consumers, subscription);
    return subscription;
  }

  async broadcast(options: BroadcastOptions): Promise<{ close(): Promise<void> }> {
    this.#mustBeOpen();
    const readers = options.topics.map(
      (topic) => new BroadcastReader(this.#parts, { topic, fullTopic: this.prefix + topic }, options),
    );
    const running = this.#keep({ close: async () => void (await Promise.all(readers.map((r) => r.close()))) });
    await this.#startAll(readers, running);
    return running;
  }

  close(): Promise<void> {
    this.#closed ??= (async () => {
      await Promise.all([...this.#open].map((one) => one.close()));
      await this.#parts.adapter.close();
    })();
    return this.#closed;
  }

  #mustBeOpen(): void {
    if (this.#closed) throw appError('UNAVAILABLE', 'the bus is closed');
  }

  #keep<T extends { close(): Promise<void> }>(one: T): T {
    const close = one.close.bind(one);
    one.close = async () => {
      await close();
      this.#open.delete(one);
    };
    this.#open.add(one);
    return one;
  }

  async #startAll(parts: readonly { start(): Promise<void> }[], whole: { close(): Promise<void> }): Promise<void> {
    try {
      await Promise.all(parts.map((p) => p.start()));
    } catch (error) {
      await whole.close(); // nothing half-started stays behind
      throw error;
    }
  }
}

/** Puts the shared core (lanes, retries, parking, commit, drain, metrics) on a log. */
export function createBus(options: BusOptions): Bus {
  return new CoreBus(options, options.prefix ?? '');
}

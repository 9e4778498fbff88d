import { randomUUID } from 'node:crypto';
import type { Batch as KafkaBatch, Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import type { AdapterConsumer, ConsumeOptions, ConsumerSink, Position } from '../adapter.js';
import type { BusLogger, ReceivedRecord } from '../port.js';
import type { KafkaDirectory } from './directory.js';
import type { KafkaTimes } from './options.js';
import { Vitals } from './vitals.js';

/** Records handed over in one go; between two of them a partition can be paused. */
const SLICE = 100;
/** Pause after a commit that failed, milliseconds: the core comes back with the newest position. */
const AFTER_FAILED_COMMIT_MS = 400;
/** How long leaving may take before it is left to the session timeout, milliseconds. */
const FAREWELL_MS = 3_000;

/** What a generation of this member holds. */
interface Generation {
  readonly number: number;
  /** Offset that is read next, per partition held. */
  readonly next: Map<number, number>;
  /** Resolves when `next` is complete. */
  located: Promise<void> | undefined;
  /** Mismatches in a row, per partition. */
  readonly odd: Map<number, number>;
}

/** kafkajs knows it, its types do not. */
type Fetched = KafkaBatch & { readonly fetchedOffset: string };

/** Parts a consumer works with. */
export interface ConsumerContext {
  readonly kafka: Kafka;
  readonly directory: KafkaDirectory;
  readonly times: KafkaTimes;
  readonly logger: BusLogger | undefined;
}

function recordOf(topic: string, partition: number, message: KafkaMessage): ReceivedRecord {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers ?? {})) {
    const one = Array.isArray(value) ? value[0] : value;
    if (one !== undefined) headers[name] = one.toString();
  }
  const { key, value, offset, timestamp } = message;
  return {
    topic,
    partition,
    key: key?.toString() ?? '',
    value: value ?? new Uint8Array(),
    headers,
    offset: Number(offset),
    timestamp: Number(timestamp),
  };
}

/**
 * A member of a group on kafkajs, or a lone reader in a group of its own that commits nothing and is removed at the end.
 * Batches are handed over and done with: fetching and heartbeats never wait for a handler.
 */
export class KafkaConsumer implements AdapterConsumer {
  readonly #group: string;
  readonly #consumer: Consumer;
  readonly #vitals: Vitals;
  readonly #paused = new Set<number>();
  #generations = 0;
  #generation: Generation | undefined;
  #commit: EachBatchPayload['commitOffsetsIfNecessary'] | undefined;
  #closed = false;
  #joined: { resolve(): void; reject(error: unknown): void } | undefined;

  constructor(
    private readonly context: ConsumerContext,
    private readonly options: ConsumeOptions,
    private readonly sink: ConsumerSink,
  ) {
    const { times, kafka } = context;
    this.#group = options.group ?? `${options.topic}.reader.${randomUUID()}`;
    this.#consumer = kafka.consumer({
      groupId: this.#group,
      sessionTimeout: times.sessionTimeout,
      heartbeatInterval: times.heartbeatInterval,
      rebalanceTimeout: times.rebalanceTimeout,
      maxWaitTimeInMs: times.fetchWait,
      allowAutoTopicCreation: false,
      // a client that cannot reach its broker starts again from the beginning, as often as it takes
      retry: { retries: 4, initialRetryTime: 100, maxRetryTime: 1_000, restartOnFailure: async () => !this.#closed },
    });
    this.#vitals = new Vitals(this.#consumer, (error) => this.#die(error));
    const { REBALANCING, GROUP_JOIN, CRASH } = this.#consumer.events;
    this.#consumer.on(REBALANCING, () => this.#revoke());
    this.#consumer.on(GROUP_JOIN, ({ payload }) => this.#assign(payload.memberAssignment[options.topic] ?? []));
    this.#consumer.on(CRASH, ({ payload }) => {
      this.#revoke();
      if (!payload.restart) this.#die(payload.error);
    });
  }

  /** Joins; resolves after the first assignment. */
  async start(): Promise<void> {
    const joined = new Promise<void>((resolve, reject) => (this.#joined = { resolve, reject }));
    joined.catch(() => undefined); // also rejected when `connect` below throws first
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: [this.options.topic], fromBeginning: true });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => this.#deliver(payload),
    });
    await joined;
  }

  async commit(generation: number, positions: readonly Position[]): Promise<void> {
    if (this.options.group === undefined || generation !== this.#generation?.number || !this.#commit) return;
    const { topic } = this.options;
    const partitions = positions.map(({ partition, offset }) => ({ partition, offset: String(offset) }));
    try {
      // this way the request carries the generation of this moment; `consumer.commitOffsets` would repeat it in a later one
      await this.#commit({ topics: [{ topic, partitions }] });
    } catch (error) {
      await new Promise((resolve) => setTimeout(resolve, AFTER_FAILED_COMMIT_MS)); // no quick repetition while a broker is down
      throw error;
    }
  }

  pause(partition: number): void {
    if (!this.#generation || this.#closed) return;
    this.#paused.add(partition);
    this.#consumer.pause([{ topic: this.options.topic, partitions: [partition] }]);
  }

  resume(partition: number): void {
    if (!this.#generation || this.#closed || !this.#paused.delete(partition)) return;
    this.#consumer.resume([{ topic: this.options.topic, partitions: [partition] }]);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#vitals.stop();
    this.#joined?.reject(new Error('the consumer was closed'));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, FAREWELL_MS)));
    await Promise.race([this.#leave(), late]);
    clearTimeout(timer);
    this.#generation = undefined;
  }

  async #leave(): Promise<void> {
    try {
      await this.#consumer.disconnect();
      if (this.options.group === undefined) await this.context.directory.deleteGroup(this.#group);
    } catch (error) {
      // the brokers are out of reach: they drop the member after its session, and a group without positions soon after
      this.context.logger?.warn({ group: this.#group, err: error }, 'a consumer could not leave its group');
    }
  }

  #revoke(): void {
    if (!this.#generation) return;
    this.#generation = undefined;
    this.#commit = undefined;
    this.sink.revoked();
  }

  #die(error: unknown): void {
    this.#vitals.stop();
    this.#joined?.reject(error);
    if (!this.#closed) this.sink.failed(error);
  }

  #assign(partitions: readonly number[]): void {
    if (this.#closed) return;
    const { topic } = this.options;
    if (this.#paused.size > 0) this.#consumer.resume([{ topic, partitions: [...this.#paused] }]);
    this.#paused.clear();
    this.#commit = undefined;
    const generation: Generation = { number: ++this.#generations, next: new Map(), located: undefined, odd: new Map() };
    this.#generation = generation;
    for (const { partition, offset } of this.sink.assigned({ generation: generation.number, partitions })) {
      generation.next.set(partition, offset);
      this.#seek(partition, offset);
    }
    generation.located = this.#locate(generation, partitions);
    generation.located.catch(() => undefined); // asked again with the first batch
    this.#joined?.resolve();
    this.#joined = undefined;
  }

  /** Learns where the group stands in the partitions that the core gave no position for. */
  async #locate(generation: Generation, partitions: readonly number[]): Promise<void> {
    const open = partitions.filter((p) => !generation.next.has(p));
    if (open.length === 0) return;
    const { directory } = this.context;
    const { topic } = this.options;
    const [committed, marks] = await Promise.all([
      directory.committed(this.#group, topic),
      directory.watermarks(topic),
    ]);
    if (generation !== this.#generation) return;
    for (const partition of open) {
      const { low = 0, high = 0 } = marks[partition] ?? {};
      const position = committed[partition];
      const there = position !== undefined && position >= low && position <= high;
      if (position !== undefined && !there) this.sink.positionLost(partition);
      generation.next.set(partition, there ? position : low);
    }
  }

  async #deliver(payload: EachBatchPayload): Promise<void> {
    const generation = this.#generation;
    if (!generation || this.#closed) return;
    const batch = payload.batch as Fetched;
    const { partition } = batch;
    if (!generation.next.has(partition)) {
      generation.located ??= this.#locate(generation, [partition]);
      await generation.located.finally(() => (generation.located = undefined));
      if (generation !== this.#generation) return;
    }
    this.#commit = payload.commitOffsetsIfNecessary;
    const expected = generation.next.get(partition);
    if (expected === undefined) return; // not ours in this generation
    if (Number(batch.fetchedOffset) !== expected && !(await this.#realign(generation, batch, expected))) return;
    generation.odd.delete(partition);
    this.#handOver(generation, batch, payload.resolveOffset);
  }

  #handOver(generation: Generation, batch: KafkaBatch, resolve: (offset: string) => void): void {
    const { partition, messages } = batch;
    for (let i = 0; i < messages.length && !this.#paused.has(partition); i += SLICE) {
      const slice = messages.slice(i, i + SLICE);
      const last = slice.at(-1);
      if (!last) return;
      const done = i + SLICE >= messages.length;
      generation.next.set(partition, Number(done ? batch.lastOffset() : last.offset) + 1);
      resolve(last.offset); // what a pause leaves over is fetched again later
      const records = slice.map((message) => recordOf(this.options.topic, partition, message));
      this.sink.records(generation.number, { partition, records });
    }
  }

  /**
   * A batch that does not begin where it should: asked for in an earlier generation (with several brokers a fetch can outlive
   * a join: taking it would skip what lies before it), or the wanted position is gone. True: take it after all.
   */
  async #realign(generation: Generation, batch: Fetched, expected: number): Promise<boolean> {
    const { partition } = batch;
    const times = (generation.odd.get(partition) ?? 0) + 1;
    generation.odd.set(partition, times);
    const low = (await this.context.directory.watermarks(this.options.topic))[partition]?.low ?? expected;
    if (generation !== this.#generation) return false;
    if (expected < low) this.sink.positionLost(partition);
    const wanted = Math.max(expected, low);
    generation.next.set(partition, wanted);
    // the same again after a seek: a stretch of the log without records, which the client has stepped over by itself
    if (Number(batch.fetchedOffset) === wanted || times > 2) return true;
    this.#seek(partition, wanted);
    return false;
  }

  #seek(partition: number, offset: number): void {
    this.#consumer.seek({ topic: this.options.topic, partition, offset: String(offset) });
  }
}

import { appError } from '@beseda/errors';
import type { Kafka, Message, Producer } from 'kafkajs';
import { partitionOf } from '../partition.js';
import type { BusLogger, BusRecord } from '../port.js';
import { unavailable } from './directory.js';

/** Keys in one request: what a drainer's burst holds, and little enough to repeat. */
const MOST_KEYS = 200;
/** Bytes in one request: all of it may be one partition's, and a broker takes 1 MB of a partition by default. */
const MOST_BYTES = 512 * 1024;
/** A record that no broker takes with its default settings. */
const LONGEST_RECORD = 900 * 1024;
/** How long a producer that failed may take to go away before the next one is made, milliseconds. */
const FAREWELL_MS = 2_000;

/** How a sender sends. */
export interface SenderOptions {
  /** -1: all replicas have it; 1: the leader has it. */
  readonly acks: -1 | 1;
}

interface Call {
  left: number;
  failed: boolean;
  resolve(): void;
  reject(error: Error): void;
}

interface Waiting {
  readonly record: BusRecord;
  readonly bytes: number;
  readonly call: Call;
}

const sizeOf = (record: BusRecord): number => record.value.byteLength + record.key.length * 2 + 300;

/**
 * Sends records in order, one request at a time: a loop takes what waits into one `sendBatch` and takes the next when that
 * is answered. Two at once lose and double records when a connection is cut, because the numbers by which the broker knows
 * repeated requests are then given out in one order and used in another.
 */
export class BatchSender {
  #queue: Waiting[] = [];
  #running = false;
  #producer: Promise<Producer> | undefined;
  #closed = false;
  /** Messages of the request under way, by `topic/partition`, as the partitioner sees them. */
  #addressed = new Map<string, Set<Message>>();

  constructor(
    private readonly kafka: Kafka,
    private readonly options: SenderOptions,
    private readonly logger: BusLogger | undefined,
  ) {}

  send(records: readonly BusRecord[]): Promise<void> {
    if (this.#closed) return Promise.reject(appError('UNAVAILABLE', 'The bus is closed.'));
    const long = records.find((r) => sizeOf(r) > LONGEST_RECORD);
    if (long) {
      const detail = `A record of ${long.topic} has ${long.value.byteLength} bytes; ${LONGEST_RECORD} is the most.`;
      return Promise.reject(appError('PAYLOAD_TOO_LARGE', detail));
    }
    return new Promise((resolve, reject) => {
      const call: Call = { left: records.length, failed: false, resolve, reject };
      for (const record of records) this.#queue.push({ record, bytes: sizeOf(record), call });
      if (this.#running) return;
      this.#running = true;
      queueMicrotask(() => void this.#run()); // calls of this turn go together
    });
  }

  /** Waits for what is under way, then disconnects. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#running) await new Promise((resolve) => setTimeout(resolve, 5));
    await this.#dropProducer();
  }

  async #run(): Promise<void> {
    for (let batch = this.#take(); batch.length > 0; batch = this.#take()) {
      try {
        await this.#sendAll(batch.map((w) => w.record));
        for (const { call } of batch) if (--call.left === 0) call.resolve();
      } catch (error) {
        await this.#fail(batch, error);
      }
    }
    this.#running = false;
  }

  #take(): Waiting[] {
    const keys = new Set<string>();
    let bytes = 0;
    let count = 0;
    for (const { record, bytes: size } of this.#queue) {
      keys.add(`${record.topic} ${record.key}`);
      bytes += size;
      if (count > 0 && (keys.size > MOST_KEYS || bytes > MOST_BYTES)) break;
      count++;
    }
    return this.#queue.splice(0, count);
  }

  /** Sends until every partition has answered. */
  async #sendAll(records: readonly BusRecord[]): Promise<void> {
    const byTopic = new Map<string, Message[]>();
    for (const { topic, key, value, headers } of records) {
      const messages = byTopic.get(topic) ?? [];
      messages.push({ key, value: Buffer.from(value.buffer, value.byteOffset, value.byteLength), headers });
      byTopic.set(topic, messages);
    }
    while (byTopic.size > 0) {
      const producer = await this.#connected();
      this.#addressed = new Map();
      const topicMessages = [...byTopic].map(([topic, messages]) => ({ topic, messages }));
      const answers = await producer.sendBatch({ acks: this.options.acks, topicMessages });
      for (const { topicName, partition } of answers) this.#addressed.delete(`${topicName}/${partition}`);
      // a partition whose leader moved while the request was repeated can be left out of it, without an error
      for (const [topic, messages] of byTopic) {
        const left = messages.filter((m) => [...this.#addressed.values()].some((set) => set.has(m)));
        if (left.length > 0) byTopic.set(topic, left);
        else byTopic.delete(topic);
      }
    }
  }

  /**
   * Nobody knows what of the request has been appended. A producer that goes on would give its numbers to other records, and
   * a broker that has the old ones would take those for repeats and drop them: so the next request gets a new producer.
   * What waits fails too: it may be meant to follow what failed, whose callers come back with it.
   */
  async #fail(batch: readonly Waiting[], error: unknown): Promise<void> {
    const waiting = this.#queue;
    this.#queue = [];
    this.logger?.warn({ err: error, records: batch.length, waiting: waiting.length }, 'records could not be published');
    const reason = unavailable('Kafka has not confirmed the records.', error);
    for (const { call } of [...batch, ...waiting]) {
      if (call.failed) continue;
      call.failed = true;
      call.reject(reason);
    }
    await this.#dropProducer();
  }

  #connected(): Promise<Producer> {
    this.#producer ??= this.#connect();
    return this.#producer;
  }

  async #connect(): Promise<Producer> {
    const producer = this.kafka.producer({
      idempotent: this.options.acks === -1,
      allowAutoTopicCreation: false,
      maxInFlightRequests: 1,
      retry: { retries: 8, initialRetryTime: 100, maxRetryTime: 1_000 },
      createPartitioner: () => (args) => this.#address(args),
    });
    await producer.connect();
    return producer;
  }

  #address(args: { topic: string; message: Message; partitionMetadata: readonly unknown[] }): number {
    const { topic, message } = args;
    const partition = partitionOf(String(message.key), args.partitionMetadata.length);
    const address = `${topic}/${partition}`;
    const messages = this.#addressed.get(address) ?? new Set();
    this.#addressed.set(address, messages.add(message));
    return partition;
  }

  async #dropProducer(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    if (!producer) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, FAREWELL_MS)));
    // a producer that never connected, or whose brokers are gone, has nothing to say goodbye to
    const gone = producer.then((p) => p.disconnect()).catch(() => undefined);
    await Promise.race([gone, late]);
    clearTimeout(timer);
  }
}

import type { Consumer, EachBatchPayload, Kafka, Message, Producer } from 'kafkajs';

interface TopicMessages {
  readonly topic: string;
  readonly messages: readonly Message[];
}

/** One `sendBatch` as the fake broker sees it. */
export interface Sent {
  /** Number of the producer, from 1. */
  readonly producer: number;
  readonly values: readonly string[];
}

type Answer = (sent: Sent, partitions: readonly string[]) => readonly string[];

/**
 * Producers of a made-up kafkajs: `answer` is told what came and the partitions (`topic/number`) it is for, gives back those
 * that are confirmed, or throws.
 */
export function fakeProducers(answer: Answer): {
  readonly kafka: Kafka;
  readonly sent: Sent[];
  readonly most: () => number;
} {
  const sent: Sent[] = [];
  let producers = 0;
  let inFlight = 0;
  let most = 0;
  const producer = (options: Parameters<Kafka['producer']>[0]): Producer => {
    const partition = options?.createPartitioner?.();
    const number = ++producers;
    return {
      connect: () => Promise.resolve(),
      disconnect: () => Promise.resolve(),
      sendBatch: async ({ topicMessages }: { topicMessages: readonly TopicMessages[] }) => {
        most = Math.max(most, ++inFlight);
        await new Promise((resolve) => setImmediate(resolve));
        inFlight--;
        const all = topicMessages.flatMap(({ topic, messages }) => messages.map((message) => ({ topic, message })));
        const addresses = all.map(({ topic, message }) => {
          const partitionMetadata = Array.from({ length: 24 }) as never[];
          return `${topic}/${partition?.({ topic, message, partitionMetadata })}`;
        });
        const one = { producer: number, values: all.map(({ message }) => String(message.value)) };
        sent.push(one);
        return answer(one, [...new Set(addresses)]).map((address) => {
          const [topicName = '', p = ''] = address.split('/');
          return { topicName, partition: Number(p), errorCode: 0 };
        });
      },
    } as unknown as Producer;
  };
  return { kafka: { producer } as unknown as Kafka, sent, most: () => most };
}

type Listener = (event: { payload: unknown }) => void;

/** A consumer of a made-up kafkajs, played by the test. */
export interface FakeConsumer {
  readonly kafka: Kafka;
  /** What was called, as `seek 3 17`, `pause 3`, `resolve 3 20`, `commit 3 21`. */
  readonly calls: string[];
  emit(event: 'REBALANCING' | 'GROUP_JOIN' | 'CRASH', payload: unknown): void;
  /** Delivers offsets of a partition as one fetch that asked for `fetched`. */
  deliver(partition: number, fetched: number, offsets: readonly number[]): Promise<void>;
}

/** A consumer of `topic`; joins when the test says so. */
export function fakeConsumer(topic: string): FakeConsumer {
  const listeners = new Map<string, Listener[]>();
  const calls: string[] = [];
  let eachBatch: (payload: EachBatchPayload) => Promise<void> = () => Promise.resolve();
  const names = ['REBALANCING', 'GROUP_JOIN', 'CRASH', 'FETCH_START', 'HEARTBEAT', 'CONNECT'];
  const consumer = {
    events: Object.fromEntries(names.map((name) => [name, name])),
    on: (event: string, listener: Listener) => void listeners.set(event, [...(listeners.get(event) ?? []), listener]),
    connect: () => Promise.resolve(),
    subscribe: () => Promise.resolve(),
    run: (options: { eachBatch: typeof eachBatch }) => Promise.resolve(void (eachBatch = options.eachBatch)),
    disconnect: () => Promise.resolve(),
    seek: ({ partition, offset }: { partition: number; offset: string }) =>
      void calls.push(`seek ${partition} ${offset}`),
    pause: ([{ partitions }]: [{ partitions: number[] }]) => void calls.push(`pause ${partitions.join()}`),
    resume: ([{ partitions }]: [{ partitions: number[] }]) => void calls.push(`resume ${partitions.join()}`),
  } as unknown as Consumer;
  return {
    kafka: { consumer: () => consumer } as unknown as Kafka,
    calls,
    emit: (event, payload) => listeners.get(event)?.forEach((listener) => listener({ payload })),
    deliver: (partition, fetched, offsets) =>
      eachBatch({
        batch: {
          topic,
          partition,
          fetchedOffset: String(fetched),
          messages: offsets.map((offset) => ({
            key: Buffer.from('k'),
            value: Buffer.from('v'),
            headers: {},
            offset: String(offset),
            timestamp: '1',
          })),
          lastOffset: () => String(offsets.at(-1)),
        },
        resolveOffset: (offset: string) => void calls.push(`resolve ${partition} ${offset}`),
        commitOffsetsIfNecessary: (offsets: { topics: { partitions: { partition: number; offset: string }[] }[] }) =>
          Promise.resolve(
            void offsets.topics.forEach((t) =>
              t.partitions.forEach((p) => calls.push(`commit ${p.partition} ${p.offset}`)),
            ),
          ),
      } as unknown as EachBatchPayload),
  };
}

import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach } from '@jest/globals';
import { until } from '@beseda/testing';
import type { BusAdapter } from '../adapter.js';
import { createBus, type BusOptions } from '../core/bus.js';
import { memoryParkedStore } from '../parked/memory.js';
import { partitionOf } from '../partition.js';
import type { Bus, BusRecord, ReceivedRecord, SubscribeOptions, Subscription } from '../port.js';

/** How a child process gets an adapter on the same log: it imports `module` and calls its export `factory` with `options`. */
export interface ChildAdapter {
  /** URL of a built module. */
  readonly module: string;
  readonly factory: string;
  readonly options: unknown;
}

/** A log under test. */
export interface BusHarness {
  /** Another adapter on the log; several at once act as replicas. */
  adapter(): Promise<BusAdapter>;
  /** Makes topics, where the log does not make them by itself. */
  createTopics(topics: readonly string[]): Promise<void>;
  readonly child: ChildAdapter;
  /** An adapter behind a connection that can be cut. Needed for the capability `cuts`. */
  cuttable?(): Promise<{ adapter: BusAdapter; dropNextAnswer(): void }>;
  close(): Promise<void>;
}

/** What a log can be asked for beside the common cases. */
export interface BusCapabilities {
  /** {@link BusHarness.cuttable} is there. */
  readonly cuts?: boolean;
  /** The log can be open in only one process: the suite closes its own adapters before it starts another process. */
  readonly oneProcess?: boolean;
  /** How long the handler of the "slow handler" case takes, milliseconds: longer than the log's patience with a silent member. */
  readonly slowMs?: number;
  /** Records that may be on their way when a partition is paused. */
  readonly batch?: number;
  /** Rounds of the kill -9 case. */
  readonly killRounds?: number;
}

/** A door that handlers wait at. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

/** A gate that is shut. */
export function gate(): Gate {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

/** Number in a record of the suite. */
export const numberOf = (record: ReceivedRecord): number => Number(new TextDecoder().decode(record.value));

/** Records `from`…`to` of a key. */
export function numbered(topic: string, key: string, from: number, to: number): BusRecord[] {
  return Array.from({ length: to - from + 1 }, (_, i) => ({
    topic,
    key,
    value: new TextEncoder().encode(String(from + i)),
    headers: { ce_type: 'contract.numbered' },
  }));
}

/** `count` keys that all fall into one partition. */
export function keysOfOnePartition(count: number, partition = 5): string[] {
  const keys: string[] = [];
  for (let i = 0; keys.length < count; i++) if (partitionOf(`key-${i}`) === partition) keys.push(`key-${i}`);
  return keys;
}

/** One key of every partition. */
export function keyOfEachPartition(count: number): string[] {
  return Array.from({ length: count }, (_, partition) => keysOfOnePartition(1, partition)[0] ?? '');
}

/** Numbers handled, by key, in the order in which the handlers began. */
export class Journal {
  readonly #byKey = new Map<string, number[]>();
  count = 0;

  add(record: ReceivedRecord): void {
    this.count++;
    const numbers = this.#byKey.get(record.key) ?? [];
    numbers.push(numberOf(record));
    this.#byKey.set(record.key, numbers);
  }

  of(key: string): readonly number[] {
    return this.#byKey.get(key) ?? [];
  }
}

/** What a case works with: buses on the log under test that are closed after it. */
export interface Kit {
  harness(): BusHarness;
  bus(options?: Partial<BusOptions>): Promise<Bus>;
  /** A topic of its own. */
  topic(): Promise<string>;
  subscribe(
    bus: Bus,
    topic: string,
    options: Pick<SubscribeOptions, 'handler'> & Partial<SubscribeOptions>,
  ): Promise<Subscription>;
  /** Closes a bus before the end of the case. */
  close(bus: Bus): Promise<void>;
  /** Waits until the group has committed everything in the topic. */
  caughtUp(topic: string, group?: string): Promise<void>;
}

/** Prefix of the suite on the log. */
export const PREFIX = 'contract.';
/** Group of the suite, when a case names none. */
export const GROUP = 'members';

/** Sets the harness up and down around each case of the surrounding `describe`. */
export function useKit(createHarness: () => Promise<BusHarness>): Kit {
  let harness: BusHarness;
  let buses: Bus[];
  beforeEach(async () => {
    harness = await createHarness();
    buses = [];
  });
  afterEach(async () => {
    await Promise.all(buses.map((bus) => bus.close()));
    await harness.close();
  });
  return {
    harness: () => harness,
    bus: async (options) => {
      const onFatal = (error: unknown): void => {
        throw error; // a dead consumer fails the run
      };
      const bus = createBus({
        prefix: PREFIX,
        onFatal,
        adapter: options?.adapter ?? (await harness.adapter()),
        ...options,
      });
      buses.push(bus);
      return bus;
    },
    topic: async () => {
      const topic = `t${randomBytes(6).toString('hex')}.v1`;
      await harness.createTopics([PREFIX + topic]);
      return topic;
    },
    subscribe: (bus, topic, options) =>
      bus.subscribe({ group: GROUP, topics: [topic], parked: memoryParkedStore(), drainMs: 200, ...options }),
    close: (bus) => bus.close(),
    caughtUp: async (topic, group = GROUP) => {
      const adapter = await harness.adapter();
      try {
        await until(
          async () => {
            const marks = await adapter.watermarks(PREFIX + topic);
            const committed = await adapter.committed(`${PREFIX}${group}.${topic}`, PREFIX + topic);
            return marks.every((mark, p) => mark.high === mark.low || committed[p] === mark.high);
          },
          { what: `${group} to commit all of ${topic}`, timeoutMs: 10_000 },
        );
      } finally {
        await adapter.close();
      }
    },
  };
}

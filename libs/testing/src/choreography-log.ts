import { randomUUID } from 'node:crypto';
import { kafkaSkipped, startTestKafka } from './test-kafka.js';

/** The logs that consumers are tested on. */
export const TEST_LOGS = ['embedded', 'kafka'] as const;
export type TestLogName = (typeof TEST_LOGS)[number];

/** A log of one test file. */
export interface TestLog {
  /** Kafka: where it is; undefined: the embedded one. */
  readonly brokers: readonly string[] | undefined;
  /** The embedded log's path, shared by name inside the process. */
  readonly path: string;
  /** Prefix of topics, groups and databases; new at each call. */
  readonly prefix: string;
  /** What services read from their environment to be on this log. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Whether tests on this log are left out (`BESEDA_SKIP_KAFKA=1`). */
export const logSkipped = (name: TestLogName): boolean => name === 'kafka' && kafkaSkipped;

/**
 * The embedded log in memory, or the Kafka of {@link startTestKafka}, whose topics the caller creates.
 * @throws Error that names what has to be installed
 */
export async function startTestLog(name: TestLogName): Promise<TestLog> {
  const prefix = `t${randomUUID().slice(0, 8)}_`;
  const path = `:memory:${prefix}`;
  const common = { BESEDA_PREFIX: prefix, BESEDA_BUS: path };
  if (name === 'embedded') return { brokers: undefined, path, prefix, env: common, stop: () => Promise.resolve() };
  const { brokers, stop } = await startTestKafka();
  return { brokers, path, prefix, env: { ...common, KAFKA_BROKERS: brokers.join(',') }, stop };
}

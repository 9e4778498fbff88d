import { setTimeout as sleep } from 'node:timers/promises';
import { appError } from '@beseda/errors';
import type { Admin, ConfigResourceTypes } from 'kafkajs';
import { kafkaClient } from './client.js';
import type { KafkaOptions } from './options.js';

/** A topic as it should be on the brokers. */
export interface WantedTopic {
  /** Full name. */
  readonly name: string;
  readonly partitions: number;
  readonly retentionMs: number;
}

/** What of a topic is not as it should be. Partitions are never changed: keys would move and lose their order. */
export interface TopicDifference {
  readonly topic: string;
  readonly what: 'partitions' | 'retention.ms';
  readonly wanted: number;
  readonly found: number;
}

/** What {@link ensureKafkaTopics} did and found. */
export interface TopicsReport {
  readonly created: readonly string[];
  readonly differences: readonly TopicDifference[];
}

/** The kind of resource a topic is, by its number: the enumeration of kafkajs cannot be imported by name. */
const TOPIC: ConfigResourceTypes.TOPIC = 2;

/** How long new topics may take until all their partitions have leaders, milliseconds. */
const LEADERS_WITHIN_MS = 30_000;

/**
 * Creates the topics that are missing, waits until they can be used, and says in what the others differ. Changes nothing of
 * a topic that is there; may be repeated and run by several at once.
 * @param replicas copies of each partition; default: the brokers' own default
 * @throws AppError UNAVAILABLE when the brokers do not answer or the topics do not become usable
 */
export async function ensureKafkaTopics(
  options: KafkaOptions,
  wanted: readonly WantedTopic[],
  replicas = -1,
): Promise<TopicsReport> {
  const admin = kafkaClient(options).admin({ retry: { retries: 6, initialRetryTime: 100, maxRetryTime: 1_000 } });
  try {
    await admin.connect();
    const there = new Set(await admin.listTopics());
    const missing = wanted.filter(({ name }) => !there.has(name));
    if (missing.length > 0) {
      await admin.createTopics({
        waitForLeaders: false,
        topics: missing.map(({ name, partitions, retentionMs }) => ({
          topic: name,
          numPartitions: partitions,
          replicationFactor: replicas,
          configEntries: [{ name: 'retention.ms', value: String(retentionMs) }],
        })),
      });
      await usable(admin, missing);
    }
    const before = wanted.filter(({ name }) => there.has(name));
    return { created: missing.map(({ name }) => name), differences: await differencesOf(admin, before) };
  } catch (error) {
    throw appError('UNAVAILABLE', `Topics could not be checked at ${options.brokers.join(', ')}.`, { cause: error });
  } finally {
    await admin.disconnect();
  }
}

async function usable(admin: Admin, topics: readonly WantedTopic[]): Promise<void> {
  const deadline = performance.now() + LEADERS_WITHIN_MS;
  for (let seen: unknown; performance.now() < deadline; await sleep(50)) {
    try {
      const { topics: found } = await admin.fetchTopicMetadata({ topics: topics.map(({ name }) => name) });
      const ready = topics.every(({ name, partitions }) => {
        const there = found.find((t) => t.name === name)?.partitions ?? [];
        return there.length >= partitions && there.every((p) => p.leader >= 0);
      });
      if (ready) return;
    } catch (error) {
      seen = error; // brokers hear of a new topic one after the other; until then they do not know it
    }
    if (performance.now() + 50 >= deadline)
      throw appError('UNAVAILABLE', 'New topics have no leaders.', { cause: seen });
  }
}

async function differencesOf(admin: Admin, topics: readonly WantedTopic[]): Promise<TopicDifference[]> {
  if (topics.length === 0) return [];
  const { topics: found } = await admin.fetchTopicMetadata({ topics: topics.map(({ name }) => name) });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map(({ name }) => ({ type: TOPIC, name, configNames: ['retention.ms'] })),
  });
  return topics.flatMap(({ name, partitions, retentionMs }): TopicDifference[] => {
    const count = found.find((t) => t.name === name)?.partitions.length ?? 0;
    const config = resources.find((r) => r.resourceName === name)?.configEntries;
    const retention = Number(config?.find((c) => c.configName === 'retention.ms')?.configValue);
    return [
      ...(count === partitions ? [] : [{ topic: name, what: 'partitions' as const, wanted: partitions, found: count }]),
      ...(retention === retentionMs
        ? []
        : [{ topic: name, what: 'retention.ms' as const, wanted: retentionMs, found: retention }]),
    ];
  });
}

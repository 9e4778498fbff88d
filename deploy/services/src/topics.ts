import { type TopicDifference, ensureKafkaTopics } from '@beseda/bus';
import { TOPICS } from '@beseda/contracts';
import type { ServicesConfig } from './options.js';

/**
 * Makes the topics that are missing; gives what differs in those that are there.
 *
 * @throws AppError UNAVAILABLE when the brokers do not answer.
 */
export async function makeTopics({ kafka, prefix }: ServicesConfig): Promise<readonly TopicDifference[]> {
  const wanted = Object.values(TOPICS).map(({ name, ...topic }) => ({ ...topic, name: `${prefix}${name}` }));
  return (await ensureKafkaTopics(kafka, wanted)).differences;
}

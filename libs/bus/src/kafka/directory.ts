import { appError, type AppError } from '@beseda/errors';
import type { Admin, Kafka, KafkaJSProtocolError } from 'kafkajs';
import type { Watermarks } from '../adapter.js';

/** What callers of the bus see of any trouble with the brokers. */
export const unavailable = (detail: string, cause: unknown): AppError => appError('UNAVAILABLE', detail, { cause });

/** What a missing topic is called, everywhere. */
export const missingTopic = (topic: string): AppError =>
  appError('UNAVAILABLE', `The topic ${topic} does not exist on Kafka; \`npm run topics\` creates all topics.`);

/** Times a question is asked that brokers could not answer yet, 100 ms apart. */
const PATIENCE = 20;

// by name: the classes of kafkajs cannot be imported by name from its CommonJS build
const notYet = (error: unknown): boolean =>
  error instanceof Error && error.name === 'KafkaJSProtocolError' && (error as KafkaJSProtocolError).retriable;

/** Questions about topics and groups, through one connection that is made when it is needed first. */
export class KafkaDirectory {
  readonly #admin: Admin;
  #connecting: Promise<void> | undefined;
  readonly #known = new Map<string, Promise<boolean>>();

  constructor(kafka: Kafka) {
    this.#admin = kafka.admin({ retry: { retries: 4, initialRetryTime: 100, maxRetryTime: 1_000 } });
  }

  /** Whether a topic exists; a positive answer is remembered. */
  exists(topic: string): Promise<boolean> {
    const asked = this.#known.get(topic);
    if (asked) return asked;
    const asking = this.#ask(async (admin) => (await admin.listTopics()).includes(topic));
    this.#known.set(topic, asking);
    // only a "yes" stays: topics are made while services wait for them, and an error says nothing
    void asking.then(
      (yes) => yes || this.#known.delete(topic),
      () => this.#known.delete(topic),
    );
    return asking;
  }

  /** Lowest and next offset per partition. */
  async watermarks(topic: string): Promise<Watermarks[]> {
    if (!(await this.exists(topic))) throw missingTopic(topic);
    const found = await this.#ask((admin) => admin.fetchTopicOffsets(topic));
    const marks: Watermarks[] = [];
    for (const { partition, low, high } of found) marks[partition] = { low: Number(low), high: Number(high) };
    return marks;
  }

  /** Committed positions per partition. */
  async committed(group: string, topic: string): Promise<(number | undefined)[]> {
    if (!(await this.exists(topic))) throw missingTopic(topic);
    const [found] = await this.#ask((admin) => admin.fetchOffsets({ groupId: group, topics: [topic] }));
    const positions: (number | undefined)[] = [];
    for (const { partition, offset } of found?.partitions ?? []) {
      positions[partition] = Number(offset) < 0 ? undefined : Number(offset);
    }
    return positions;
  }

  /** Removes a group without members. */
  async deleteGroup(group: string): Promise<void> {
    await this.#ask((admin) => admin.deleteGroups([group]));
  }

  async close(): Promise<void> {
    await this.#connecting?.catch(() => undefined); // never connected: nothing to close but sockets
    await this.#admin.disconnect();
  }

  async #ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    try {
      this.#connecting ??= this.#admin.connect();
      await this.#connecting;
      return await this.#patiently(() => question(this.#admin));
    } catch (error) {
      this.#connecting = undefined; // the next question connects again
      throw unavailable('Kafka does not answer.', error);
    }
  }

  /** Brokers hear of new topics, leaders and coordinators one after the other; for a moment they deny what is true. */
  async #patiently<T>(question: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await question();
      } catch (error) {
        if (!notYet(error) || attempt >= PATIENCE) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }
}

import { appError } from '@beseda/errors';
import type { AdapterConsumer, BusAdapter, ConsumeOptions, ConsumerSink } from '../adapter.js';
import type { BusRecord } from '../port.js';
import { BatchSender } from './batch-sender.js';
import { kafkaClient, timesOf } from './client.js';
import { KafkaConsumer } from './consumer.js';
import { KafkaDirectory, missingTopic } from './directory.js';
import { isEphemeral, type KafkaOptions } from './options.js';

/**
 * Kafka as the log of the bus. Connects when it is used first. Topics must be there: a consumer waits for its topic and
 * says so, `append` and `watermarks` fail with a retryable error that names it.
 */
export function kafkaAdapter(options: KafkaOptions): BusAdapter {
  const kafka = kafkaClient(options);
  const times = timesOf(options);
  const { logger } = options;
  const directory = new KafkaDirectory(kafka);
  const durable = new BatchSender(kafka, { acks: -1 }, logger);
  const light = new BatchSender(kafka, { acks: 1 }, logger);
  const consumers = new Set<KafkaConsumer>();
  let closing: Promise<void> | undefined;
  const mustBeOpen = (): void => {
    if (closing) throw appError('UNAVAILABLE', 'The bus is closed.');
  };

  /** Returns when the topic is there; a service that is started before its topics waits here. */
  async function topicIsThere(topic: string): Promise<void> {
    for (let said = ''; ;) {
      mustBeOpen();
      let problem = missingTopic(topic);
      try {
        if (await directory.exists(topic)) return;
      } catch (error) {
        problem = appError('UNAVAILABLE', 'Kafka does not answer.', { cause: error }); // it may still be starting
      }
      if (said !== problem.detail) logger?.warn({ topic, err: problem }, `waiting: ${problem.detail}`);
      said = problem.detail;
      await new Promise((resolve) => setTimeout(resolve, times.waitForTopic));
    }
  }

  async function append(records: readonly BusRecord[]): Promise<void> {
    mustBeOpen();
    for (const topic of new Set(records.map((r) => r.topic))) {
      if (!(await directory.exists(topic))) throw missingTopic(topic);
    }
    const [quick, rest] = [records.filter((r) => isEphemeral(r.topic)), records.filter((r) => !isEphemeral(r.topic))];
    await Promise.all([quick.length > 0 && light.send(quick), rest.length > 0 && durable.send(rest)]);
  }

  async function consume(what: ConsumeOptions, sink: ConsumerSink): Promise<AdapterConsumer> {
    await topicIsThere(what.topic);
    mustBeOpen();
    const consumer = new KafkaConsumer({ kafka, directory, times, logger }, what, sink);
    consumers.add(consumer);
    try {
      await consumer.start();
    } catch (error) {
      consumers.delete(consumer);
      await consumer.close();
      throw error;
    }
    return {
      commit: (generation, positions) => consumer.commit(generation, positions),
      pause: (partition) => consumer.pause(partition),
      resume: (partition) => consumer.resume(partition),
      close: async () => {
        consumers.delete(consumer);
        await consumer.close();
      },
    };
  }

  return {
    append,
    consume,
    watermarks: (topic) => directory.watermarks(topic),
    committed: (group, topic) => directory.committed(group, topic),
    close: () =>
      (closing ??= (async () => {
        await Promise.all([...consumers].map((consumer) => consumer.close()));
        await Promise.all([durable.close(), light.close()]);
        await directory.close();
      })()),
  };
}

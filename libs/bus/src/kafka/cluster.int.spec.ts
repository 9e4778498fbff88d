import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { kafkaSkipped, startOwnKafka, until, type OwnKafka } from '@beseda/testing';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { createBus } from '../core/bus.js';
import { PARTITIONS } from '../partition.js';
import { kafkaAdapter } from './adapter.js';
import { startFlow } from '../testing/flow.js';
import { ensureKafkaTopics } from './topics.js';

const TOPIC = 'cluster.v1';

(kafkaSkipped ? describe.skip : describe)('three brokers', () => {
  let kafka: OwnKafka;
  let admin: Admin;

  beforeAll(async () => {
    kafka = await startOwnKafka({ nodes: 3 });
    admin = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
  }, 240_000);
  afterAll(async () => {
    await admin.disconnect();
    await kafka.stop();
  });

  const partitions = async () => (await admin.fetchTopicMetadata({ topics: [TOPIC] })).topics[0]?.partitions ?? [];

  it('go on without one of them, which leads partitions and perhaps groups: nothing is lost or reordered', async () => {
    await ensureKafkaTopics({ brokers: kafka.brokers }, [
      { name: TOPIC, partitions: PARTITIONS, retentionMs: 3_600_000 },
    ]);
    const bus = createBus({
      adapter: kafkaAdapter({ brokers: kafka.brokers, times: { requestTimeout: 3_000, fetchWait: 100 } }),
      onFatal: (error) => expect(error).toBeUndefined(),
    });
    const flow = await startFlow(bus, TOPIC);
    for (let round = 0; round < 2; round++) {
      const enough = flow.confirmed + 20;
      await until(() => flow.confirmed >= enough, { what: 'records to flow', timeoutMs: 60_000 });
      const led = (await partitions()).filter((p) => p.leader === round + 1).length;
      expect(led).toBeGreaterThan(0);
      await kafka.kill(round);
      const [gone, confirmed, handled] = [performance.now(), flow.confirmed, flow.handled];
      await until(() => flow.confirmed >= confirmed + 5 && flow.handled > handled + 40, {
        what: 'work to go on with two brokers',
        timeoutMs: 60_000,
      });
      expect(performance.now() - gone).toBeLessThan(30_000);
      await kafka.restart(round);
      const inSync = async (): Promise<boolean> =>
        (await partitions()).every((p) => p.isr.length === 3 && p.leader > 0);
      await until(inSync, { what: 'the broker to have caught up', timeoutMs: 60_000, everyMs: 250 });
    }
    await flow.stopAndCheck();
    await bus.close();
  }, 240_000);
});

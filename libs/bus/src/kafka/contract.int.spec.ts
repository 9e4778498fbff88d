import { connect } from 'node:net';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { cuttableProxy, kafkaSkipped, startTestKafka, type TestKafka } from '@beseda/testing';
import { describeBusContract } from '../testing/bus.contract.js';
import { PARTITIONS } from '../partition.js';
import { kafkaAdapter } from './adapter.js';
import type { KafkaOptions } from './options.js';
import { ensureKafkaTopics } from './topics.js';

const times = { sessionTimeout: 3_000, heartbeatInterval: 300, rebalanceTimeout: 6_000, fetchWait: 100 };
let kafka: TestKafka;
let options: KafkaOptions;

/** Whether these bytes begin a produce request: its key is 0. */
const isProduce = (chunk: Buffer): boolean => chunk.length > 6 && chunk.readInt16BE(4) === 0;

(kafkaSkipped ? describe.skip : describe)('on a real broker', () => {
  beforeAll(async () => {
    kafka = await startTestKafka();
    options = { brokers: kafka.brokers, times };
  }, 240_000);
  afterAll(() => kafka.stop());

  describeBusContract(
    'kafka',
    async () => {
      const closers: (() => Promise<void>)[] = [];
      return {
        adapter: () => Promise.resolve(kafkaAdapter(options)),
        createTopics: async (topics) => {
          const wanted = topics.map((name) => ({ name, partitions: PARTITIONS, retentionMs: 3_600_000 }));
          await ensureKafkaTopics(options, wanted);
        },
        child: {
          module: new URL('../../dist/kafka/adapter.js', import.meta.url).href,
          factory: 'kafkaAdapter',
          options,
        },
        cuttable: async () => {
          const [host = '', port = ''] = (kafka.brokers[0] ?? '').split(':');
          const proxy = await cuttableProxy(Number(port), host);
          closers.push(() => proxy.close());
          const socketFactory: NonNullable<KafkaOptions['socketFactory']> = ({ onConnect }) =>
            connect(proxy.port, '127.0.0.1', onConnect);
          return {
            adapter: kafkaAdapter({ ...options, socketFactory }),
            dropNextAnswer: () => void proxy.dropResponseAfter(isProduce),
          };
        },
        close: async () => {
          await Promise.all(closers.map((close) => close()));
        },
      };
    },
    { cuts: true, slowMs: 5_000 },
  );
});

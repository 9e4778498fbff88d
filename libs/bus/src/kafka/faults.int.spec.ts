import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { kafkaSkipped, seededRandom, startOwnKafka, tempDir, testCertificates, until } from '@beseda/testing';
import type { OwnKafka, TempDir, TestCertificates } from '@beseda/testing';
import { createBus } from '../core/bus.js';
import { Journal, numbered } from '../testing/harness.js';
import { memoryParkedStore } from '../parked/memory.js';
import { PARTITIONS } from '../partition.js';
import type { Bus } from '../port.js';
import { kafkaAdapter } from './adapter.js';
import type { KafkaOptions } from './options.js';
import { startFlow } from '../testing/flow.js';
import { ensureKafkaTopics } from './topics.js';

const times = {
  sessionTimeout: 3_000,
  heartbeatInterval: 300,
  rebalanceTimeout: 6_000,
  fetchWait: 100,
  requestTimeout: 3_000,
};

(kafkaSkipped ? describe.skip : describe)('a Kafka of its own', () => {
  let folder: TempDir;
  let certificates: TestCertificates;
  let kafka: OwnKafka;

  beforeAll(async () => {
    folder = await tempDir('beseda-kafka-tls-');
    certificates = await testCertificates(folder.path);
    kafka = await startOwnKafka({ secure: { pemFile: certificates.pemFile, users: { beseda: 'open sesame' } } });
  }, 240_000);
  afterAll(async () => {
    await kafka.stop();
    await folder.remove();
  });

  const topic = async (name: string): Promise<string> => {
    await ensureKafkaTopics({ brokers: kafka.brokers }, [{ name, partitions: PARTITIONS, retentionMs: 3_600_000 }]);
    return name;
  };
  const busOf = (options: Partial<KafkaOptions> = {}, onFatal?: (error: unknown) => void): Bus =>
    createBus({
      adapter: kafkaAdapter({ brokers: kafka.brokers, times, ...options }),
      onFatal: onFatal ?? ((error) => expect(error).toBeUndefined()),
    });

  describe('TLS and SASL', () => {
    const sasl = { username: 'beseda', password: 'open sesame' };

    it.each(['plain', 'scram-sha-512'] as const)(
      'carries records over an encrypted connection signed in by %s',
      async (mechanism) => {
        const name = await topic(`secure.${mechanism}.v1`);
        const bus = busOf({
          brokers: kafka.secureBrokers,
          tls: { ca: certificates.ca },
          sasl: { mechanism, ...sasl },
        });
        const journal = new Journal();
        await bus.subscribe({
          group: 'secure',
          topics: [name],
          parked: memoryParkedStore(),
          handler: (record) => journal.add(record),
        });
        await bus.publish(numbered(name, 'a', 0, 4));
        await until(() => journal.count === 5, { what: 'the records', timeoutMs: 15_000 });
        await bus.close();
      },
      60_000,
    );

    it.each([
      ['a wrong password', { sasl: { mechanism: 'scram-sha-512', username: 'beseda', password: 'wrong' } }],
      ['no password', {}],
    ] as const)(
      'are refused with %s',
      async (_what, wrong) => {
        const name = await topic('secure.refused.v1');
        const bus = busOf({ brokers: kafka.secureBrokers, tls: { ca: certificates.ca }, ...wrong });
        await expect(bus.publish(numbered(name, 'a', 0, 0))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
        await bus.close();
      },
      60_000,
    );

    it('do not talk to brokers whose certificate nobody vouches for', async () => {
      const name = await topic('secure.unknown.v1');
      const bus = busOf({ brokers: kafka.secureBrokers, tls: {}, sasl: { mechanism: 'plain', ...sasl } });
      await expect(bus.publish(numbered(name, 'a', 0, 0))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      await bus.close();
    }, 60_000);
  });

  describe('topics', () => {
    it('are created once; what differs in others is reported and left alone', async () => {
      const wanted = [{ name: 'made.v1', partitions: 3, retentionMs: 60_000 }];
      const options = { brokers: kafka.brokers };
      expect(await ensureKafkaTopics(options, wanted)).toEqual({ created: ['made.v1'], differences: [] });
      expect(await ensureKafkaTopics(options, wanted)).toEqual({ created: [], differences: [] });
      const other = [{ name: 'made.v1', partitions: 24, retentionMs: 120_000 }];
      const differences = [
        { topic: 'made.v1', what: 'partitions', wanted: 24, found: 3 },
        { topic: 'made.v1', what: 'retention.ms', wanted: 120_000, found: 60_000 },
      ];
      expect(await ensureKafkaTopics(options, other)).toEqual({ created: [], differences });
      expect(await ensureKafkaTopics(options, other)).toEqual({ created: [], differences });
    }, 60_000);

    it('that are missing are waited for by consumers and named to publishers', async () => {
      const lines: string[] = [];
      const quiet = (): void => undefined;
      const logger = {
        debug: quiet,
        info: quiet,
        error: quiet,
        warn: (_: object, text: string) => void lines.push(text),
      };
      const bus = busOf({ logger, times: { ...times, waitForTopic: 100 } });
      await expect(bus.publish(numbered('late.v1', 'a', 0, 0))).rejects.toMatchObject({
        retryable: true,
        detail: expect.stringContaining('late.v1') as unknown,
      });
      const journal = new Journal();
      const subscribing = bus.subscribe({
        group: 'late',
        topics: ['late.v1'],
        parked: memoryParkedStore(),
        handler: (record) => journal.add(record),
      });
      await until(() => lines.some((line) => /late\.v1 does not exist.*npm run topics/.test(line)), {
        what: 'the line that says so',
      });
      await topic('late.v1');
      await subscribing;
      await bus.publish(numbered('late.v1', 'a', 0, 0));
      await until(() => journal.count === 1, { what: 'the record', timeoutMs: 15_000 });
      await bus.close();
    }, 60_000);
  });

  describe('readers of everything', () => {
    it('leave no group behind', async () => {
      const name = await topic('readers.v1');
      const bus = busOf();
      const reader = await bus.broadcast({ topics: [name], handler: () => undefined });
      expect(await groupsOf(name)).toHaveLength(1);
      await reader.close();
      expect(await groupsOf(name)).toEqual([]);
      await bus.close();
    }, 60_000);
  });

  describe('kill -9 of the broker', () => {
    it('loses and reorders nothing; work goes on when it is back', async () => {
      const random = seededRandom('kill the broker');
      const name = await topic('killed.v1');
      const bus = busOf();
      const flow = await startFlow(bus, name);
      for (let round = 0; round < 2; round++) {
        const enough = flow.confirmed + random.int(5, 30);
        await until(() => flow.confirmed >= enough, { what: 'records to flow', timeoutMs: 30_000 });
        await kafka.kill(0);
        await kafka.restart(0);
        const [back, seen] = [performance.now(), flow.handled];
        await until(() => flow.handled > seen, { what: 'work to go on', timeoutMs: 30_000 });
        expect(performance.now() - back).toBeLessThan(15_000);
      }
      await flow.stopAndCheck();
      await bus.close();
    }, 180_000);
  });

  /** Groups on the broker whose name begins with that of a topic. */
  async function groupsOf(name: string): Promise<string[]> {
    const { Kafka, logLevel } = await import('kafkajs');
    const admin = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const { groups } = await admin.listGroups();
    await admin.disconnect();
    return groups.map((group) => group.groupId).filter((id) => id.startsWith(`${name}.`));
  }
});

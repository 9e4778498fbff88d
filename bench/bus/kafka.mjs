/**
 * Speed of the bus on a real Kafka, beside bare kafkajs doing the same on the same broker in the same run.
 *
 *   npx node bench/bus/kafka.mjs [--events 20000] [--rate 100] [--pace 5000] [--seconds 10] [--rounds 3]
 *
 * Uses KAFKA_BROKERS, else a broker of its own on loopback (Java, Maven). Times are from the call of publish to the start of
 * the handler, in one process. "paced" sends `--pace` events a second in bursts of 50, as drainers do; "burst" as fast as it
 * goes. Prints for people on standard error and one line of JSON on standard output.
 */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startForRun } from '../../tools/kafka/for-run.mjs';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '20000' },
    rate: { type: 'string', default: '100' },
    pace: { type: 'string', default: '5000' },
    seconds: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
  },
});
const [EVENTS, RATE, PACE, SECONDS, ROUNDS] = ['events', 'rate', 'pace', 'seconds', 'rounds'].map((n) =>
  Number(values[n]),
);
const BURST = 50; // events published together, as a drainer does with a full outbox
const KEYS = 200; // dialogs in motion
const WARM_MS = 4_000; // traffic before the clock starts
const VALUE = Buffer.alloc(500, 7); // a message event with its envelope

const root = join(import.meta.dirname, '..', '..');
execFileSync(
  'npm',
  ['run', '--silent', 'build', '-w', '@beseda/errors', '-w', '@beseda/tracing', '-w', '@beseda/bus'],
  {
    cwd: root,
    stdio: ['ignore', 2, 2], // what builds print must not mix with the result
  },
);
const { createBus, ensureKafkaTopics, kafkaAdapter, memoryParkedStore, partitionOf } = await import('@beseda/bus');
const { Kafka, logLevel } = await import('kafkajs');

const say = (text) => process.stderr.write(`${text}\n`);
const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
const ascending = (list) => [...list].sort((a, b) => a - b);
const median = (list) => quantile(ascending(list), 0.5);
const headers = {
  ce_id: '0198c0de-0000-7000-8000-000000000000',
  ce_type: 'message.posted',
  ce_source: 'bench',
  ce_time: '2026-01-01T00:00:00Z',
};

/** The bus: publish, and a group with lanes. */
async function onBus(brokers, topic, onRecord) {
  const bus = createBus({ adapter: kafkaAdapter({ brokers }) });
  await bus.subscribe({
    group: 'bench',
    topics: [topic],
    parked: memoryParkedStore(),
    handler: async (record) => onRecord(record.headers.n),
  });
  return {
    publish: (records) => bus.publish(records.map((r) => ({ topic, ...r }))),
    close: () => bus.close(),
  };
}

/** Bare kafkajs with the same guarantees asked of the broker: idempotent, acks from all, one request at a time. */
async function onBare(brokers, topic, onRecord) {
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });
  const createPartitioner = () => (p) => partitionOf(String(p.message.key), p.partitionMetadata.length);
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, createPartitioner });
  const consumer = kafka.consumer({ groupId: `bare.${topic}`, maxWaitTimeInMs: 500 });
  await producer.connect();
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.run({
    eachBatch: async ({ batch }) => {
      for (const message of batch.messages) onRecord(message.headers.n.toString());
    },
  });
  await joined;
  let last = Promise.resolve();
  return {
    publish: (messages) => (last = last.then(() => producer.sendBatch({ topicMessages: [{ topic, messages }] }))),
    close: async () => {
      await consumer.disconnect();
      await producer.disconnect();
    },
  };
}

const record = (n) => ({ key: `dialog-${n % KEYS}`, value: VALUE, headers: { ...headers, n: String(n) } });
const records = (from, count) => Array.from({ length: count }, (_, i) => record(from + i));

/** Sends `total` events by `send`, returns the times from publish to handler and the whole duration. */
async function measure(open, brokers, total, send) {
  const topic = `bench.${randomUUID()}.v1`;
  await ensureKafkaTopics({ brokers }, [{ name: topic, partitions: 24, retentionMs: 3_600_000 }]);
  const began = new Float64Array(total);
  const taken = [];
  let finish;
  const done = new Promise((resolve) => (finish = resolve));
  let warm = 0;
  const log = await open(brokers, topic, (n) => {
    if (n === 'warm') return void warm++;
    taken.push(performance.now() - began[Number(n)]);
    if (taken.length === total) finish();
  });
  // connections, compiled code and the broker's segments are there before the clock starts; for a second or two after a topic
  // was made its broker answers "not the leader" now and then, which clients meet with a pause of 300 ms
  let sent = 0;
  for (const end = performance.now() + WARM_MS; performance.now() < end; sent += KEYS) {
    await log.publish(records(0, KEYS).map((r) => ({ ...r, headers: { ...r.headers, n: 'warm' } })));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  while (warm < sent) await new Promise((resolve) => setTimeout(resolve, 10));
  const start = performance.now();
  await send((from, count) => {
    began.fill(performance.now(), from, from + count);
    return log.publish(records(from, count));
  });
  await done;
  const seconds = (performance.now() - start) / 1_000;
  await log.close();
  const sorted = ascending(taken);
  return { perSecond: total / seconds, p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
}

/** `count` events together every so often, whatever the answers take. */
const steady = (rate, count, total) => async (publish) => {
  const start = performance.now();
  const all = [];
  for (let n = 0; n < total; n += count) {
    const wait = start + (n / rate) * 1_000 - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    all.push(publish(n, count));
  }
  await Promise.all(all);
};
const asFastAsItGoes = async (publish) => {
  for (let n = 0; n < EVENTS; n += BURST * 10) {
    await Promise.all(Array.from({ length: 10 }, (_, i) => publish(n + i * BURST, BURST)));
  }
};

const show = ({ perSecond, p50, p99 }) => `${perSecond.toFixed(0)}/s p50 ${p50.toFixed(1)} ms p99 ${p99.toFixed(1)} ms`;
const stop = await startForRun();
const brokers = (process.env.KAFKA_BROKERS || process.env.BESEDA_TEST_KAFKA).split(',');
const rounds = [];
try {
  for (let round = 0; round < ROUNDS; round++) {
    const result = {};
    for (const [name, open] of [
      ['bare', onBare],
      ['bus', onBus],
    ]) {
      result[name] = {
        single: await measure(open, brokers, RATE * SECONDS, steady(RATE, 1, RATE * SECONDS)),
        paced: await measure(open, brokers, PACE * SECONDS, steady(PACE, BURST, PACE * SECONDS)),
        burst: await measure(open, brokers, EVENTS, asFastAsItGoes),
      };
      const { single, paced, burst } = result[name];
      say(
        `round ${round + 1} ${name.padEnd(4)} ${RATE}/s: ${show(single)} | paced: ${show(paced)} | burst: ${show(burst)}`,
      );
    }
    rounds.push(result);
  }
} finally {
  await stop();
}

const figures = (name) =>
  Object.fromEntries(
    ['single', 'paced', 'burst'].map((kind) => [
      kind,
      Object.fromEntries(
        ['perSecond', 'p50', 'p99'].map((field) => [
          field,
          Number(median(rounds.map((r) => r[name][kind][field])).toFixed(2)),
        ]),
      ),
    ]),
  );
const result = {
  valueBytes: VALUE.length,
  ratePerSecond: RATE,
  pacePerSecond: PACE,
  burstEvents: EVENTS,
  bus: figures('bus'),
  bareKafkajs: figures('bare'),
};
process.stdout.write(`${JSON.stringify(result)}\n`);

/**
 * Creates the topics of the bus on the Kafka of KAFKA_BROKERS and says what differs in those that are there.
 *
 *   KAFKA_BROKERS=host:9092 npm run topics [-- --replicas 3]
 *
 * Reads the variables the services read (KAFKA_*, BESEDA_PREFIX). Changes nothing of a topic that exists, so it can run at
 * every deployment. Exit code 0: all is as it should be; 2: something differs; 1: it could not be done.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { replicas: { type: 'string' } } });
const root = join(import.meta.dirname, '..');
const nx = join(root, 'node_modules/nx/dist/bin/nx.js');
const say = (line) => process.stdout.write(`${line}\n`);
const span = (ms) => (ms % 86_400_000 === 0 ? `${ms / 86_400_000} days` : `${ms / 60_000} minutes`);

function advice({ topic, what, wanted, found }) {
  if (what === 'retention.ms') {
    return `${topic} keeps records for ${span(found)}, ${span(wanted)} are meant. To change it: kafka-configs.sh --alter --topic ${topic} --add-config retention.ms=${wanted}`;
  }
  return `${topic} has ${found} partitions, ${wanted} are meant. Do not add any while records are in it: keys would move and lose their order.`;
}

try {
  // what a build prints is shown only when it fails
  execFileSync(
    process.execPath,
    [nx, 'run-many', '-t', 'build', '-p', '@beseda/service-defaults', '--outputStyle=static'],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NX_DAEMON: 'false' },
    },
  );
  const { baseEnvSchema, kafkaEnvSchema, kafkaSettings, parseEnv } = await import('@beseda/service-defaults');
  const { ensureKafkaTopics } = await import('@beseda/bus');
  const { TOPICS } = await import('@beseda/contracts');
  const schema = kafkaEnvSchema.extend({ BESEDA_PREFIX: baseEnvSchema.shape.BESEDA_PREFIX });
  const env = parseEnv(schema, process.env);
  const settings = kafkaSettings(env);
  if (!settings) throw new Error('KAFKA_BROKERS is not set: the embedded bus makes its topics by itself.');
  const wanted = Object.values(TOPICS).map(({ name, partitions, retentionMs }) => ({
    name: env.BESEDA_PREFIX + name,
    partitions,
    retentionMs,
  }));
  const { created, differences } = await ensureKafkaTopics(
    settings,
    wanted,
    values.replicas && Number(values.replicas),
  );
  for (const topic of created) say(`created ${topic}`);
  for (const difference of differences) say(advice(difference));
  const rest = wanted.length - created.length;
  say(`${wanted.length} topics: ${created.length} created, ${rest} there before, ${differences.length} differences`);
  process.exitCode = differences.length > 0 ? 2 : 0;
} catch (error) {
  process.stderr.write(`Topics: ${error.detail ?? error.message}${error.cause ? ` (${error.cause.message})` : ''}\n`);
  process.exitCode = 1;
}

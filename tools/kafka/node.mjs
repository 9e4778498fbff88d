// One broker process: its settings, its formatted folder, its life.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** How long a broker may take to accept connections, milliseconds: seconds on an idle machine, much more on a busy one. */
const READY_WITHIN_MS = 90_000;
/** How long it may take to end after SIGTERM, milliseconds. */
const STOP_WITHIN_MS = 8_000;

/** A port of loopback that was free a moment ago. */
export function freePort(wanted = 0) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function secureSettings(node, security) {
  const users = security.users.map(([name, password]) => `user_${name}="${password}"`).join(' ');
  const plain = 'org.apache.kafka.common.security.plain.PlainLoginModule';
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule';
  return {
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': security.pem,
    'sasl.enabled.mechanisms': 'SCRAM-SHA-512,PLAIN',
    'listener.name.secure.plain.sasl.jaas.config': `${plain} required ${users};`,
    'listener.name.secure.scram-sha-512.sasl.jaas.config': `${scram} required;`,
  };
}

function settings(node, nodes, security) {
  const count = nodes.length;
  const local = `PLAINTEXT://127.0.0.1:${node.port}${security ? `,SECURE://127.0.0.1:${node.securePort}` : ''}`;
  const copies = { replicas: Math.min(count, 3), inSync: count >= 3 ? 2 : 1 };
  return {
    'process.roles': 'broker,controller',
    'node.id': node.id,
    'controller.quorum.voters': nodes.map((n) => `${n.id}@127.0.0.1:${n.controllerPort}`).join(','),
    listeners: `${local},CONTROLLER://127.0.0.1:${node.controllerPort}`,
    'advertised.listeners': local,
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SECURE:SASL_SSL',
    'log.dirs': node.folder,
    'default.replication.factor': copies.replicas,
    'min.insync.replicas': copies.inSync,
    'offsets.topic.replication.factor': copies.replicas,
    'offsets.topic.num.partitions': 3,
    'transaction.state.log.replication.factor': copies.replicas,
    'transaction.state.log.min.isr': copies.inSync,
    'transaction.state.log.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': copies.replicas,
    'share.coordinator.state.topic.min.isr': copies.inSync,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 500, // tests do not wait for 6 s until a killed member is given up
    'broker.session.timeout.ms': 6_000,
    'broker.heartbeat.interval.ms': 1_000,
    'auto.create.topics.enable': false,
    'num.network.threads': 2,
    'num.io.threads': 2,
    'log.cleaner.dedupe.buffer.size': 4_194_304,
    'log.segment.bytes': 16_777_216,
    ...(security && secureSettings(node, security)),
  };
}

/** Writes the settings and formats the folder when it is new. */
export function prepare(node, nodes, classPath, clusterId, security) {
  mkdirSync(node.folder, { recursive: true });
  const lines = Object.entries(settings(node, nodes, security)).map(([key, value]) => `${key}=${value}\n`);
  writeFileSync(join(node.folder, 'server.properties'), lines.join(''), { mode: 0o600 });
  if (existsSync(join(node.folder, 'meta.properties'))) return;
  const users = (security?.users ?? []).flatMap(([name, password]) => [
    '--add-scram',
    `SCRAM-SHA-512=[name=${name},password=${password}]`,
  ]);
  const args = [
    '-cp',
    classPath,
    'kafka.tools.StorageTool',
    'format',
    // One word: an id may begin with "-", which would be taken for an option.
    `--cluster-id=${clusterId}`,
    '-c',
    join(node.folder, 'server.properties'),
    ...users,
  ];
  const format = spawnSync('java', args, { encoding: 'utf8' });
  if (format.status !== 0)
    throw new Error(
      `The broker's folder could not be formatted: ${(format.stdout + format.stderr).trim().slice(-600)}`,
    );
}

/** The id the brokers of a folder share; made with the folder. */
export function clusterIdOf(folder) {
  const file = join(folder, 'cluster-id');
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, randomBytes(16).toString('base64url'));
  }
  return readFileSync(file, 'utf8');
}

/** Starts a prepared broker; resolves when it accepts connections. `onExit` hears of its end. */
export function start(node, classPath, heapMb, onExit) {
  const args = ['-Xms64m', `-Xmx${heapMb}m`, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
  const config = join(node.folder, 'server.properties');
  // a session of its own: Ctrl+C goes to the starter, which stops the brokers in order
  const child = spawn('java', [...args, '-cp', classPath, 'kafka.Kafka', config], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  node.child = child;
  return new Promise((resolve, reject) => {
    let tail = '';
    let up = false;
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`Broker ${node.id} was not up after ${READY_WITHIN_MS / 1_000} s: ${tail.slice(-600)}`));
    }, READY_WITHIN_MS);
    const read = (chunk) => {
      if (up) return;
      tail = (tail + chunk).slice(-4_000);
      if (!tail.includes('Kafka Server started')) return;
      up = true;
      clearTimeout(timer);
      resolve();
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      if (!up) reject(new Error(`Broker ${node.id} ended before it was up: ${tail.slice(-600)}`));
      onExit(node, code, signal, up);
    });
  });
}

const ended = (child) => child.exitCode !== null || child.signalCode !== null;

/** Ends a broker in order, and by force when that takes too long. */
export async function stop(node) {
  const { child } = node;
  if (!child || ended(child)) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await gone;
  clearTimeout(timer);
}

/**
 * A real Kafka on loopback, from the official jars (KRaft, no ZooKeeper). Runs in the foreground; Ctrl+C stops it.
 *
 *   npm run kafka [-- --nodes 3] [--port 19092] [--data folder]
 *
 *   --nodes 1|3        brokers; three keep every record three times and go on without one
 *   --port             port of the first broker (others follow); 0 = free ones. Default 19092
 *   --data             folder of the log. Default: .cache/kafka/data-<nodes>, which is kept
 *   --check            only says what is missing, by its exit code too
 *   --shared socket    for tests: runs while anybody is connected to this socket, each of whom is told the brokers
 *   --tls file --user name:password   for tests: one more listener with TLS (PEM with key and certificates) and SASL
 *
 * Prints `KAFKA_READY {"brokers","pids"}` when all accept connections. A broker that dies is started again with the same
 * port and data, then `KAFKA_PIDS {"pids"}` is printed. Lines `stop <node>` and `start <node>` on a piped standard input do what
 * they say (tests stop brokers that way); the end of a piped input ends everything.
 */
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { cache, classPath, missing } from './jars.mjs';
import { clusterIdOf, freePort, prepare, start, stop } from './node.mjs';
import { claim } from './shared.mjs';

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '1' },
    port: { type: 'string', default: '19092' },
    data: { type: 'string' },
    check: { type: 'boolean', default: false },
    shared: { type: 'string' },
    tls: { type: 'string' },
    user: { type: 'string', multiple: true, default: [] },
    piped: { type: 'boolean', default: false },
  },
});
/** Pause before a broker that died is started again, milliseconds. */
const RESTART_MS = 1_000;

const fail = (message) => {
  process.stderr.write(`${message}\n`);
  process.exit(1);
};

const count = Number(values.nodes);
if (count !== 1 && count !== 3) fail('--nodes must be 1 or 3.');
const problem = missing();
if (problem) fail(problem);
if (values.check) process.exit(0);

const shared = values.shared === undefined ? undefined : await claim(values.shared, () => void end(0));
if (values.shared !== undefined && !shared) process.exit(0); // somebody else runs it already

let ending = false;
const nodes = [];
const guard = spawn(process.execPath, [join(import.meta.dirname, 'guard.mjs')], {
  stdio: ['pipe', 'ignore', 'ignore'],
  detached: true,
});
guard.stdin.on('error', () => {}); // the guard was killed: nothing is told to it any more

async function end(code) {
  if (ending) return;
  ending = true;
  await Promise.all(nodes.map(stop));
  if (shared) rmSync(folder, { recursive: true, force: true });
  guard.stdin.end();
  process.exit(code);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(0));

// npm was killed and could not pass that on: nobody would ever stop this Kafka
if (process.env.npm_lifecycle_event === 'kafka') {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && void end(0), 1_000).unref();
}

const pidsOf = () => nodes.map((node) => node.child.pid);
const say = (word, fields) => process.stdout.write(`${word} ${JSON.stringify(fields)}\n`);

function died(node, code, signal, wasUp) {
  guard.stdin.write(`-${node.child.pid}\n`);
  if (ending || node.held || !wasUp) return;
  process.stderr.write(`Broker ${node.id} ended (${signal ?? code}); it is started again.\n`);
  setTimeout(() => void revive(node), RESTART_MS);
}

async function revive(node) {
  if (ending) return;
  try {
    node.held = false;
    await run(node);
    say('KAFKA_PIDS', { pids: pidsOf() });
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    await end(1);
  }
}

async function run(node) {
  const up = start(node, jars, count === 1 ? 384 : 256, died);
  if (node.child.pid) guard.stdin.write(`+${node.child.pid}\n`);
  await up;
}

async function portFrom(first, offset) {
  if (first === 0) return freePort();
  return freePort(first + offset).catch((error) => {
    if (error.code !== 'EADDRINUSE') throw error;
    return fail(`Port ${first + offset} is in use. Is a Kafka running already? Another one: --port <first port>.`);
  });
}

function obey(line) {
  const [word, id] = line.split(' ');
  const node = nodes.find((n) => n.id === Number(id));
  if (!node) return;
  if (word === 'start') void revive(node);
  if (word === 'stop' || word === 'kill') {
    node.held = true; // stays down until it is started by name
    if (word === 'stop') void stop(node);
    else node.child.kill('SIGKILL');
  }
}

const folder = values.data ?? join(cache, shared ? `shared-${process.pid}` : `data-${count}`);
const first = shared ? 0 : Number(values.port);
const security = values.tls && {
  pem: values.tls,
  users: values.user.map((user) => [user.slice(0, user.indexOf(':')), user.slice(user.indexOf(':') + 1)]),
};
let jars;
try {
  if (security) readFileSync(security.pem); // a clear error now rather than a Java one later
  jars = classPath();
  const clusterId = clusterIdOf(folder);
  for (let i = 0; i < count; i++) {
    nodes.push({
      id: i + 1,
      folder: join(folder, `node-${i + 1}`),
      port: await portFrom(first, 2 * i),
      controllerPort: await portFrom(first, 2 * i + 1),
      ...(security && { securePort: await freePort() }),
    });
  }
  for (const node of nodes) prepare(node, nodes, jars, clusterId, security);
  await Promise.all(nodes.map(run));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  await end(1);
}

const ready = {
  brokers: nodes.map((node) => `127.0.0.1:${node.port}`).join(','),
  pids: pidsOf(),
  ...(security && { secure: nodes.map((node) => `127.0.0.1:${node.securePort}`).join(',') }),
};
say('KAFKA_READY', ready);
shared?.ready(ready);
if (values.piped) {
  createInterface({ input: process.stdin })
    .on('line', obey)
    .on('close', () => void end(0));
}

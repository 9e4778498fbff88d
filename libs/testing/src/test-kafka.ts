import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { exitOf } from './process.js';
import { tempDir } from './temp-dir.js';
import { until } from './until.js';

const STARTER = fileURLToPath(new URL('../../../tools/kafka/kafka.mjs', import.meta.url));
/** A broker needs seconds; the first time on a machine Maven fetches 44 MB before; other tests may keep the machine busy. */
const START_MS = 180_000;

/** True when `BESEDA_SKIP_KAFKA=1`: use `describe.skip` then, so that the tests are counted as skipped. */
export const kafkaSkipped = process.env['BESEDA_SKIP_KAFKA'] === '1';

/** A Kafka for one test file. */
export interface TestKafka {
  /** `host:port` of the brokers. */
  readonly brokers: readonly string[];
  /** Gives it back; the last one who does stops it. A Kafka named by `KAFKA_BROKERS` is left alone. */
  stop(): Promise<void>;
}

interface Ready {
  readonly brokers: string;
  readonly pids: readonly number[];
  readonly secure?: string;
}

const listOf = (brokers: string): string[] => brokers.split(',').map((b) => b.trim());

/** The next line that begins with `word`, as JSON; rejects when the lines end before. */
function wordOf<T>(lines: Interface, word: string): Promise<T> {
  return new Promise((resolve, reject) => {
    lines.on('line', (line) => line.startsWith(`${word} `) && resolve(JSON.parse(line.slice(word.length)) as T));
    lines.once('close', () => reject(new Error(`Kafka ended before it said ${word}`)));
  });
}

/** @throws Error that names what has to be installed */
function requireKafka(): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [STARTER, '--check'], (error, _stdout, stderr) => {
      if (error) reject(new Error(`${stderr.trim()} BESEDA_SKIP_KAFKA=1 leaves out the tests that need it.`));
      else resolve();
    });
  });
}

function connected(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined)); // nobody has made it yet
  });
}

/**
 * The Kafka of `KAFKA_BROKERS` when that is set, else one on loopback that all test processes of this checkout share: the
 * first one starts it, and it ends when nobody uses it any more, however its users ended. Take topics and groups of your own.
 * @throws Error that names what has to be installed
 */
export async function startTestKafka(): Promise<TestKafka> {
  // `npm test` starts one for all and names it by the second
  const external = process.env['KAFKA_BROKERS'] || process.env['BESEDA_TEST_KAFKA'];
  if (external) return { brokers: listOf(external), stop: () => Promise.resolve() };
  await requireKafka();
  const path = join(tmpdir(), `beseda-kafka-${createHash('sha256').update(STARTER).digest('hex').slice(0, 12)}.sock`);
  let tries = 0;
  const socket = await until<Socket | undefined>(
    async () => {
      const found = await connected(path);
      if (found) return found;
      // several may try at once: the socket decides who stays
      if (tries++ % 20 === 0)
        spawn(process.execPath, [STARTER, '--shared', path], { detached: true, stdio: 'ignore' }).unref();
      return undefined;
    },
    { what: 'the shared Kafka', timeoutMs: 30_000, everyMs: 100 },
  );
  if (!socket) throw new Error('no connection'); // `until` only gives back what is there
  const deadline = setTimeout(() => socket.destroy(), START_MS);
  const lines = createInterface({ input: socket });
  const { brokers } = await wordOf<Ready>(lines, 'KAFKA_READY').finally(() => clearTimeout(deadline));
  socket.unref();
  return {
    brokers: listOf(brokers),
    stop: async () => {
      lines.close();
      socket.destroy();
    },
  };
}

/** How {@link startOwnKafka} is set up. */
export interface OwnKafkaOptions {
  /** Brokers: 1 (default) or 3. */
  readonly nodes?: 1 | 3;
  /** One more listener with TLS and SASL: file with the PEM of key and certificate chain, and who may sign in. */
  readonly secure?: { readonly pemFile: string; readonly users: Readonly<Record<string, string>> };
}

/** A Kafka that belongs to one test, which may stop and kill its brokers. */
export interface OwnKafka {
  readonly brokers: readonly string[];
  /** Brokers of the listener with TLS and SASL. */
  readonly secureBrokers: readonly string[];
  /** Process ids, by position in {@link brokers}; new ones after a restart. */
  pids(): readonly number[];
  /** kill -9 of a broker, which stays down until {@link restart}. */
  kill(index: number): Promise<void>;
  /** Starts a broker that is down, on its port and data; resolves when it accepts connections. */
  restart(index: number): Promise<void>;
  stop(): Promise<void>;
}

function starterArgs(options: OwnKafkaOptions, data: string): string[] {
  const users = Object.entries(options.secure?.users ?? {}).flatMap(([name, password]) => [
    '--user',
    `${name}:${password}`,
  ]);
  const tls = options.secure ? ['--tls', options.secure.pemFile, ...users] : [];
  return [STARTER, '--piped', '--nodes', String(options.nodes ?? 1), '--port', '0', '--data', data, ...tls];
}

async function readyOf(child: ChildProcess, lines: Interface): Promise<Ready> {
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-2_000)));
  try {
    return await wordOf<Ready>(lines, 'KAFKA_READY');
  } catch (error) {
    throw new Error(`Kafka did not start: ${errors.trim()}`, { cause: error });
  }
}

/**
 * A Kafka on loopback for tests that stop or kill brokers. Ends with this process, however that ends.
 * @throws Error that names what has to be installed
 */
export async function startOwnKafka(options: OwnKafkaOptions = {}): Promise<OwnKafka> {
  await requireKafka();
  const data = await tempDir('beseda-kafka-');
  const child = spawn(process.execPath, starterArgs(options, data.path), { stdio: ['pipe', 'pipe', 'pipe'] });
  if (!child.stdout || !child.stdin) throw new Error('the starter of Kafka has no pipes');
  const { stdin } = child;
  const lines = createInterface({ input: child.stdout });
  const ready = await readyOf(child, lines);
  let { pids } = ready;
  const alive = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false; // ESRCH: it has ended
    }
  };
  return {
    brokers: listOf(ready.brokers),
    secureBrokers: listOf(ready.secure ?? ''),
    pids: () => pids,
    kill: async (index) => {
      const pid = pids[index];
      if (pid === undefined) throw new Error(`there is no broker ${index}`);
      stdin.write(`kill ${index + 1}\n`);
      await until(() => !alive(pid), { what: `broker ${index} to be gone`, timeoutMs: 10_000 });
    },
    restart: async (index) => {
      const news = wordOf<{ pids: readonly number[] }>(lines, 'KAFKA_PIDS');
      stdin.write(`start ${index + 1}\n`);
      ({ pids } = await news);
    },
    stop: async () => {
      stdin.end();
      await exitOf(child);
      lines.close();
      await data.remove();
    },
  };
}

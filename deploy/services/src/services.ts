import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { appError } from '@beseda/errors';
import { DataFolder, type ReadyLine, claimPorts, isEdge } from '@beseda/installation';
import type { Env } from '@beseda/service-defaults';
import { ReplicaSet } from './replica-set.js';
import { logLine } from './log-lines.js';
import type { ServicesConfig } from './options.js';
import { planReplicas } from './plan.js';
import { type Facts, Replica, type ReplicaEvents } from './replica.js';
import { makeTopics } from './topics.js';

/** The ready line of many processes. */
export interface ServicesReadyLine extends ReadyLine {
  /** Public address of each gateway. */
  urls: string[];
  /** Address of health and metrics of each replica. */
  internal: Record<string, string>;
  /** The process of the embedded database, when that is in use. */
  database?: { pid: number };
}

/** Beseda, each service a process of its own. */
export interface RunningServices {
  ready: ServicesReadyLine;
  embedded: boolean;
  dataDir: string;
  /** People could read the first password. */
  announced(): void;
}

/** Where lines for programs and people go. */
export type Print = (line: string) => void;

/** Services of a killed starter end by themselves within this time; milliseconds. */
const LEFT_BEHIND_MS = 12_000;
/** What the database has to end, after the services; milliseconds. */
const DATABASE_STOP_MS = 800;

/** Starts every service as a process of its own and keeps them running. */
export class Services {
  readonly #folder: DataFolder;
  readonly #events: ReplicaEvents;
  #database: Replica | undefined;
  #replicas: ReplicaSet | undefined;
  #mongoUrl = '';
  #stopping: Promise<void> | undefined;

  constructor(
    private readonly config: ServicesConfig,
    private readonly env: Env,
    private readonly print: Print,
  ) {
    this.#folder = new DataFolder(config.dataDir);
    this.#events = { line: print, restarted: () => this.#restarted() };
  }

  /**
   * Starts all of it; resolves when every replica is ready.
   *
   * @throws AppError with one clear line. What was started must still be stopped.
   */
  async start(): Promise<RunningServices> {
    const { config } = this;
    this.#folder.open();
    await this.#othersHaveEnded();
    await this.#makeTopics();
    this.#mongoUrl = config.mongoUrl ?? (await this.#startDatabase());
    const secret = config.secret ?? this.#folder.secret();
    const plans = await planReplicas(config, this.env, { secret, mongoUrl: this.#mongoUrl });
    this.#replicas = new ReplicaSet(plans, this.#events);
    this.#noteRun();
    const facts = await this.#replicas.start();
    this.#noteRun();
    const urls = plans.filter(({ service }) => isEdge(service)).map(({ url }) => url);
    const internal = Object.fromEntries(plans.map(({ name, url }) => [name, url]));
    return {
      ready: {
        ...readyLine(facts, config.publicUrl ?? urls[0] ?? ''),
        pids: this.#replicas.pids,
        urls,
        internal,
        ...this.#databaseLine(),
      },
      embedded: this.#database !== undefined,
      dataDir: config.dataDir,
      announced: () => this.#replicas?.announced(),
    };
  }

  /** Ends all of it in order: gateways, dialogs, contacts, admin, database. Repeatable; also during the start. */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  async #stop(): Promise<void> {
    await this.#replicas?.stop();
    await this.#database?.stop(DATABASE_STOP_MS);
    this.#folder.close();
  }

  /** A starter that was killed leaves its services behind for some seconds; they hold ports and the database. */
  async #othersHaveEnded(): Promise<void> {
    const deadline = performance.now() + LEFT_BEHIND_MS;
    for (let pids = this.#folder.leftBehind(); pids.length > 0; pids = this.#folder.leftBehind()) {
      if (performance.now() > deadline) {
        throw appError(
          'FAILED_PRECONDITION',
          `Processes of an earlier start still run on the data folder ${this.#folder.path}: ${pids.join(', ')}. End them first.`,
        );
      }
      await delay(50);
    }
  }

  async #makeTopics(): Promise<void> {
    for (const { topic, what, wanted, found } of await makeTopics(this.config)) {
      const msg = `${topic}: ${what} is ${found}, ${wanted} is meant; "npm run topics" says more`;
      this.print(logLine('warn', { service: 'starter', replica: 'starter' }, msg));
    }
  }

  async #startDatabase(): Promise<string> {
    const [port = 0] = await claimPorts('127.0.0.1', 1);
    const env = { ...this.env, DATABASE_FILE: this.#folder.database(), DATABASE_PORT: String(port) };
    const script = fileURLToPath(new URL('../dist/database.js', import.meta.url));
    this.#database = new Replica({ name: 'database', service: 'database', script, env }, this.#events);
    await this.#database.start();
    this.#folder.markUsed();
    return `mongodb://127.0.0.1:${port}/`;
  }

  #databaseLine(): { database?: { pid: number } } {
    const pid = this.#database?.pid;
    return pid === undefined ? {} : { database: { pid } };
  }

  #restarted(): void {
    this.#noteRun();
    this.print(`BESEDA_PIDS ${JSON.stringify(this.#replicas?.pids ?? {})}`);
  }

  /** For commands beside it, and for the next start, should this one be killed. */
  #noteRun(): void {
    const children = [...Object.values(this.#replicas?.pids ?? {}), this.#database?.pid].filter(
      (pid) => pid !== undefined,
    );
    this.#folder.writeRunInfo({ pid: process.pid, mongoUrl: this.#mongoUrl, children });
  }
}

function readyLine({ siteId = '', login = '', password }: Facts, url: string): Omit<ReadyLine, 'pids'> {
  return { url, demo: `${url}/demo`, siteId, login, ...(password === undefined ? {} : { password }) };
}

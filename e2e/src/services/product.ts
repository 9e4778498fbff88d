import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ServicesReadyLine } from '@beseda/services-runner';
import { exitOf, until } from '@beseda/testing';
import { ADMIN, ROOT, readyLine } from '../support/product.js';

const MAIN = fileURLToPath(new URL('../../../deploy/services/dist/main.js', import.meta.url));
/** How long a replica may take to be back, however busy the machine is; ms. */
export const BACK_MS = 60_000;

/** Beseda as one process a service. */
export interface ServicesProduct {
  ready: ServicesReadyLine;
  /** The starter. */
  pid: number;
  output(): string;
  /** Names of the replicas of a service. */
  replicasOf(service: string): string[];
  /** Sends a signal to a replica; resolves with the time it took until its successor was ready, ms. */
  strike(replica: string, signal: 'SIGKILL' | 'SIGTERM'): Promise<number>;
  /** Stops a replica for so many ms (SIGSTOP), as a machine does that pages; resolves with the time until it was ready again, ms. */
  freeze(replica: string, ms: number): Promise<number>;
  /** Stops a replica (SIGSTOP) until it is struck: to the others it is away. */
  hold(replica: string): void;
  /** All processes that were ever started and run now. */
  running(): number[];
  /** SIGKILL to the starter. */
  kill9(): Promise<void>;
  /** SIGTERM to the starter; gives its exit code. */
  stop(): Promise<number | null>;
}

export interface ServicesOptions {
  dataDir: string;
  brokers: readonly string[];
  prefix: string;
  replicas: string;
  port?: number;
  env?: Record<string, string>;
}

/** Starts the services from `dist` and waits for the ready line. */
export async function startServices(options: ServicesOptions): Promise<ServicesProduct> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', MAIN, '--replicas', options.replicas],
    {
      cwd: ROOT,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: process.env['HOME'] ?? '',
        ...(process.env['MONGO_URL'] ? { MONGO_URL: process.env['MONGO_URL'] } : {}),
        KAFKA_BROKERS: options.brokers.join(','),
        BESEDA_PREFIX: options.prefix,
        BESEDA_DATA: options.dataDir,
        BESEDA_PORT: String(options.port ?? 0),
        BESEDA_ADMIN_EMAIL: ADMIN.email,
        BESEDA_ADMIN_PASSWORD: ADMIN.password,
        // Many visitors come from one address here.
        BESEDA_WIDGET_RATE_FACTOR: '100',
        LOG_LEVEL: 'warn',
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const lines: string[] = [];
  const ready = await readyLine<ServicesReadyLine>(child, lines);
  const pids = (): Record<string, number> => {
    const last = lines.findLast((line) => line.startsWith('BESEDA_PIDS '));
    return last ? (JSON.parse(last.slice('BESEDA_PIDS '.length)) as Record<string, number>) : ready.pids;
  };
  const everStarted = (): number[] =>
    [...lines.flatMap((line) => (/^BESEDA_(PIDS|READY) /.test(line) ? [...line.matchAll(/:(\d+)[,}]/g)] : []))].map(
      ([, pid]) => Number(pid),
    );
  return {
    ready,
    pid: child.pid ?? 0,
    output: () => lines.join('\n'),
    replicasOf: (service) => Object.keys(ready.pids).filter((name) => name.startsWith(`${service}-`)),
    strike: async (replica, signal) => {
      const before = pids()[replica] ?? 0;
      const began = performance.now();
      process.kill(before, signal);
      await until(async () => pids()[replica] !== before && (await isReady(ready.internal[replica] ?? '')), {
        timeoutMs: BACK_MS,
        everyMs: 50,
        what: `${replica} to be back`,
      });
      return performance.now() - began;
    },
    freeze: async (replica, ms) => {
      const pid = pids()[replica] ?? 0;
      process.kill(pid, 'SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, ms));
      process.kill(pid, 'SIGCONT');
      const began = performance.now();
      await until(() => isReady(ready.internal[replica] ?? ''), {
        timeoutMs: BACK_MS,
        everyMs: 50,
        what: `${replica} to answer again`,
      });
      return performance.now() - began;
    },
    hold: (replica) => {
      process.kill(pids()[replica] ?? 0, 'SIGSTOP');
    },
    running: () => [...new Set(everStarted())].filter(isAlive),
    kill9: async () => {
      child.kill('SIGKILL');
      await exitOf(child);
    },
    stop: async () => {
      child.kill('SIGTERM');
      return (await exitOf(child)).code;
    },
  };
}

const isReady = async (url: string): Promise<boolean> => (await fetch(`${url}/health/ready`)).ok;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    // ESRCH: it has ended
    return false;
  }
}

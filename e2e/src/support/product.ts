// Only types that can be left out, and no modules of the workspace: Jest's global setup reads this file without a compiler.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ReadyLine } from '@beseda/all-in-one';

const MAIN = fileURLToPath(new URL('../../../deploy/all-in-one/dist/main.js', import.meta.url));
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** A cold machine may need this long for a start; ms. */
const START_MS = 60_000;

/** Sign-in of the first superadmin in every scenario. */
export const ADMIN = { email: 'owner@example.test', password: 'correct horse battery' } as const;

/** A running Beseda: the real process on a real folder. */
export interface Product {
  ready: ReadyLine;
  /** The process that the ready line names. */
  pid: number;
  /** Everything it printed. */
  output(): string;
  /** SIGKILL, as a power failure of the process. */
  kill9(): Promise<void>;
  /** SIGTERM; gives the exit code. */
  stop(): Promise<number | null>;
}

export interface ProductOptions {
  dataDir: string;
  /** Fixed, so that browsers find it again after a restart. */
  port?: number;
  env?: Record<string, string>;
}

/** Starts the product from `dist` and waits for its ready line. */
export async function startProduct({ dataDir, port = 0, env = {} }: ProductOptions): Promise<Product> {
  const child = spawn(process.execPath, [MAIN], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      ...(process.env['MONGO_URL'] ? { MONGO_URL: process.env['MONGO_URL'] } : {}),
      BESEDA_DATA: dataDir,
      BESEDA_PORT: String(port),
      BESEDA_ADMIN_EMAIL: ADMIN.email,
      BESEDA_ADMIN_PASSWORD: ADMIN.password,
      LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const ready = await readyLine<ReadyLine>(child, lines);
  return {
    ready,
    pid: child.pid ?? 0,
    output: () => lines.join('\n'),
    kill9: async () => {
      await ended(child, 'SIGKILL');
    },
    stop: () => ended(child, 'SIGTERM'),
  };
}

/** Sends a signal and waits for the end; gives the exit code. */
export async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  child.kill(signal);
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

/**
 * Reads what a start prints into `lines`; gives its ready line. A process that does not say it in time is killed: nobody
 * else could.
 */
export function readyLine<T>(child: ChildProcess, lines: string[], withinMs = START_MS): Promise<T> {
  return new Promise((resolve, reject) => {
    let problem: string | undefined;
    const timer = setTimeout(() => {
      problem = `was not ready in ${withinMs} ms`;
      child.kill('SIGKILL');
    }, withinMs);
    const read = (line: string): void => {
      lines.push(line);
      if (!line.startsWith('BESEDA_READY ')) return;
      clearTimeout(timer);
      resolve(JSON.parse(line.slice('BESEDA_READY '.length)) as T);
    };
    for (const stream of [child.stdout, child.stderr]) if (stream) createInterface({ input: stream }).on('line', read);
    child.once('exit', (code) => {
      clearTimeout(timer);
      problem ??= `ended with ${code} before it was ready`;
      reject(new Error(`Beseda ${problem}:\n${lines.join('\n')}`));
    });
  });
}

/** Runs the product until it ends by itself: for starts that must fail. */
export async function runProduct(
  env: Record<string, string>,
): Promise<{ code: number | null; stderr: string; stdout: string }> {
  const child = spawn(process.execPath, [MAIN], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (out.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (out.stderr += chunk.toString()));
  await once(child, 'close');
  return { code: child.exitCode, ...out };
}

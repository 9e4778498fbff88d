import { execFile, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { ifUnlocked } from './lock.js';
import { until } from './until.js';

/** A TCP port of the loopback interface that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Resolves when the child has ended (at once when it has already). */
export async function exitOf(child: ChildProcess): Promise<Exit> {
  if (child.exitCode === null && child.signalCode === null) {
    await new Promise<void>((resolve) => child.once('exit', () => resolve()));
  }
  return { code: child.exitCode, signal: child.signalCode };
}

/** The first line on the child's standard output that matches; rejects when the child ends first. Call it right after the start. */
export async function lineOf(child: ChildProcess, match: string | RegExp): Promise<string> {
  if (!child.stdout) throw new Error('the child has no pipe as standard output');
  const fits = (line: string): boolean => (typeof match === 'string' ? line.includes(match) : match.test(line));
  const lines = createInterface({ input: child.stdout });
  return new Promise((resolve, reject) => {
    lines.on('line', (line) => fits(line) && resolve(line)); // goes on reading, else the child would block on a full pipe
    lines.once('close', () => reject(new Error(`the process ended before it printed ${String(match)}`)));
  });
}

async function newest(folder: string): Promise<number> {
  let time = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith('.spec.ts')) continue;
    time = Math.max(time, (await stat(join(entry.parentPath, entry.name))).mtimeMs);
  }
  return time;
}

async function isBuilt(packageDir: string): Promise<boolean> {
  const built = await stat(join(packageDir, 'dist', 'index.js')).then(
    (s) => s.mtimeMs,
    () => 0, // never built
  );
  return built > (await newest(join(packageDir, 'src')));
}

/**
 * Builds packages whose `dist` is missing or older than their sources, for tests that start processes from `dist`.
 * Safe when several test files ask at the same time.
 * @param packageDirs absolute paths of package folders, dependencies first
 */
export async function ensureBuilt(...packageDirs: readonly string[]): Promise<void> {
  for (const packageDir of packageDirs) {
    const lock = join(
      tmpdir(),
      `beseda-build-${createHash('sha256').update(packageDir).digest('hex').slice(0, 16)}.lock`,
    );
    const build = (): Promise<boolean> =>
      ifUnlocked(lock, async () => {
        if (!(await isBuilt(packageDir)))
          await promisify(execFile)('npm', ['run', '--silent', 'build'], { cwd: packageDir });
      });
    await until(async () => (await isBuilt(packageDir)) || (await build()), {
      timeoutMs: 60_000,
      everyMs: 100,
      what: `${packageDir} to be built`,
    });
  }
}

import { access, constants, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ifUnlocked } from './lock.js';
import { until } from './until.js';

/** A browser for tests and how to start it. */
export interface Chromium {
  readonly executablePath: string;
  /** Launch arguments it needs beyond those of the browser driver. */
  readonly args: readonly string[];
  /** Where it came from: the environment, the system or the npm package. */
  readonly source: 'CHROMIUM_PATH' | 'system' | 'npm';
}

const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'] as const;
/** Containers often have a tiny /dev/shm; without it pages crash at random. */
const BASE_ARGS = ['--disable-dev-shm-usage'];
/** The packaged browser has no GPU and no setuid sandbox. Its own list of arguments is not used: it switches web security off. */
const PACKAGED_ARGS = [
  ...BASE_ARGS,
  '--no-sandbox',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
];
const UNPACK_MS = 120_000;

async function exists(path: string, mode: number = constants.F_OK): Promise<boolean> {
  try {
    await access(path, mode);
    return true;
  } catch {
    return false; // ENOENT or EACCES: not this one
  }
}

async function onPath(): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter).filter(Boolean)) {
    for (const name of SYSTEM_NAMES) {
      const candidate = join(folder, name);
      if (await exists(candidate, constants.X_OK)) return candidate;
    }
  }
  return undefined;
}

/**
 * Unpacks the browser of `@sparticuz/chromium` once. The package takes a file that exists for a whole one, so two test
 * processes at once (or one killed in the middle) need a lock and a mark that says "complete".
 */
async function unpack(): Promise<string> {
  const { default: packaged } = await import('@sparticuz/chromium');
  const complete = join(tmpdir(), 'beseda-chromium.complete');
  const binary = join(tmpdir(), 'chromium');
  const isThere = async (): Promise<boolean> => (await exists(complete)) && (await exists(binary, constants.X_OK));
  const ready = (): Promise<boolean> =>
    ifUnlocked(join(tmpdir(), 'beseda-chromium.lock'), async () => {
      if (await isThere()) return;
      await rm(binary, { recursive: true, force: true });
      await packaged.executablePath();
      await writeFile(complete, '');
    });
  await until(async () => (await isThere()) || (await ready()), {
    timeoutMs: UNPACK_MS,
    everyMs: 100,
    what: 'the packaged Chromium to be unpacked',
  });
  return binary;
}

/**
 * A Chromium for browser tests: `CHROMIUM_PATH`, else one installed on the system, else the one that
 * `@sparticuz/chromium` carries (unpacked into the folder for temporary files, about 1.5 s the first time).
 * @throws Error when `CHROMIUM_PATH` names nothing executable, or when the packaged browser cannot be unpacked.
 */
export async function findChromium(): Promise<Chromium> {
  const given = process.env['CHROMIUM_PATH'];
  if (given) {
    if (await exists(given, constants.X_OK)) return { executablePath: given, args: BASE_ARGS, source: 'CHROMIUM_PATH' };
    throw new Error(`CHROMIUM_PATH names no executable file: ${given}`);
  }
  const installed = await onPath();
  if (installed) return { executablePath: installed, args: BASE_ARGS, source: 'system' };
  return { executablePath: await unpack(), args: PACKAGED_ARGS, source: 'npm' };
}

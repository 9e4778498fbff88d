import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { appError } from '@beseda/errors';
import { z } from 'zod';
import { writeAside } from './write-aside.js';

const MARKER = 'beseda.json';
const SECRET = 'secret';
const DATABASE = 'mongo.sqlite';
const RUN = 'run.json';
/** Format of the data folder as a whole; each database has migrations of its own. */
const FORMAT = 1;

/** What a running Beseda says to commands beside it. */
export interface RunInfo {
  pid: number;
  mongoUrl: string;
  /** Processes of their own that it started. */
  children?: number[];
}

const markerSchema = z.object({ format: z.number().int(), used: z.boolean().optional() });
const runSchema = z.object({
  pid: z.number().int(),
  mongoUrl: z.string(),
  children: z.array(z.number().int()).optional(),
});

/** The folder that holds everything that lasts. One process at a time owns it. */
export class DataFolder {
  #lock: DatabaseSync | undefined;

  constructor(readonly path: string) {}

  file(name: string): string {
    return join(this.path, name);
  }

  /**
   * Makes or opens the folder and locks it. The lock is the operating system's, so kill -9 leaves none behind.
   *
   * @throws AppError with one clear line: not writable, somebody else's, newer, in use.
   */
  open(): void {
    try {
      mkdirSync(this.path, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw appError(
        'FAILED_PRECONDITION',
        `The data folder ${this.path} cannot be made: ${(error as Error).message}. Set BESEDA_DATA to another one.`,
      );
    }
    this.checkMarker();
    this.closeToOthers();
    this.lock();
  }

  /** Whether Beseda has ever written here. */
  exists(): boolean {
    return existsSync(this.file(MARKER));
  }

  /** Lets go of the folder. */
  close(): void {
    rmSync(this.file(RUN), { force: true });
    this.#lock?.close();
    this.#lock = undefined;
  }

  /** The installation's secret: made at first start, readable by the owner only. */
  secret(): string {
    const path = this.file(SECRET);
    if (!existsSync(path)) writeAside(path, randomBytes(32).toString('hex'));
    return readFileSync(path, 'utf8').trim();
  }

  /** Leaves word for commands that work beside the running Beseda. */
  writeRunInfo(info: RunInfo): void {
    writeAside(this.file(RUN), JSON.stringify(info));
  }

  /** Word of a running Beseda; undefined when none runs on this folder. */
  readRunInfo(): RunInfo | undefined {
    const info = this.lastRun();
    return info && isAlive(info.pid) ? info : undefined;
  }

  /** Processes of a Beseda that was killed and that have not ended yet; they do so by themselves within seconds. */
  leftBehind(): number[] {
    const info = this.lastRun();
    return info && !isAlive(info.pid) ? (info.children ?? []).filter(isAlive) : [];
  }

  /**
   * The file of the embedded database. A folder that has held one and does not any more is no new installation.
   * @throws AppError with one clear line
   */
  database(): string {
    const path = this.file(DATABASE);
    const sizes = [path, `${path}-wal`].map((one) => statSync(one, { throwIfNoEntry: false })?.size ?? 0);
    if (this.wasUsed() && sizes.every((size) => size === 0)) {
      throw appError(
        'FAILED_PRECONDITION',
        `The data folder ${this.path} was used before, and its database ${DATABASE} is gone or empty. Restore it from a backup, or set BESEDA_DATA to a new folder.`,
      );
    }
    return path;
  }

  /** From now on there is data in it: {@link DataFolder.database} must be there at every later start. */
  markUsed(): void {
    if (!this.wasUsed()) this.mark(true);
  }

  private wasUsed(): boolean {
    return markerSchema.safeParse(parseJson(readFileSync(this.file(MARKER), 'utf8'))).data?.used ?? false;
  }

  private mark(used: boolean): void {
    writeAside(this.file(MARKER), `${JSON.stringify({ format: FORMAT, used })}\n`);
  }

  /** A folder that was there may be open to all. */
  private closeToOthers(): void {
    if ((statSync(this.path).mode & 0o077) === 0) return;
    try {
      chmodSync(this.path, 0o700);
    } catch (error) {
      // EPERM: a volume that belongs to somebody else and is only lent to us; who may read it is theirs to say.
      if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
    }
  }

  private lastRun(): RunInfo | undefined {
    const path = this.file(RUN);
    if (!existsSync(path)) return undefined;
    const { pid, mongoUrl, children } = runSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    return { pid, mongoUrl, ...(children === undefined ? {} : { children }) };
  }

  private checkMarker(): void {
    const marker = this.file(MARKER);
    // An empty one is of a first start on a full disk, by a version that wrote it in place.
    if (existsSync(marker) && statSync(marker).size > 0) {
      const known = markerSchema.safeParse(parseJson(readFileSync(marker, 'utf8')));
      if (!known.success)
        throw appError(
          'FAILED_PRECONDITION',
          `${marker} is damaged: this is not a data folder of Beseda, or it was edited.`,
        );
      if (known.data.format > FORMAT) {
        throw appError(
          'FAILED_PRECONDITION',
          `The data folder ${this.path} was written by a newer Beseda. Start that version, or set BESEDA_DATA to another folder.`,
        );
      }
      return;
    }
    if (readdirSync(this.path).some((name) => !name.startsWith('.') && name !== MARKER)) {
      throw appError(
        'FAILED_PRECONDITION',
        `The folder ${this.path} holds something else, not data of Beseda. Set BESEDA_DATA to an empty or new folder.`,
      );
    }
    this.mark(false);
  }

  private lock(): void {
    try {
      const lock = new DatabaseSync(this.file('lock'));
      lock.exec(
        'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS owner (pid); COMMIT;',
      );
      this.#lock = lock;
    } catch (error) {
      if (!/locked|busy/i.test((error as Error).message)) {
        throw appError(
          'FAILED_PRECONDITION',
          `The data folder ${this.path} is not writable: ${(error as Error).message}.`,
          { cause: error },
        );
      }
      throw appError(
        'FAILED_PRECONDITION',
        `Another Beseda is running on the data folder ${this.path}. Stop it first, or set BESEDA_DATA to another folder.`,
      );
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: reported as damaged by the caller's schema.
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // ESRCH: it ended without cleaning up (kill -9).
    return false;
  }
}

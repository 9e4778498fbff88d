import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of one test. */
export interface TempDir {
  /** Absolute path. */
  readonly path: string;
  /** Deletes the folder with everything in it; may be called twice. */
  remove(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Makes an empty folder below the system's folder for temporary files. */
export async function tempDir(prefix = 'beseda-'): Promise<TempDir> {
  const path = await mkdtemp(join(tmpdir(), prefix));
  // retries: a process that has just been killed may still be writing its last file
  const remove = (): Promise<void> => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  return { path, remove, [Symbol.asyncDispose]: remove };
}

import { mkdir, rm, stat } from 'node:fs/promises';

/** A lock older than this belonged to a process that was killed. */
const STALE_MS = 60_000;

/**
 * Runs `work` if no other process holds the lock folder; says whether it ran.
 * For work between test processes of one machine, nothing more.
 */
export async function ifUnlocked(lock: string, work: () => Promise<void>): Promise<boolean> {
  try {
    await mkdir(lock);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const age = await stat(lock).then(
      (s) => Date.now() - s.mtimeMs,
      () => 0, // gone meanwhile: the next look decides
    );
    if (age > STALE_MS) await rm(lock, { recursive: true, force: true });
    return false;
  }
  try {
    await work();
    return true;
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a small file for its owner only, whole or not at all, whatever happens meanwhile: aside, onto the disk, then in place.
 * Aside is a hidden name, which the check of an empty folder does not count.
 */
export function writeAside(path: string, text: string): void {
  const aside = join(dirname(path), `.${basename(path)}.new`);
  try {
    const file = openSync(aside, 'w', 0o600);
    try {
      // A full disk takes a part without an error.
      for (let rest = Buffer.from(text); rest.length > 0;) rest = rest.subarray(writeSync(file, rest));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(aside, path);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

/** The new name is on the disk too. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/**
 * What a failure of a store, a bus or a file says about trying again: `retryable` passes by itself, `permanent` comes again
 * with the same input, `machine` is this machine's: its disk is full or its data gone. Nothing is wrong with what was asked,
 * so it is kept and repeated, and the process is not ready meanwhile.
 */
export type FailureClass = 'retryable' | 'permanent' | 'machine';

/** Of the operating system. */
const SYSTEM_CODES: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EMFILE', 'ENFILE', 'ENOMEM']);
/** Primary result codes of SQLite: no memory, read-only, I/O error, full, cannot open. https://sqlite.org/rescode.html */
const SQLITE_CODES: ReadonlySet<number> = new Set([7, 8, 10, 13, 14]);
/** MongoDB's OutOfDiskSpace, which parts of bulk writes say by number only. */
const OUT_OF_DISK_SPACE = 14_031;

interface Coded {
  readonly code?: unknown;
  readonly errcode?: unknown;
  readonly codeName?: unknown;
  readonly cause?: unknown;
}

/** How many causes are looked through. */
const CAUSES = 5;

/** Whether this machine is why something failed: the error itself or what led to it says so. */
export function isMachineFailure(error: unknown): boolean {
  let known = error;
  for (let depth = 0; depth < CAUSES && typeof known === 'object' && known !== null; depth += 1) {
    const { code, errcode, codeName, cause } = known as Coded;
    if (SYSTEM_CODES.has(code)) return true;
    // The low byte; the rest says more closely where.
    if (code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number' && SQLITE_CODES.has(errcode & 0xff)) return true;
    if (code === OUT_OF_DISK_SPACE || codeName === 'FileStreamFailed') return true;
    known = cause;
  }
  return false;
}

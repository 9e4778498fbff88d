import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';

/** SQLite's file format (the public "Database File Format"): a header of 100 bytes in the first page; all numbers big-endian. */
const HEADER = 100;
const MAGIC = 'SQLite format 3\0';
const PAGE_SIZE_AT = 16;
const PAGE_COUNT_AT = 28;
/** The write-ahead log: a header with its page size and two salts, then a frame for each page, which repeats the salts. */
const WAL_HEADER = 32;
const WAL_PAGE_SIZE_AT = 8;
const WAL_SALTS_AT = 16;
const FRAME_HEADER = 24;
const FRAME_COMMIT_AT = 4;
const FRAME_SALTS_AT = 8;

/**
 * Says what is wrong when a data file is shorter than its header tells. SQLite itself reads the rest of a last page that is cut as
 * zeros. Pages that only the write-ahead log has yet are not missing: a killed server leaves them there.
 */
export function damageOf(path: string): string | undefined {
  const { bytes: header, size } = read(path, 0, HEADER);
  if (header.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined; // new, or SQLite says that it is no database
  const stored = header.length < HEADER ? 0 : header.readUInt16BE(PAGE_SIZE_AT);
  const pageSize = stored === 1 ? 65_536 : stored;
  const pages = stored === 0 ? 0 : header.readUInt32BE(PAGE_COUNT_AT);
  if (stored > 0 && size >= pages * pageSize) return undefined;
  const logged = loggedPages(`${path}-wal`, pageSize);
  let missing = stored === 0;
  for (let page = Math.floor(size / pageSize) + 1; page <= pages && !missing; page++) missing = !logged.has(page);
  if (!missing) return undefined;
  return `The data file ${path} is damaged: it has ${size} bytes of ${pages * pageSize}. Nothing was changed; restore it from a backup.`;
}

/** The pages of all committed frames. */
function loggedPages(path: string, pageSize: number): Set<number> {
  const pages = new Set<number>();
  const { bytes: header, size } = read(path, 0, WAL_HEADER);
  if (header.length < WAL_HEADER || header.readUInt32BE(WAL_PAGE_SIZE_AT) !== pageSize) return pages;
  const salts = header.subarray(WAL_SALTS_AT, WAL_SALTS_AT + 8);
  let waiting: number[] = [];
  for (let at = WAL_HEADER; at + FRAME_HEADER + pageSize <= size; at += FRAME_HEADER + pageSize) {
    const { bytes: frame } = read(path, at, FRAME_HEADER);
    if (!frame.subarray(FRAME_SALTS_AT, FRAME_SALTS_AT + 8).equals(salts)) break;
    waiting.push(frame.readUInt32BE(0));
    if (frame.readUInt32BE(FRAME_COMMIT_AT) === 0) continue;
    for (const page of waiting) pages.add(page);
    waiting = [];
  }
  return pages;
}

/** Up to `length` bytes from a place of a file, and the file's size; nothing of a file that does not exist. */
function read(path: string, at: number, length: number): { bytes: Buffer; size: number } {
  if (!existsSync(path)) return { bytes: Buffer.alloc(0), size: 0 };
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(length);
    return { bytes: bytes.subarray(0, readSync(file, bytes, 0, length, at)), size: fstatSync(file).size };
  } finally {
    closeSync(file);
  }
}

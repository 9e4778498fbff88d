import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BusFileError, type BusFileProblem } from './bus-file-error.js';

/** 'BsdB': marks the file as a bus of Beseda (PRAGMA application_id). */
const APPLICATION_ID = 0x42736442;
const VERSION = 1;

const SCHEMA = `
  CREATE TABLE topics (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE log (
    topic INTEGER NOT NULL, part INTEGER NOT NULL, off INTEGER NOT NULL,
    key TEXT NOT NULL, value BLOB NOT NULL, headers TEXT NOT NULL, ts INTEGER NOT NULL
  );
  CREATE UNIQUE INDEX log_by_offset ON log (topic, part, off);
  -- next offset of partitions whose newest record has been deleted
  CREATE TABLE heads (topic INTEGER NOT NULL, part INTEGER NOT NULL, next INTEGER NOT NULL, PRIMARY KEY (topic, part)) WITHOUT ROWID;
  CREATE TABLE offsets (
    grp TEXT NOT NULL, topic INTEGER NOT NULL, part INTEGER NOT NULL, off INTEGER NOT NULL, PRIMARY KEY (grp, topic, part)
  ) WITHOUT ROWID;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${VERSION};
`;

/** SQLite's primary result codes, https://www.sqlite.org/rescode.html */
const SQLITE_BUSY = 5;
const SQLITE_NOTADB = 26;

function problemOf(error: unknown): BusFileProblem {
  const code = Number((error as { errcode?: number }).errcode) & 0xff;
  if (code === SQLITE_BUSY) return 'in-use';
  if (code === SQLITE_NOTADB) return 'foreign';
  return 'unreadable';
}

function pragma(db: DatabaseSync, name: string): number {
  return Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}

function prepare(db: DatabaseSync, path: string): void {
  // WAL + NORMAL: a commit is a write without fsync, so it survives the end of the process (kill -9), and a power cut
  // leaves an older but whole log. EXCLUSIVE: this process keeps the lock, the system drops it when the process dies.
  db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  db.exec('BEGIN IMMEDIATE');
  const tables = Number(db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n']);
  if (tables === 0) db.exec(SCHEMA);
  else if (pragma(db, 'application_id') !== APPLICATION_ID || pragma(db, 'user_version') !== VERSION) {
    throw new BusFileError('foreign', path);
  }
  db.exec('COMMIT');
}

/**
 * Opens the file of a log, makes it when it is missing, and locks it for this process.
 * @throws BusFileError
 */
export function openDatabase(path: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    if (!path.startsWith(':memory:')) mkdirSync(dirname(path), { recursive: true });
    db = new DatabaseSync(path.startsWith(':memory:') ? ':memory:' : path);
    prepare(db, path);
    return db;
  } catch (error) {
    db?.close();
    throw error instanceof BusFileError ? error : new BusFileError(problemOf(error), path, error);
  }
}

import { statSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { asError, DataFileLockedError, MongoError, ofMachine } from '../errors.js';
import { damageOf } from './damage.js';

/** Marks the file as ours ("BEM1"), so that another SQLite file is never taken over. */
const APPLICATION_ID = 0x42454d31;
/** SQLite's result code for a file that another connection has locked. */
const SQLITE_BUSY = 5;
/** So old may the knowledge be that the file is still there; milliseconds. */
const SEEN_MS = 200;
/** Room that must be there before a disk that was full counts as usable. */
const ROOM_BYTES = 65_536;
const DROP_ROOM = 'DROP TABLE IF EXISTS room';
/** Version of the table layout below. */
const LAYOUT = 1;

const SCHEMA = `
  CREATE TABLE collections (id INTEGER PRIMARY KEY, db TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (db, name));
  CREATE TABLE indexes (id INTEGER PRIMARY KEY, collection INTEGER NOT NULL, name TEXT NOT NULL, spec BLOB NOT NULL,
    multikey INTEGER NOT NULL DEFAULT 0, UNIQUE (collection, name));
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${LAYOUT};
`;

type Waiting = (failure: Error | undefined) => void;

/**
 * The SQLite file: prepared statements and the transaction of the current event-loop turn. The first write of a turn opens
 * it, everything that arrives in the same turn joins, and answers wait for its COMMIT ("group commit").
 */
export class Database {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #waiting: Waiting[] = [];
  #open = false;
  #immediate: NodeJS.Immediate | undefined;
  /** The last write failed because of the machine. */
  #broken = false;
  readonly #inode: number | undefined;
  #seenAt = 0;
  /** Called after a rollback: whatever is cached from the file must be read again. */
  onRollback: () => void = () => undefined;

  /** @throws DataFileLockedError when another process (or server) holds the file; an Error that says so when it is damaged */
  constructor(readonly path: string) {
    const damage = damageOf(path);
    // Only looked at: closing a connection that may write would move the log into the file and fill what is missing with zeros.
    this.#db = new DatabaseSync(path, { timeout: 0, readOnly: damage !== undefined });
    try {
      if (damage !== undefined) this.#refuse(damage);
      this.#prepareFile();
    } catch (error) {
      this.#db.close();
      // Busy: another connection holds the exclusive lock. Everything else is not ours to explain.
      if ((error as { errcode?: number }).errcode === SQLITE_BUSY) throw new DataFileLockedError(path);
      throw error;
    }
    this.#inode = inodeOf(path);
  }

  /**
   * Whoever removes or replaces the file leaves an open one that nobody will ever find again: what is written there is lost.
   * Asked before every command, looked up a few times a second.
   * @throws MongoError 39 when the file that was opened is not at its place
   */
  assertThere(): void {
    if (this.#inode === undefined) return;
    const now = performance.now();
    if (now - this.#seenAt < SEEN_MS) return;
    if (inodeOf(this.path) !== this.#inode)
      throw new MongoError(39, `the data file ${this.path} is gone or another one`);
    this.#seenAt = now;
  }

  /** After a write that failed because of the machine: tries one, so that whoever asks for the server's health gets the truth. */
  assertWritable(): void {
    if (!this.#broken) return;
    this.commit();
    try {
      // Committed in between: pages that are freed at once would never reach the disk.
      for (const step of [
        `${DROP_ROOM}; CREATE TABLE room (bytes BLOB); INSERT INTO room VALUES (zeroblob(${ROOM_BYTES}))`,
        DROP_ROOM,
      ])
        this.#db.exec(`BEGIN; ${step}; COMMIT`);
    } catch (error) {
      // Still no room. Nothing else is in this transaction.
      this.#fail(error);
      throw error;
    }
    this.#broken = false;
  }

  /** The file may have so many pages, as on a small disk. */
  limit(pages: number): void {
    this.#db.exec(`PRAGMA max_page_count = ${pages}`);
  }

  /** A file in use may look damaged while its owner writes: then it is only locked. */
  #refuse(damage: string): never {
    try {
      this.#db.prepare('SELECT count(*) FROM sqlite_schema').get();
    } catch (error) {
      // Anything but busy is the damage itself.
      if ((error as { errcode?: number }).errcode === SQLITE_BUSY) throw error;
    }
    throw new Error(damage);
  }

  #prepareFile(): void {
    const db = this.#db;
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    // 16 MB between checkpoints instead of 4: a page that changes often is copied to the file less often.
    db.exec('PRAGMA wal_autocheckpoint = 4000');
    db.exec('PRAGMA cache_size = -65536; PRAGMA mmap_size = 268435456; PRAGMA temp_store = MEMORY;');
    db.exec('BEGIN EXCLUSIVE');
    const { application_id: id } = db.prepare('PRAGMA application_id').get() as { application_id: number };
    const { n } = db.prepare('SELECT count(*) AS n FROM sqlite_schema').get() as { n: number };
    const { user_version: layout } = db.prepare('PRAGMA user_version').get() as { user_version: number };
    if (n > 0 && id !== APPLICATION_ID)
      throw new Error(`${this.path} is not a data file of the embedded MongoDB server`);
    if (n > 0 && layout !== LAYOUT)
      throw new Error(`${this.path} has layout ${layout}, this version reads layout ${LAYOUT}`);
    if (n === 0) db.exec(SCHEMA);
    db.exec('COMMIT');
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      statement.setReturnArrays(true);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** All rows, each as an array of its columns. */
  all(sql: string, ...parameters: SQLInputValue[]): unknown[][] {
    return this.#statement(sql).all(...parameters) as unknown as unknown[][];
  }

  get(sql: string, ...parameters: SQLInputValue[]): unknown[] | undefined {
    return this.#statement(sql).get(...parameters) as unknown as unknown[] | undefined;
  }

  /** Runs a write inside the turn's transaction; gives the rowid of an insert. */
  run(sql: string, ...parameters: SQLInputValue[]): number {
    this.begin();
    return Number(this.#statement(sql).run(...parameters).lastInsertRowid);
  }

  /** Changes tables; statements prepared for them are forgotten. */
  define(sql: string): void {
    this.begin();
    this.#statements.clear();
    this.#db.exec(sql);
  }

  /** Opens the turn's transaction unless it is open. */
  begin(): void {
    if (this.#open) return;
    this.#statement('BEGIN').run();
    this.#open = true;
    this.#immediate = setImmediate(() => this.commit());
  }

  /**
   * Runs one command's writes so that a fault inside takes back this command only, not the whole turn.
   * An error `keeps` accepts (an answer to the client, such as a duplicate key) leaves what was written before it.
   */
  atomically<T>(work: () => T, keeps: (error: unknown) => boolean): T {
    this.begin();
    this.#statement('SAVEPOINT command').run();
    try {
      const result = work();
      this.#statement('RELEASE command').run();
      return result;
    } catch (error) {
      if (ofMachine(error)) this.#broken = true;
      this.#endSavepoint(keeps(error), error);
      throw error;
    }
  }

  #endSavepoint(keep: boolean, cause: unknown): void {
    try {
      if (!keep) {
        this.#statement('ROLLBACK TO command').run();
        this.#statements.clear();
        this.onRollback();
      }
      this.#statement('RELEASE command').run();
    } catch {
      // No such savepoint: SQLite rolled the whole transaction back by itself (disk full, I/O error). Nothing of this turn
      // is stored, and everybody who waits hears why.
      this.#fail(cause);
    }
  }

  /** Calls `done` once everything written so far is stored, at once when nothing waits. */
  afterCommit(done: Waiting): void {
    if (this.#open) this.#waiting.push(done);
    else done(undefined);
  }

  /** Resolves once everything written so far is stored; rejects when it could not be. */
  committed(): Promise<void> {
    return new Promise((resolve, reject) => this.afterCommit((failure) => (failure ? reject(failure) : resolve())));
  }

  get closed(): boolean {
    return !this.#db.isOpen;
  }

  /** Gives why nothing of this turn could be stored; undefined: all of it is. */
  commit(): Error | undefined {
    if (!this.#open) return undefined;
    clearImmediate(this.#immediate);
    try {
      this.#statement('COMMIT').run();
    } catch (error) {
      // Disk full or an I/O error: every answer that waits becomes an error.
      this.#fail(error);
      return asError(error);
    }
    this.#broken = false;
    this.#settle(undefined);
    return undefined;
  }

  #fail(error: unknown): void {
    if (ofMachine(error)) this.#broken = true;
    try {
      this.#db.exec('ROLLBACK');
    } catch {
      // No transaction any more: SQLite has rolled back already.
    }
    this.#statements.clear();
    this.onRollback();
    this.#settle(asError(error));
  }

  #settle(failure: Error | undefined): void {
    clearImmediate(this.#immediate);
    this.#open = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const done of waiting) done(failure);
  }

  close(): void {
    this.commit();
    this.#statements.clear();
    this.#db.close();
  }
}

/** Undefined: there is none, as of a database in memory. */
function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

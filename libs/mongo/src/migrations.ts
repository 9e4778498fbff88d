import { randomUUID } from 'node:crypto';
import { AppError, appError } from '@beseda/errors';
import { AGAIN, type Repetition, every, retry } from '@beseda/timers';
import type { mongo } from 'mongoose';
import { isDuplicateKey } from './errors.js';
import { type MongoLogger, SILENT } from './logger.js';

/** One versioned change of a database's schema. */
export interface Migration {
  /** 1, 2, 3 … without holes; never changed once released. */
  version: number;
  /** What it does, in a few words; stored, and compared at every start. */
  name: string;
  /** Must bear being run again: a crash half-way repeats it from the beginning. */
  up(db: mongo.Db): Promise<void>;
}

/** Options of {@link runMigrations}. */
export interface MigrationOptions {
  logger?: MongoLogger;
  /** A lock nobody has renewed for this long is free, milliseconds (default 60,000). It is renewed every third of it. */
  lockMs?: number;
  /** How long to wait for another replica that migrates, milliseconds (default 120,000). */
  waitMs?: number;
}

/** Collection that remembers what was applied, and holds the lock. */
export const MIGRATIONS_COLLECTION = 'migrations';
const LOCK_ID = 'lock';
/** Between two looks at another replica's lock. */
const PAUSES = { firstMs: 200, longestMs: 200 };

interface MigrationRecord {
  /** Version of an applied migration, or {@link LOCK_ID}. */
  _id: number | string;
  name?: string;
  appliedAt?: Date;
  durationMs?: number;
  owner?: string;
  expiresAt?: Date;
}

type Records = mongo.Collection<MigrationRecord>;

function checkList(migrations: readonly Migration[]): void {
  migrations.forEach((migration, index) => {
    if (migration.version !== index + 1) {
      throw new TypeError(`migration "${migration.name}" must have the version ${index + 1}, not ${migration.version}`);
    }
  });
}

/** Versions that are still to be applied; refuses a database that this code does not know. */
async function pendingOf(records: Records, migrations: readonly Migration[]): Promise<Migration[]> {
  const applied = new Map<number, string>();
  for (const record of await records.find({}).toArray()) {
    if (typeof record._id === 'number') applied.set(record._id, record.name ?? '');
  }
  const newest = Math.max(0, ...applied.keys());
  if (newest > migrations.length) {
    throw appError(
      'FAILED_PRECONDITION',
      `The database ${records.dbName} was written by a newer version: it has migration ${newest} ` +
        `("${applied.get(newest) ?? ''}"), this version knows ${migrations.length}. Start the newer version, or restore a backup.`,
      { logLevel: 'error' },
    );
  }
  for (const { version, name } of migrations) {
    const known = applied.get(version);
    if (known !== undefined && known !== name) {
      throw appError(
        'FAILED_PRECONDITION',
        `Migration ${version} of the database ${records.dbName} is "${known}", this version calls it "${name}": it belongs to other code.`,
        { logLevel: 'error' },
      );
    }
  }
  return migrations.filter(({ version }) => !applied.has(version));
}

/** A lock document with expiry: one replica migrates, the others wait; a dead one's lock frees itself. */
class MigrationLock {
  readonly #records: Records;
  readonly #lockMs: number;
  readonly #logger: MongoLogger;
  readonly #owner = randomUUID();
  #renewal: Repetition | undefined;
  #expiresAt = 0;

  constructor(records: Records, lockMs: number, logger: MongoLogger) {
    this.#records = records;
    this.#lockMs = lockMs;
    this.#logger = logger;
  }

  async tryAcquire(): Promise<boolean> {
    const now = Date.now();
    const expiresAt = new Date(now + this.#lockMs);
    const taken = await this.#records.updateOne(
      { _id: LOCK_ID, expiresAt: { $lte: new Date(now) } },
      { $set: { owner: this.#owner, expiresAt } },
    );
    if (taken.matchedCount === 0 && !(await this.#insert(expiresAt))) return false;
    this.#expiresAt = expiresAt.getTime();
    this.#renewal = every({
      name: 'migration-lock',
      ms: this.#lockMs / 3,
      later: true,
      run: () => this.#renew(),
      // An outage: the lock is held until its expiry, which `assertHeld` watches.
      failed: 'the migration lock could not be renewed',
      logger: this.#logger,
    });
    return true;
  }

  async #insert(expiresAt: Date): Promise<boolean> {
    try {
      await this.#records.insertOne({ _id: LOCK_ID, owner: this.#owner, expiresAt });
      return true;
    } catch (error) {
      // Somebody else holds the lock; anything but that is passed on.
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  async #renew(): Promise<void> {
    const expiresAt = new Date(Date.now() + this.#lockMs);
    const renewed = await this.#records.updateOne({ _id: LOCK_ID, owner: this.#owner }, { $set: { expiresAt } });
    if (renewed.matchedCount > 0) this.#expiresAt = expiresAt.getTime();
  }

  /** Throws when the lock has run out, so that no step is recorded beside another replica. */
  assertHeld(): void {
    if (Date.now() < this.#expiresAt) return;
    throw appError('UNAVAILABLE', `The migration lock of ${this.#records.dbName} ran out; starting again is safe.`);
  }

  async release(): Promise<void> {
    await this.#renewal?.stop();
    try {
      await this.#records.deleteOne({ _id: LOCK_ID, owner: this.#owner });
    } catch {
      // An outage: the lock frees itself when it runs out, and must not hide how the migration ended.
    }
  }
}

async function apply(records: Records, db: mongo.Db, migration: Migration, logger: MongoLogger): Promise<number> {
  const started = Date.now();
  const fields = { database: db.databaseName, version: migration.version, migration: migration.name };
  logger.info(fields, 'migration starts');
  try {
    await migration.up(db);
  } catch (error) {
    // Named here: the error of a driver does not say which migration it belongs to.
    throw error instanceof AppError
      ? error
      : new Error(`migration ${migration.version} ("${migration.name}") of ${db.databaseName} failed`, {
          cause: error,
        });
  }
  const durationMs = Date.now() - started;
  logger.info({ ...fields, durationMs }, 'migration done');
  return durationMs;
}

async function record(records: Records, migration: Migration, durationMs: number): Promise<void> {
  try {
    await records.insertOne({ _id: migration.version, name: migration.name, appliedAt: new Date(), durationMs });
  } catch (error) {
    // Recorded by a replica that took over the lock: the same work, done twice.
    if (!isDuplicateKey(error)) throw error;
  }
}

/**
 * Brings a database up to date: runs what is missing in order, each once, however many replicas start together.
 * @returns the versions that this call applied.
 * @throws AppError FAILED_PRECONDITION when the database is newer than the code or was migrated by other code;
 *   UNAVAILABLE when another replica holds the lock for longer than `waitMs`.
 */
export async function runMigrations(
  db: mongo.Db,
  migrations: readonly Migration[],
  { logger = SILENT, lockMs = 60_000, waitMs = 120_000 }: MigrationOptions = {},
): Promise<{ applied: number[] }> {
  checkList(migrations);
  const records: Records = db.collection<MigrationRecord>(MIGRATIONS_COLLECTION);
  const lock = new MigrationLock(records, lockMs, logger);
  const work = async (): Promise<{ applied: number[] } | typeof AGAIN> => {
    if ((await pendingOf(records, migrations)).length === 0) return { applied: [] };
    return (await lock.tryAcquire()) ? runLocked(db, records, migrations, lock, logger) : AGAIN;
  };
  const exhausted = () =>
    appError('UNAVAILABLE', `Another replica has been migrating ${db.databaseName} for more than ${waitMs} ms.`);
  return retry(work, { ...PAUSES, until: Date.now() + waitMs, exhausted });
}

async function runLocked(
  db: mongo.Db,
  records: Records,
  migrations: readonly Migration[],
  lock: MigrationLock,
  logger: MongoLogger,
): Promise<{ applied: number[] }> {
  try {
    const applied: number[] = [];
    for (const migration of await pendingOf(records, migrations)) {
      lock.assertHeld();
      const durationMs = await apply(records, db, migration, logger);
      lock.assertHeld();
      await record(records, migration, durationMs);
      applied.push(migration.version);
    }
    return { applied };
  } finally {
    await lock.release();
  }
}

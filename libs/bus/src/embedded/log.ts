import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { appError } from '@beseda/errors';
import type { Position, Watermarks } from '../adapter.js';
import { PARTITIONS, partitionOf } from '../partition.js';
import type { BusRecord, ReceivedRecord } from '../port.js';
import { openDatabase } from './schema.js';

/** What a log is opened with. */
export interface LogOptions {
  readonly path: string;
  /** Time of appended records and of retention, milliseconds since 1970. */
  readonly clock: () => number;
  /** How long records of a topic are kept, milliseconds. */
  readonly retention: (topic: string) => number;
}

interface Topic {
  readonly id: number;
  readonly name: string;
  readonly marks: { low: number; high: number }[];
}

interface Waiting {
  readonly records: readonly BusRecord[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface Row {
  readonly off: number;
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: string;
  readonly ts: number;
}

/** Rows deleted by one step of the retention: about a millisecond of work. */
const SWEEP_STEP = 500;

/** The append-only log of one file, with the positions of its groups. All calls but `append` are synchronous and short. */
export class EmbeddedLog {
  readonly #db: DatabaseSync;
  readonly #topics = new Map<string, Topic>();
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #insert: StatementSync;
  readonly #select: StatementSync;
  readonly #ages: StatementSync;
  readonly #setOffset: StatementSync;
  readonly #getOffsets: StatementSync;
  #waiting: Waiting[] = [];
  #closed = false;

  /** @throws BusFileError */
  constructor(private readonly options: LogOptions) {
    this.#db = openDatabase(options.path);
    this.#insert = this.#db.prepare(
      'INSERT INTO log (topic, part, off, key, value, headers, ts) VALUES (?,?,?,?,?,?,?)',
    );
    this.#select = this.#db.prepare(
      'SELECT off, key, value, headers, ts FROM log WHERE topic = ? AND part = ? AND off >= ? ORDER BY off LIMIT ?',
    );
    this.#ages = this.#db.prepare(
      'SELECT off, ts FROM log WHERE topic = ? AND part = ? AND off >= ? ORDER BY off LIMIT ?',
    );
    this.#setOffset = this.#db.prepare(
      'INSERT INTO offsets (grp, topic, part, off) VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET off = excluded.off',
    );
    this.#getOffsets = this.#db.prepare('SELECT part, off FROM offsets WHERE grp = ? AND topic = ?');
    for (const { id, name } of this.#db.prepare('SELECT id, name FROM topics').all()) {
      this.#topics.set(String(name), this.#load(Number(id), String(name)));
    }
  }

  /** Resolves when the records are in the file. Calls of one turn of the event loop share a transaction. */
  append(records: readonly BusRecord[]): Promise<void> {
    if (this.#closed) return Promise.reject(appError('UNAVAILABLE', 'the embedded bus is closed'));
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) queueMicrotask(() => this.#flush());
      this.#waiting.push({ records, resolve, reject });
    });
  }

  read(topicName: string, partition: number, from: number, limit: number): ReceivedRecord[] {
    const rows = this.#select.all(this.#topic(topicName).id, partition, from, limit) as unknown as Row[];
    return rows.map((row) => ({
      topic: topicName,
      key: row.key,
      value: row.value,
      headers: JSON.parse(row.headers) as Record<string, string>,
      partition,
      offset: row.off,
      timestamp: row.ts,
    }));
  }

  watermarks(topicName: string): readonly Watermarks[] {
    return this.#topic(topicName).marks;
  }

  committed(group: string, topicName: string): (number | undefined)[] {
    const offsets = new Array<number | undefined>(PARTITIONS).fill(undefined);
    for (const { part, off } of this.#getOffsets.all(group, this.#topic(topicName).id))
      offsets[Number(part)] = Number(off);
    return offsets;
  }

  commit(group: string, topicName: string, positions: readonly Position[]): void {
    const { id } = this.#topic(topicName);
    this.#transaction(() => {
      for (const { partition, offset } of positions) this.#setOffset.run(group, id, partition, offset);
    });
  }

  /** Calls `listener` after each append to the topic; returns how to stop that. */
  onAppend(topicName: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(topicName) ?? new Set();
    this.#listeners.set(topicName, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Deletes records past the retention of their topic, in short steps that let other work through. */
  async sweep(): Promise<void> {
    for (const topic of this.#topics.values()) {
      const oldest = this.options.clock() - this.options.retention(topic.name);
      for (let partition = 0; partition < PARTITIONS; partition++) {
        while (!this.#closed && this.#sweepStep(topic, partition, oldest)) {
          await new Promise((resolve) => setImmediate(resolve));
        }
      }
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#flush();
    this.#closed = true;
    this.#db.close();
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 0) return;
    const highs = new Map<Topic, number[]>();
    try {
      // before the transaction: a topic that was made in one that is rolled back would be remembered without being there
      const known = waiting.flatMap((w) => w.records.map((record) => ({ record, topic: this.#topic(record.topic) })));
      this.#transaction(() => {
        const ts = this.options.clock();
        for (const { record, topic } of known) this.#write(record, topic, ts, highs);
      });
    } catch (error) {
      // a full disk or the like: nothing of the transaction is in the log, the publishers repeat
      const failure = appError('UNAVAILABLE', 'the embedded bus cannot write its file', { cause: error });
      for (const { reject } of waiting) reject(failure);
      return;
    }
    for (const [topic, next] of highs) {
      topic.marks.forEach((mark, partition) => (mark.high = next[partition] ?? mark.high));
      for (const listener of this.#listeners.get(topic.name) ?? []) listener();
    }
    for (const { resolve } of waiting) resolve();
  }

  #write(record: BusRecord, topic: Topic, ts: number, highs: Map<Topic, number[]>): void {
    const next = highs.get(topic) ?? topic.marks.map((mark) => mark.high);
    highs.set(topic, next);
    const partition = partitionOf(record.key);
    const offset = next[partition] ?? 0;
    this.#insert.run(topic.id, partition, offset, record.key, record.value, JSON.stringify(record.headers), ts);
    next[partition] = offset + 1;
  }

  #topic(name: string): Topic {
    const found = this.#topics.get(name);
    if (found) return found;
    const id = Number(this.#db.prepare('INSERT INTO topics (name) VALUES (?) RETURNING id').get(name)?.['id']);
    const made: Topic = { id, name, marks: Array.from({ length: PARTITIONS }, () => ({ low: 0, high: 0 })) };
    this.#topics.set(name, made);
    return made;
  }

  /** Watermarks by one index look-up each, however long the log is. */
  #load(id: number, name: string): Topic {
    const heads = new Map(
      this.#db
        .prepare('SELECT part, next FROM heads WHERE topic = ?')
        .all(id)
        .map((row) => [Number(row['part']), Number(row['next'])]),
    );
    const first = this.#db.prepare('SELECT min(off) AS off FROM log WHERE topic = ? AND part = ?');
    const last = this.#db.prepare('SELECT max(off) AS off FROM log WHERE topic = ? AND part = ?');
    const marks = Array.from({ length: PARTITIONS }, (_, partition) => {
      const low = first.get(id, partition)?.['off'];
      if (low === null || low === undefined) return { low: heads.get(partition) ?? 0, high: heads.get(partition) ?? 0 };
      return { low: Number(low), high: Number(last.get(id, partition)?.['off']) + 1 };
    });
    return { id, name, marks };
  }

  /** Deletes the oldest records of a partition; true when there may be more to delete. */
  #sweepStep(topic: Topic, partition: number, oldest: number): boolean {
    const mark = topic.marks[partition];
    if (!mark || mark.low === mark.high) return false;
    const rows = this.#ages.all(topic.id, partition, mark.low, SWEEP_STEP) as unknown as Pick<Row, 'off' | 'ts'>[];
    const kept = rows.find((row) => row.ts >= oldest);
    const low = kept ? kept.off : (rows.at(-1)?.off ?? mark.low - 1) + 1;
    if (low === mark.low) return false;
    this.#transaction(() => {
      this.#db.prepare('DELETE FROM log WHERE topic = ? AND part = ? AND off < ?').run(topic.id, partition, low);
      // the next offset must be known even when no record is left to tell it
      this.#db
        .prepare('INSERT OR REPLACE INTO heads (topic, part, next) VALUES (?,?,?)')
        .run(topic.id, partition, mark.high);
    });
    mark.low = low;
    return kept === undefined;
  }

  #transaction(work: () => void): void {
    this.#db.exec('BEGIN');
    try {
      work();
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error; // for the caller to judge
    }
  }
}

import { randomBytes } from 'node:crypto';
import { encode } from './bson/encode.js';
import { Raw, type Doc, type Value } from './bson/values.js';
import { MongoError } from './errors.js';

/** MongoDB forgets a cursor nobody asked for this long. */
const IDLE_MS = 10 * 60 * 1000;
/** A batch ends before it would be larger than a document may be. */
const BATCH_BYTES = 16 * 1024 * 1024;
/** MongoDB's first batch when the client names no size. */
const FIRST_BATCH = 101;

interface Cursor {
  readonly ns: string;
  readonly documents: Iterator<Raw>;
  /** Read already, but did not fit into the last batch. */
  pending: Raw | undefined;
  lastUsed: number;
  readonly keepsAlive: boolean;
}

/** Open cursors: generators that go on where the last batch ended. */
export class Cursors {
  readonly #cursors = new Map<bigint, Cursor>();
  readonly #timer: NodeJS.Timeout;

  constructor(private readonly now: () => number) {
    this.#timer = setInterval(() => this.expire(), 60_000);
    this.#timer.unref();
  }

  /** Forgets cursors that were not used for ten minutes. */
  expire(): void {
    for (const [id, cursor] of this.#cursors) {
      if (!cursor.keepsAlive && this.now() - cursor.lastUsed > IDLE_MS) this.#cursors.delete(id);
    }
  }

  /** The first batch and, when there is more, a cursor. */
  open(
    ns: string,
    documents: Iterable<Raw | Doc>,
    batchSize: number | undefined,
    options: { singleBatch?: boolean; keepsAlive?: boolean } = {},
  ): Doc {
    const cursor: Cursor = {
      ns,
      documents: raws(documents),
      pending: undefined,
      lastUsed: this.now(),
      keepsAlive: options.keepsAlive ?? false,
    };
    const { batch, more } = take(cursor, batchSize ?? FIRST_BATCH);
    const id = more && !options.singleBatch ? newId() : 0n;
    if (id !== 0n) this.#cursors.set(id, cursor);
    return reply('firstBatch', batch, id, ns);
  }

  /** @throws MongoError 43 when the cursor is gone */
  more(id: bigint, ns: string, batchSize: number | undefined): Doc {
    const cursor = this.#cursors.get(id);
    if (!cursor) throw new MongoError(43, `cursor id ${id} not found`);
    if (cursor.ns !== ns)
      throw new MongoError(
        13,
        `Requested getMore on namespace '${ns}', but cursor belongs to a different namespace ${cursor.ns}`,
      );
    cursor.lastUsed = this.now();
    try {
      const { batch, more } = take(cursor, batchSize || Infinity);
      if (!more) this.#cursors.delete(id);
      return reply('nextBatch', batch, more ? id : 0n, ns);
    } catch (error) {
      // The collection is gone or the time is up: the cursor ends with the error.
      this.#cursors.delete(id);
      throw error;
    }
  }

  kill(id: bigint): boolean {
    return this.#cursors.delete(id);
  }

  get size(): number {
    return this.#cursors.size;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#cursors.clear();
  }
}

function* raws(documents: Iterable<Raw | Doc>): Generator<Raw> {
  for (const d of documents) yield d instanceof Raw ? d : new Raw(encode(d));
}

function take(cursor: Cursor, count: number): { batch: Raw[]; more: boolean } {
  const batch: Raw[] = [];
  let bytes = 0;
  for (;;) {
    if (cursor.pending === undefined) {
      const next = cursor.documents.next();
      if (next.done) return { batch, more: false };
      cursor.pending = next.value;
    }
    if (batch.length >= count || (batch.length > 0 && bytes + cursor.pending.bytes.length > BATCH_BYTES))
      return { batch, more: true };
    bytes += cursor.pending.bytes.length;
    batch.push(cursor.pending);
    cursor.pending = undefined;
  }
}

const reply = (name: string, batch: Raw[], id: bigint, ns: string): Doc =>
  new Map<string, Value>([
    [
      'cursor',
      new Map<string, Value>([
        [name, batch],
        ['id', id],
        ['ns', ns],
      ]),
    ],
  ]);

/** Positive and unpredictable, as MongoDB's are. */
const newId = (): bigint => randomBytes(8).readBigUInt64LE() >> 1n || 1n;

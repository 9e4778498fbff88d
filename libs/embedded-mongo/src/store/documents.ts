import { decode } from '../bson/decode.js';
import { keyOf } from '../bson/keys.js';
import type { Doc, Value } from '../bson/values.js';
import { toBuffer, writtenIndexes, type Catalog, type Collection, type Index } from './catalog.js';
import { duplicateKey } from './duplicate-key.js';
import { documentKeys } from './index-keys.js';

interface KeyChange {
  readonly index: Index;
  readonly added: readonly Buffer[];
  readonly removed: readonly Buffer[];
}

/**
 * Writes documents and their index entries. Every unique index is checked before the first write, so a refused document
 * leaves no trace.
 */
export class Documents {
  /** Keys that a write shared with another document while their unique index (by id) was being filled. */
  readonly #doubtful = new Map<number, Map<string, Buffer>>();

  constructor(readonly catalog: Catalog) {}

  /** @throws MongoError 11000 when a unique index has the key already */
  insert(collection: Collection, bytes: Buffer, document: Doc): number {
    const id = keyOf(document.get('_id') as Value);
    const taken = this.#db.get(`SELECT r FROM ${collection.table} WHERE id = ?`, id);
    if (taken) throw duplicateKey(collection, collection.indexes[0] as Index, document);
    const changes = this.#changes(collection, undefined, document, undefined, undefined);
    const r = this.#db.run(`INSERT INTO ${collection.table} (id, d) VALUES (?, ?)`, id, bytes);
    this.#apply(changes, r);
    return r;
  }

  /**
   * @param touched the top-level fields that may differ; undefined: any
   * @throws MongoError 11000 when a unique index has a new key already
   */
  replace(
    collection: Collection,
    r: number,
    {
      before,
      after,
      bytes,
      touched,
    }: { before: Doc; after: Doc; bytes: Buffer; touched: ReadonlySet<string> | undefined },
  ): void {
    const changes = this.#changes(collection, before, after, r, touched);
    this.#db.run(`UPDATE ${collection.table} SET d = ? WHERE r = ?`, bytes, r);
    this.#apply(changes, r);
  }

  remove(collection: Collection, r: number, document: Doc): void {
    for (const index of writtenIndexes(collection)) {
      if (!index.isId) for (const key of entries(index, document)) this.#removeKey(index, key, r);
    }
    this.#db.run(`DELETE FROM ${collection.table} WHERE r = ?`, r);
  }

  /** The bytes of a document, undefined when it is gone. */
  read(collection: Collection, r: number): Buffer | undefined {
    const row = this.#db.get(`SELECT d FROM ${collection.table} WHERE r = ?`, r);
    return row ? toBuffer(row[0]) : undefined;
  }

  /**
   * Puts one document into an index that is being filled; a write may have done so already.
   * @throws MongoError 11000 when the index is unique and another document has the key
   */
  fill(collection: Collection, index: Index, r: number, document: Doc): void {
    const { keys, multikey, absent } = documentKeys(document, index);
    if ((multikey | index.multikey) !== index.multikey) this.catalog.setMultikey(index, multikey | index.multikey);
    if (index.sparse && absent) return;
    for (const key of keys) {
      if (index.unique && this.#taken(index, key, r)) throw duplicateKey(collection, index, document, key);
      this.#db.run(`INSERT OR IGNORE INTO ${index.table} (k, r) VALUES (?, ?)`, key, r);
    }
  }

  /**
   * Checks the keys that writes shared while the index was being filled.
   * @throws MongoError 11000 when two documents still have one of them
   */
  checkDoubtful(collection: Collection, index: Index): void {
    for (const key of this.#doubtful.get(index.id)?.values() ?? []) {
      const rows = this.#db.all(`SELECT r FROM ${index.table} WHERE k = ? LIMIT 2`, key);
      const bytes = rows.length === 2 ? this.read(collection, rows[1]?.[0] as number) : undefined;
      if (bytes) throw duplicateKey(collection, index, decode(bytes), key);
    }
  }

  /** The index is filled or given up. */
  forgetDoubtful(indexId: number): void {
    this.#doubtful.delete(indexId);
  }

  get #db() {
    return this.catalog.database;
  }

  #changes(
    collection: Collection,
    before: Doc | undefined,
    after: Doc,
    r: number | undefined,
    touched: ReadonlySet<string> | undefined,
  ): KeyChange[] {
    const changes: KeyChange[] = [];
    for (const index of writtenIndexes(collection)) {
      if (index.isId || (touched && !index.parts.some(([first]) => touched.has(first as string)))) continue;
      changes.push(this.#change(collection, index, before, after, r));
    }
    return changes;
  }

  #change(collection: Collection, index: Index, before: Doc | undefined, after: Doc, r: number | undefined): KeyChange {
    const { keys, multikey, absent } = documentKeys(after, index);
    if ((multikey | index.multikey) !== index.multikey) this.catalog.setMultikey(index, multikey | index.multikey);
    const now = index.sparse && absent ? [] : keys;
    const old = before ? entries(index, before) : [];
    const added = without(now, old);
    if (index.unique) {
      for (const key of added) {
        if (!this.#taken(index, key, r)) continue;
        if (!collection.building.includes(index)) throw duplicateKey(collection, index, after, key);
        const doubtful = this.#doubtful.get(index.id) ?? new Map<string, Buffer>();
        this.#doubtful.set(index.id, doubtful.set(key.toString('latin1'), key));
      }
    }
    return { index, added, removed: without(old, now) };
  }

  /** Whether a document other than `r` has the key. */
  #taken(index: Index, key: Buffer, r: number | undefined): boolean {
    return this.#db.get(`SELECT r FROM ${index.table} WHERE k = ? AND r <> ? LIMIT 1`, key, r ?? -1) !== undefined;
  }

  #apply(changes: readonly KeyChange[], r: number): void {
    for (const { index, added, removed } of changes) {
      for (const key of removed) this.#removeKey(index, key, r);
      for (const key of added) this.#db.run(`INSERT INTO ${index.table} (k, r) VALUES (?, ?)`, key, r);
    }
  }

  #removeKey(index: Index, key: Buffer, r: number): void {
    this.#db.run(`DELETE FROM ${index.table} WHERE k = ? AND r = ?`, key, r);
  }
}

/** The entries a document has in an index. */
export function entries(index: Index, document: Doc): Buffer[] {
  const { keys, absent } = documentKeys(document, index);
  return index.sparse && absent ? [] : keys;
}

/** The keys that are not among `others`; both in ascending order, as `documentKeys` gives them. */
function without(keys: readonly Buffer[], others: readonly Buffer[]): Buffer[] {
  let at = 0;
  return keys.filter((key) => {
    while (at < others.length && Buffer.compare(others[at] as Buffer, key) < 0) at++;
    return !others[at]?.equals(key);
  });
}

import { decode } from '../bson/decode.js';
import type { Doc } from '../bson/values.js';
import { isAnswer, MongoError } from '../errors.js';
import { toBuffer, type Collection, type Index } from '../store/catalog.js';
import type { ServerState } from './context.js';

/** Documents read at once: the time is looked at between them. */
const CHUNK = 50;

/**
 * Fills new indexes of a collection in slices, each in the transaction of its event-loop turn, so that other commands are
 * answered in between. Writes of that time go into the new indexes too, and nothing reads these before all are complete.
 */
export class IndexBuild {
  readonly #ids: readonly number[];
  readonly #db: string;
  readonly #name: string;
  /** The last row that is in. */
  #after = 0;

  /** @param specs of the indexes, as listIndexes shows them */
  constructor(
    private readonly state: ServerState,
    collection: Collection,
    specs: readonly Doc[],
  ) {
    this.#db = collection.db;
    this.#name = collection.name;
    this.#ids = specs.map((spec) => state.catalog.createIndex(collection, spec).id);
  }

  /** The slices after the first, each after the COMMIT of the one before. A failure takes all the indexes back. */
  async rest(): Promise<void> {
    const { database } = this.state;
    try {
      for (let done = false; !done;) {
        await database.committed();
        if (database.closed) throw new MongoError(11600, 'the server stops');
        done = database.atomically(() => this.slice(), isAnswer);
      }
    } catch (error) {
      // Of a COMMIT that failed too: rows counted as done were not stored, so the indexes cannot be trusted.
      if (!database.closed) database.atomically(() => this.drop(), isAnswer);
      throw error;
    }
  }

  /**
   * Takes the next documents, and finishes when there are no more.
   * @returns whether all is done
   * @throws MongoError 11000 for a unique key that two documents have, 276 when index or collection are gone
   */
  slice(): boolean {
    const { database, documents, catalog, sliceMs } = this.state;
    const { collection, indexes } = this.#found();
    const until = performance.now() + sliceMs;
    do {
      const sql = `SELECT r, d FROM ${collection.table} WHERE r > ? ORDER BY r LIMIT ${CHUNK}`;
      const rows = database.all(sql, this.#after);
      for (const [r, d] of rows) {
        const document = decode(toBuffer(d));
        for (const index of indexes) documents.fill(collection, index, r as number, document);
        this.#after = r as number;
      }
      if (rows.length < CHUNK) {
        for (const index of indexes) documents.checkDoubtful(collection, index);
        for (const index of indexes) catalog.finishIndex(collection, index);
        this.#forget();
        return true;
      }
    } while (performance.now() < until);
    return false;
  }

  /** Takes back what there is of the indexes. */
  drop(): void {
    const collection = this.state.catalog.find(this.#db, this.#name);
    const indexes = collection?.building.filter((i) => this.#ids.includes(i.id)) ?? [];
    for (const index of indexes) this.state.catalog.dropIndex(collection as Collection, index);
    this.#forget();
  }

  /** Looked up again for every slice: a rollback reads the catalogue anew, and somebody may have dropped them. */
  #found(): { collection: Collection; indexes: Index[] } {
    const collection = this.state.catalog.find(this.#db, this.#name);
    const indexes = collection?.building.filter((i) => this.#ids.includes(i.id)) ?? [];
    if (!collection || indexes.length < this.#ids.length)
      throw new MongoError(276, `Index build failed: index or collection dropped: ${this.#db}.${this.#name}`);
    return { collection, indexes };
  }

  #forget(): void {
    for (const id of this.#ids) this.state.documents.forgetDoubtful(id);
  }
}

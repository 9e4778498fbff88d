import { decode } from '../bson/decode.js';
import { encode } from '../bson/encode.js';
import { asInteger, doc, isDoc, isNumeric, toNumber, truthy, type Doc, type Value } from '../bson/values.js';
import { splitPath } from '../query/paths.js';
import type { Database } from './database.js';
import type { KeyPattern } from './index-keys.js';

/** One index of a collection. `_id_` lives in the collection's own table. */
export interface Index extends KeyPattern {
  readonly id: number;
  readonly name: string;
  readonly table: string;
  readonly isId: boolean;
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly expireAfterSeconds: number | undefined;
  /** As listIndexes shows it. */
  readonly spec: Doc;
  /** Bit i: some document has an array on the way of field i. */
  multikey: number;
}

export interface Collection {
  readonly id: number;
  readonly db: string;
  readonly name: string;
  readonly ns: string;
  readonly table: string;
  /** `_id_` first. */
  indexes: Index[];
  /** Indexes that are being filled: writes keep them up, nothing reads them yet. */
  building: Index[];
  dropped: boolean;
}

/** Stands in a stored specification while the index is being filled: one a crash left is dropped at the next start. */
const BUILDING = 'building';

const ID_SPEC = doc({ v: 2, key: doc({ _id: 1 }), name: '_id_' });

/** Databases, collections and indexes, kept in memory and written through. */
export class Catalog {
  #databases = new Map<string, Map<string, Collection>>();

  constructor(readonly database: Database) {
    this.reload();
    for (const collection of this.all()) for (const index of collection.building) this.dropIndex(collection, index);
  }

  /** Reads everything again: at start and after a rollback. */
  reload(): void {
    const known = this.#databases;
    this.#databases = new Map();
    for (const [id, db, name] of this.database.all('SELECT id, db, name FROM collections ORDER BY id')) {
      const collection = this.#remember(id as number, db as string, name as string);
      const rows = this.database.all(
        'SELECT id, name, spec, multikey FROM indexes WHERE collection = ? ORDER BY id',
        collection.id,
      );
      for (const [indexId, , spec, multikey] of rows) {
        const stored = decode(toBuffer(spec));
        const list = stored.delete(BUILDING) ? collection.building : collection.indexes;
        list.push(makeIndex(indexId as number, stored, multikey as number));
      }
    }
    for (const collections of known.values()) {
      for (const c of collections.values()) if (this.find(c.db, c.name)?.id !== c.id) c.dropped = true;
    }
  }

  #remember(id: number, db: string, name: string): Collection {
    const table = `c${id}`;
    const primary: Index = { ...makeIndex(0, ID_SPEC, 0), table, isId: true, unique: true };
    const ns = `${db}.${name}`;
    const collection: Collection = { id, db, name, ns, table, indexes: [primary], building: [], dropped: false };
    const collections = this.#databases.get(db) ?? new Map<string, Collection>();
    this.#databases.set(db, collections.set(name, collection));
    return collection;
  }

  find(db: string, name: string): Collection | undefined {
    return this.#databases.get(db)?.get(name);
  }

  databases(): string[] {
    return [...this.#databases.keys()].sort();
  }

  collections(db: string): Collection[] {
    return [...(this.#databases.get(db)?.values() ?? [])];
  }

  all(): Collection[] {
    return this.databases().flatMap((db) => this.collections(db));
  }

  create(db: string, name: string): Collection {
    const id = this.database.run('INSERT INTO collections (db, name) VALUES (?, ?)', db, name);
    this.database.define(`CREATE TABLE c${id} (r INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, d BLOB NOT NULL)`);
    return this.#remember(id, db, name);
  }

  drop(collection: Collection): void {
    for (const index of writtenIndexes(collection)) if (!index.isId) this.database.define(`DROP TABLE ${index.table}`);
    this.database.run('DELETE FROM indexes WHERE collection = ?', collection.id);
    this.database.run('DELETE FROM collections WHERE id = ?', collection.id);
    this.database.define(`DROP TABLE ${collection.table}`);
    collection.dropped = true;
    const collections = this.#databases.get(collection.db);
    collections?.delete(collection.name);
    if (collections?.size === 0) this.#databases.delete(collection.db);
  }

  /** Makes an empty index that is not read yet; the caller fills it and calls {@link finishIndex}. */
  createIndex(collection: Collection, spec: Doc): Index {
    const id = this.database.run(
      'INSERT INTO indexes (collection, name, spec) VALUES (?, ?, ?)',
      collection.id,
      spec.get('name') as string,
      encode(new Map([...spec, [BUILDING, true]])),
    );
    const index = makeIndex(id, spec, 0);
    // Not unique in SQLite: while it is filled, two documents may have one key for a moment.
    this.database.define(
      `CREATE TABLE ${index.table} (k BLOB NOT NULL, r INTEGER NOT NULL, PRIMARY KEY (k, r)) WITHOUT ROWID`,
    );
    collection.building = [...collection.building, index];
    return index;
  }

  /** From now on the index is read, listed and, when unique, enforced. */
  finishIndex(collection: Collection, index: Index): void {
    this.database.run('UPDATE indexes SET spec = ? WHERE id = ?', encode(index.spec), index.id);
    collection.building = collection.building.filter((i) => i !== index);
    collection.indexes = [...collection.indexes, index];
  }

  dropIndex(collection: Collection, index: Index): void {
    this.database.run('DELETE FROM indexes WHERE id = ?', index.id);
    this.database.define(`DROP TABLE ${index.table}`);
    collection.indexes = collection.indexes.filter((i) => i !== index);
    collection.building = collection.building.filter((i) => i !== index);
  }

  setMultikey(index: Index, multikey: number): void {
    if (!index.isId) this.database.run('UPDATE indexes SET multikey = ? WHERE id = ?', multikey, index.id);
    index.multikey = multikey;
  }
}

/** All indexes a write must keep up. */
export const writtenIndexes = ({ indexes, building }: Collection): readonly Index[] =>
  building.length === 0 ? indexes : [...indexes, ...building];

/** node:sqlite gives Uint8Array; the same bytes as a Buffer. */
export function toBuffer(bytes: unknown): Buffer {
  const view = bytes as Uint8Array;
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}

/** The paths and directions of a key document whose values were checked before. */
export function keyPattern(key: Doc): KeyPattern {
  const paths = [...key.keys()];
  const directions = [...key.values()].map((v) => (isNumeric(v) && toNumber(v) < 0 ? -1 : 1));
  return { paths, parts: paths.map(splitPath), directions };
}

function makeIndex(id: number, spec: Doc, multikey: number): Index {
  const key = spec.get('key') as Value;
  return {
    ...keyPattern(isDoc(key) ? key : new Map()),
    id,
    name: spec.get('name') as string,
    table: `x${id}`,
    isId: false,
    unique: truthy(spec.get('unique')),
    sparse: truthy(spec.get('sparse')),
    expireAfterSeconds: asInteger(spec.get('expireAfterSeconds')),
    spec,
    multikey,
  };
}

import { asInteger, isDoc, truthy, typeName, type Doc, type Value } from '../bson/values.js';
import type { Cursors } from '../cursors.js';
import { MongoError } from '../errors.js';
import type { Catalog, Collection } from '../store/catalog.js';
import type { Database } from '../store/database.js';
import type { Documents } from '../store/documents.js';

/** Everything a command may use. */
export interface ServerState {
  readonly database: Database;
  readonly catalog: Catalog;
  readonly documents: Documents;
  readonly cursors: Cursors;
  /** Clock in ms; tests move it. */
  readonly now: () => number;
  /** How much an in-memory sort may hold. */
  readonly sortBytes: number;
  /** How long one slice of an index build may take. */
  readonly sliceMs: number;
  /** Index builds that are under way, by namespace: one at a time for each collection. */
  readonly builds: Map<string, Promise<unknown>>;
}

/** One command as a handler sees it, with typed access to its options. */
export class Context {
  constructor(
    readonly state: ServerState,
    readonly name: string,
    readonly db: string,
    readonly command: Doc,
  ) {}

  raw(option: string): Value | undefined {
    return this.command.get(option);
  }

  document(option: string): Doc {
    const value = this.command.get(option);
    if (value === undefined || value === null) return new Map();
    if (isDoc(value)) return value;
    throw this.#wrongType(option, value, 'object');
  }

  list(option: string): Value[] {
    const value = this.command.get(option);
    if (Array.isArray(value)) return value;
    if (value === undefined)
      throw new MongoError(40414, `BSON field '${this.name}.${option}' is missing but a required field`);
    throw this.#wrongType(option, value, 'array');
  }

  flag(option: string, fallback = false): boolean {
    const value = this.command.get(option);
    return value === undefined ? fallback : truthy(value);
  }

  /** A whole number that is not negative. */
  count(option: string): number | undefined {
    const value = this.command.get(option);
    if (value === undefined || value === null) return undefined;
    const n = asInteger(value);
    if (n === undefined) throw this.#wrongType(option, value, 'long');
    if (n < 0) throw new MongoError(51024, `BSON field '${option}' value must be >= 0, actual value '${n}'`);
    return n;
  }

  #wrongType(option: string, value: Value, expected: string): MongoError {
    return new MongoError(
      14,
      `BSON field '${this.name}.${option}' is the wrong type '${typeName(value)}', expected type '${expected}'`,
    );
  }

  /** The collection's name, the value of the command's first field. */
  get collectionName(): string {
    const value = this.command.get(this.name);
    if (typeof value !== 'string') throw new MongoError(73, `collection name has invalid type ${typeName(value)}`);
    checkNamespace(this.db, value);
    return value;
  }

  get ns(): string {
    return `${this.db}.${this.collectionName}`;
  }

  collection(): Collection | undefined {
    return this.state.catalog.find(this.db, this.collectionName);
  }

  /** The collection, made when it does not exist. */
  ensureCollection(): Collection {
    return this.collection() ?? this.state.catalog.create(this.db, this.collectionName);
  }
}

/** @throws MongoError 73 for names MongoDB refuses too */
function checkNamespace(db: string, name: string): void {
  const refused =
    name === '' || name.startsWith('.') || name.endsWith('.') || name.includes('$') || name.includes('\0');
  if (refused) throw new MongoError(73, `Invalid namespace specified '${db}.${name}'`);
  if (name.startsWith('system.')) throw new MongoError(73, `Invalid system namespace: ${db}.${name}`);
  if (`${db}.${name}`.length > 255) throw new MongoError(73, 'Fully qualified namespace is too long');
}

/** @throws MongoError 73 for names MongoDB refuses too */
export function checkDatabase(db: string): void {
  if (db === '' || db.length > 63 || /[/\\. "$*<>:|?\0]/.test(db))
    throw new MongoError(73, `Invalid database name: '${db}'`);
}

import { isDoc, type Doc, type Value } from '../bson/values.js';
import { MongoError } from '../errors.js';
import { isIndexName } from '../query/paths.js';
import { show } from '../store/duplicate-key.js';

/** MongoDB fills a gap of at most this many elements with nulls. */
const MAX_BACKFILL = 1_500_000;

/** One place in a document that an operator reads and writes. Parents are made only when something is written. */
export class Slot {
  constructor(
    readonly document: Doc,
    readonly parts: readonly string[],
  ) {}

  get path(): string {
    return this.parts.join('.');
  }

  get(): Value | undefined {
    const parent = this.#parent(false);
    return parent === undefined ? undefined : child(parent, this.#name);
  }

  /** @throws MongoError 28 when a scalar stands in the way */
  set(value: Value): void {
    const parent = this.#parent(true);
    if (parent !== undefined) put(parent, this.#name, value, this.parts.at(-2) ?? '');
  }

  /** Removes a field; an array element becomes null, so that the others keep their place. */
  unset(): void {
    const parent = this.#parent(false);
    if (isDoc(parent)) parent.delete(this.#name);
    else if (Array.isArray(parent) && isIndexName(this.#name) && Number(this.#name) < parent.length)
      parent[Number(this.#name)] = null;
  }

  /** @throws MongoError 28 when a scalar stands in the way of an operator that would make nothing */
  checkWay(): void {
    let value: Value | undefined = this.document;
    for (const [i, part] of this.parts.entries()) {
      if (!isDoc(value) && !(Array.isArray(value) && isIndexName(part))) {
        const name = this.parts[i - 1] ?? '';
        throw new MongoError(
          28,
          `Cannot use the part (${part}) of (${this.path}) to traverse the element ({${name}: ${show(value)}})`,
        );
      }
      value = child(value, part);
      if (value === undefined) return;
    }
  }

  get #name(): string {
    return this.parts.at(-1) as string;
  }

  #parent(create: boolean): Doc | Value[] | undefined {
    let value: Value = this.document;
    for (let i = 0; i < this.parts.length - 1; i++) {
      const name = this.parts[i] as string;
      let next: Value | undefined = child(value, name);
      if (next === undefined) {
        if (!create) return undefined;
        next = new Map();
        put(value, name, next, this.parts[i - 1] ?? '');
      }
      value = next;
    }
    if (isDoc(value) || Array.isArray(value)) return value;
    if (create) throw notViable(this.#name, this.parts.at(-2) ?? '', value);
    return undefined;
  }
}

function child(parent: Value, name: string): Value | undefined {
  if (isDoc(parent)) return parent.get(name);
  return Array.isArray(parent) && isIndexName(name) ? parent[Number(name)] : undefined;
}

function put(parent: Value, name: string, value: Value, parentName: string): void {
  if (isDoc(parent)) parent.set(name, value);
  else if (Array.isArray(parent) && isIndexName(name)) {
    const index = Number(name);
    if (index - parent.length > MAX_BACKFILL)
      throw new MongoError(31, `can't backfill more than ${MAX_BACKFILL} elements`);
    while (parent.length < index) parent.push(null);
    parent[index] = value;
  } else throw notViable(name, parentName, parent);
}

const notViable = (name: string, parentName: string, parent: Value): MongoError =>
  new MongoError(28, `Cannot create field '${name}' in element {${parentName}: ${show(parent)}}`);

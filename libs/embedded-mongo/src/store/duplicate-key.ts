import { Binary, Double, ObjectId } from 'bson';
import { compoundKey, EMPTY_ARRAY, type KeyPart } from '../bson/keys.js';
import { comparable, isDoc, isNumeric, type Doc, type NumberValue, type Value } from '../bson/values.js';
import { MongoError } from '../errors.js';
import { visit } from '../query/paths.js';
import type { Collection, Index } from './catalog.js';

/**
 * Error 11000 with MongoDB's exact text, `keyPattern` and `keyValue`.
 * @param key the key that is taken: of an array, its element is shown
 */
export function duplicateKey(collection: Collection, index: Index, document: Doc, key?: Buffer): MongoError {
  const values = takenValues(index, document, key);
  const keyValue: Doc = new Map(index.paths.map((path, i) => [path, values[i] ?? null]));
  const shown = [...keyValue].map(([path, v]) => `${path}: ${show(v)}`).join(', ');
  return new MongoError(
    11000,
    `E11000 duplicate key error collection: ${collection.ns} index: ${index.name} dup key: { ${shown} }`,
    new Map<string, unknown>([
      ['keyPattern', index.spec.get('key')],
      ['keyValue', keyValue],
    ]),
  );
}

function takenValues(index: Index, document: Doc, key: Buffer | undefined): Value[] {
  const candidates = index.parts.map((parts) => {
    const found: Value[] = [];
    visit(document, parts, 0, (v) => {
      found.push(...(Array.isArray(v) ? v : [v ?? null]));
      return false;
    });
    return found.length === 0 ? [null] : found;
  });
  if (key === undefined) return candidates.map((c) => c[0] as Value);
  return (
    combinations(candidates).find((row) => compoundKey(row as KeyPart[], index.directions).equals(key)) ??
    candidates.map((c) => c[0] ?? null)
  );
}

function combinations(lists: Value[][]): Value[][] {
  return lists.reduce<Value[][]>((rows, list) => rows.flatMap((row) => list.map((v) => [...row, v])), [[]]);
}

/** A value as MongoDB's messages print it. */
export function show(v: Value | typeof EMPTY_ARRAY | undefined): string {
  if (v === undefined || v === EMPTY_ARRAY) return 'undefined';
  if (typeof v === 'string') return `"${v.replace(/[\\"]/g, '\\$&')}"`;
  if (v === null || typeof v === 'boolean') return String(v);
  if (isNumeric(v)) return showNumber(v);
  if (v instanceof ObjectId) return `ObjectId('${v.toHexString()}')`;
  if (v instanceof Date) return `new Date(${v.getTime()})`;
  if (Array.isArray(v)) return v.length === 0 ? '[]' : `[ ${v.map(show).join(', ')} ]`;
  if (isDoc(v)) return v.size === 0 ? '{}' : `{ ${[...v].map(([k, x]) => `${k}: ${show(x)}`).join(', ')} }`;
  if (v instanceof Binary) return showBinary(v);
  return String(v);
}

function showNumber(v: NumberValue): string {
  const n = comparable(v);
  return typeof v === 'bigint' ? v.toString() : v instanceof Double ? `${n}.0` : String(v);
}

function showBinary(v: Binary): string {
  const hex = Buffer.from(v.buffer.subarray(0, v.position)).toString('hex');
  if (v.sub_type === Binary.SUBTYPE_UUID && hex.length === 32) {
    return `UUID("${hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')}")`;
  }
  return `BinData(${v.sub_type}, ${hex.toUpperCase()})`;
}

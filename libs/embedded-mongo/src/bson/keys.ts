import { Binary, BSONRegExp, Code, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import { comparable, Raw, type NumberValue, type Value } from './values.js';

/**
 * The one order of all BSON values (MongoDB's "comparison order") as bytes: `Buffer.compare` of two keys orders as MongoDB
 * orders the values. Sorting, index tables, ranges, equality of containers, unique keys and `$group` all use it.
 * Each encoded value is prefix-free: no key is the beginning of another, so a compound key is the plain concatenation.
 */
export const RANK = {
  min: 1,
  emptyArray: 2,
  null: 3,
  number: 4,
  string: 5,
  object: 6,
  array: 7,
  binary: 8,
  objectId: 9,
  bool: 10,
  date: 11,
  timestamp: 12,
  regex: 13,
  code: 14,
  max: 15,
} as const;

/** What an index stores for an empty array: below null, as MongoDB's `undefined`. */
export const EMPTY_ARRAY = Symbol('empty array');
export type KeyPart = Value | undefined | typeof EMPTY_ARRAY;

let out = Buffer.allocUnsafe(4096);
let pos = 0;

function ensure(bytes: number): void {
  if (pos + bytes <= out.length) return;
  const bigger = Buffer.allocUnsafe(Math.max(out.length * 2, pos + bytes));
  out.copy(bigger, 0, 0, pos);
  out = bigger;
}

export function rankOf(v: KeyPart): number {
  if (v === null || v === undefined) return RANK.null;
  switch (typeof v) {
    case 'number':
    case 'bigint':
      return RANK.number;
    case 'string':
      return RANK.string;
    case 'boolean':
      return RANK.bool;
    case 'symbol':
      return RANK.emptyArray;
    default:
      return objectRank(v);
  }
}

function objectRank(v: object): number {
  if (v instanceof Map || v instanceof Raw) return RANK.object;
  if (Array.isArray(v)) return RANK.array;
  if (v instanceof ObjectId) return RANK.objectId;
  if (v instanceof Date) return RANK.date;
  if (v instanceof Binary) return RANK.binary;
  if (v instanceof Timestamp) return RANK.timestamp;
  if (v instanceof BSONRegExp) return RANK.regex;
  if (v instanceof Code) return RANK.code;
  if (v instanceof MinKey) return RANK.min;
  if (v instanceof MaxKey) return RANK.max;
  return RANK.number;
}

/** The key of one value. */
export function keyOf(v: KeyPart): Buffer {
  pos = 0;
  writeValue(v);
  return Buffer.from(out.subarray(0, pos));
}

/** The key of several fields; a descending field's bytes are inverted. */
export function compoundKey(parts: readonly KeyPart[], directions: readonly number[]): Buffer {
  pos = 0;
  for (let i = 0; i < parts.length; i++) {
    const start = pos;
    writeValue(parts[i]);
    if ((directions[i] ?? 1) < 0) invert(start);
  }
  return Buffer.from(out.subarray(0, pos));
}

function invert(from: number): void {
  for (let i = from; i < pos; i++) out[i] = ~(out[i] as number) & 0xff;
}

/** The first byte string after every key that begins with `prefix`; undefined when there is none. */
export function successor(prefix: Buffer): Buffer | undefined {
  let end = prefix.length;
  while (end > 0 && prefix[end - 1] === 0xff) end--;
  if (end === 0) return undefined;
  const next = Buffer.from(prefix.subarray(0, end));
  next[end - 1] = (next[end - 1] as number) + 1;
  return next;
}

function writeValue(v: KeyPart): void {
  const rank = rankOf(v);
  ensure(1);
  out[pos++] = rank;
  writeBody(v, rank);
}

function writeBody(v: KeyPart, rank: number): void {
  switch (rank) {
    case RANK.number:
      return writeNumber(v as NumberValue);
    case RANK.string:
      return writeText(v as string);
    case RANK.object:
      return writeObject(v as Map<string, Value>);
    case RANK.array:
      return writeArray(v as Value[]);
    case RANK.bool:
      ensure(1);
      out[pos++] = v === true ? 1 : 0;
      return;
    default:
      ensure(16);
      return writeRare(v as object, rank);
  }
}

function writeRare(v: object, rank: number): void {
  if (v instanceof ObjectId) {
    out.set(v.id, pos);
    pos += 12;
  } else if (v instanceof Date) {
    const ms = v.getTime();
    pos = out.writeBigUInt64BE(BigInt.asUintN(64, BigInt(ms)) ^ (1n << 63n), pos);
  } else if (v instanceof Binary) writeBinary(v);
  else if (v instanceof Timestamp) pos = out.writeUInt32BE(v.i, out.writeUInt32BE(v.t, pos));
  else if (v instanceof BSONRegExp) {
    writeText(v.pattern);
    writeText(v.options);
  } else if (rank === RANK.code) writeText((v as Code).code);
}

/** A double's bits in order, then how far an int64 is away from that double: 2^53 + 1 stays above 2^53. */
function writeNumber(v: NumberValue): void {
  ensure(10);
  const n = comparable(v);
  const d = Number(n);
  if (Number.isNaN(d)) out.fill(0, pos, pos + 8);
  else {
    out.writeDoubleBE(d === 0 ? 0 : d, pos);
    if ((out[pos] as number) & 0x80) for (let i = pos; i < pos + 8; i++) out[i] = ~(out[i] as number) & 0xff;
    else out[pos] = (out[pos] as number) | 0x80;
  }
  const rest = typeof n === 'bigint' ? Number(n - BigInt(d)) : 0;
  pos = out.writeUInt16BE(0x8000 + rest, pos + 8);
}

/** UTF-8 with 00 → 01 01, 01 → 01 02 and a closing 00: order kept and prefix-free. */
function writeText(text: string): void {
  ensure(text.length * 6 + 1);
  const start = pos;
  const length = out.write(text, start, 'utf8');
  let special = 0;
  for (let i = start; i < start + length; i++) if ((out[i] as number) < 2) special++;
  pos = start + length + special;
  if (special > 0) escapeBackwards(start, start + length, pos);
  out[pos++] = 0;
}

function escapeBackwards(start: number, from: number, to: number): void {
  let write = to;
  for (let read = from - 1; read >= start; read--) {
    const byte = out[read] as number;
    if (byte < 2) {
      out[--write] = byte + 1;
      out[--write] = 1;
    } else out[--write] = byte;
  }
}

/** By length, subtype, bytes, as MongoDB compares binary data. */
function writeBinary(v: Binary): void {
  ensure(v.position + 5);
  pos = out.writeUInt32BE(v.position, pos);
  out[pos++] = v.sub_type;
  out.set(v.buffer.subarray(0, v.position), pos);
  pos += v.position;
}

/** Field by field: type, then name, then value; a shorter object is less. */
function writeObject(v: Map<string, Value>): void {
  for (const [name, value] of v) {
    const rank = rankOf(value);
    ensure(1);
    out[pos++] = rank;
    writeText(name);
    writeBody(value, rank);
  }
  ensure(1);
  out[pos++] = 0;
}

function writeArray(v: readonly Value[]): void {
  for (const item of v) writeValue(item);
  ensure(1);
  out[pos++] = 0;
}

import { Binary, BSONRegExp, Code, Decimal128, Double, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';

/**
 * A document: a Map keeps the order of its keys, whatever they look like.
 * Numbers keep their BSON type: a `number` that is an int32 integer is int32, every other `number` is a double, a `Double`
 * is a double that looks like an int32, a `bigint` is int64.
 */
export interface Doc extends Map<string, Value> {}

export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Date
  | Doc
  | Value[]
  | Double
  | Decimal128
  | ObjectId
  | Binary
  | Timestamp
  | BSONRegExp
  | Code
  | MinKey
  | MaxKey
  | Raw;

/** The bytes of a whole BSON document that need no decoding (inserted and returned documents). */
export class Raw {
  constructor(readonly bytes: Buffer) {}
}

export const isDoc = (v: Value | undefined): v is Doc => v instanceof Map;
export const doc = (entries: Record<string, Value>): Doc => new Map(Object.entries(entries));

export type NumberValue = number | bigint | Double | Decimal128;

export const isNumeric = (v: Value | undefined): v is NumberValue =>
  typeof v === 'number' || typeof v === 'bigint' || v instanceof Double || v instanceof Decimal128;

/** A number as comparisons see it: int64 exactly, Decimal128 through double (a documented limit). */
export function comparable(v: NumberValue): number | bigint {
  if (typeof v === 'number' || typeof v === 'bigint') return v;
  return v instanceof Double ? v.value : Number(v.toString());
}

export const toNumber = (v: NumberValue): number => Number(comparable(v));

/** The value as an integer, or undefined when it is no number or has a fraction. */
export function asInteger(v: Value | undefined): number | undefined {
  if (!isNumeric(v)) return undefined;
  const n = toNumber(v);
  return Number.isSafeInteger(n) ? n : undefined;
}

export const isInt32 = (n: number): boolean => (n | 0) === n && !Object.is(n, -0);

export const makeDouble = (n: number): Value => (isInt32(n) ? new Double(n) : n);

/** Numbers, booleans and null as MongoDB's loose flags take them: 1, 1.0 and true are true. */
export function truthy(v: Value | undefined): boolean {
  if (v === undefined || v === null) return false;
  if (isNumeric(v)) return toNumber(v) !== 0;
  return v !== false;
}

const TYPE_NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'double'], [2, 'string'], [3, 'object'], [4, 'array'], [5, 'binData'], [7, 'objectId'], [8, 'bool'], [9, 'date'],
  [10, 'null'], [11, 'regex'], [13, 'javascript'], [16, 'int'], [17, 'timestamp'], [18, 'long'], [19, 'decimal'],
  [-1, 'minKey'], [127, 'maxKey'],
]); // prettier-ignore

/** The BSON type number of a value (bsonspec.org), MinKey as -1. */
export function typeOf(v: Value): number {
  switch (typeof v) {
    case 'string':
      return 2;
    case 'boolean':
      return 8;
    case 'number':
      return isInt32(v) ? 16 : 1;
    case 'bigint':
      return 18;
    default:
      return v === null ? 10 : objectType(v);
  }
}

function objectType(v: object): number {
  if (v instanceof Map || v instanceof Raw) return 3;
  if (Array.isArray(v)) return 4;
  if (v instanceof ObjectId) return 7;
  if (v instanceof Date) return 9;
  if (v instanceof Binary) return 5;
  if (v instanceof Double) return 1;
  if (v instanceof Timestamp) return 17;
  if (v instanceof BSONRegExp) return 11;
  if (v instanceof Code) return 13;
  if (v instanceof Decimal128) return 19;
  if (v instanceof MinKey) return -1;
  return 127;
}

/** The name MongoDB uses in messages. */
export const typeName = (v: Value | undefined): string =>
  v === undefined ? 'missing' : (TYPE_NAMES.get(typeOf(v)) ?? 'unknown');

/** A private copy of containers; scalars are never changed in place and stay shared. */
export function clone(v: Value): Value {
  if (Array.isArray(v)) return v.map(clone);
  if (v instanceof Map) {
    const copy: Doc = new Map();
    for (const [k, x] of v) copy.set(k, clone(x));
    return copy;
  }
  return v;
}

import { Binary, BSONError, BSONRegExp, Code, Decimal128, Double, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import { isRangeError, MongoError } from '../errors.js';
import { isInt32, Raw, type Doc, type Value } from './values.js';

/** MongoDB's own limit of nesting. */
const MAX_DEPTH = 200;

/** Position of the reader; decoding is synchronous, so one is enough. */
let pos = 0;

const invalid = (what: string): MongoError => new MongoError(22, `Invalid BSON: ${what}`);

/**
 * Decodes one document with the BSON type of every number kept. Binary values are views of `bytes`.
 * @param rawKey a top-level array whose documents stay as bytes ({@link Raw})
 * @throws MongoError 22 when the bytes are no BSON, 238 for types nobody should store any more
 */
export function decode(bytes: Buffer, rawKey?: string): Doc {
  pos = 0;
  try {
    const doc = readDocument(bytes, 0, rawKey);
    if (pos !== bytes.length) throw invalid('trailing bytes');
    return doc;
  } catch (error) {
    // Buffer reads past the end throw RangeError: the lengths inside the bytes were wrong.
    if (isRangeError(error)) throw invalid('lengths do not fit');
    // A value its class does not take, such as the flags of a regular expression.
    if (error instanceof BSONError) throw invalid(error.message);
    throw error;
  }
}

/** Start and end of the document at the reader's position; moves past the length field. */
function open(b: Buffer): number {
  const start = pos;
  const end = start + b.readInt32LE(start);
  if (end - start < 5 || end > b.length || b[end - 1] !== 0) throw invalid('document length');
  pos = start + 4;
  return end;
}

function readDocument(b: Buffer, depth: number, rawKey?: string): Doc {
  if (depth > MAX_DEPTH) throw new MongoError(15, `BSONObj exceeds maximum nested object depth: ${MAX_DEPTH}`);
  const end = open(b);
  const doc: Doc = new Map();
  for (let type = b[pos++]; type !== 0; type = b[pos++]) {
    if (type === undefined || pos >= end) throw invalid('document not closed');
    const key = readCString(b);
    doc.set(key, key === rawKey && type === 4 ? readRawArray(b) : readValue(b, type, depth));
  }
  if (pos !== end) throw invalid('document length');
  return doc;
}

function readArray(b: Buffer, depth: number): Value[] {
  if (depth > MAX_DEPTH) throw new MongoError(15, `BSONObj exceeds maximum nested object depth: ${MAX_DEPTH}`);
  const end = open(b);
  const out: Value[] = [];
  for (let type = b[pos++]; type !== 0; type = b[pos++]) {
    if (type === undefined || pos >= end) throw invalid('array not closed');
    while (b[pos++] !== 0) if (pos >= end) throw invalid('array key');
    out.push(readValue(b, type, depth));
  }
  if (pos !== end) throw invalid('array length');
  return out;
}

function readRawArray(b: Buffer): Raw[] {
  const end = open(b);
  const out: Raw[] = [];
  for (let type = b[pos++]; type !== 0; type = b[pos++]) {
    if (type !== 3) throw new MongoError(14, 'every document must be an object');
    while (b[pos++] !== 0) if (pos >= end) throw invalid('array key');
    out.push(sliceDocument(b));
  }
  if (pos !== end) throw invalid('array length');
  return out;
}

function sliceDocument(b: Buffer): Raw {
  const start = pos;
  const end = open(b);
  pos = end;
  return new Raw(b.subarray(start, end));
}

function readCString(b: Buffer): string {
  const start = pos;
  const end = b.indexOf(0, start);
  if (end < 0) throw invalid('key not closed');
  pos = end + 1;
  return b.toString('utf8', start, end);
}

function readString(b: Buffer): string {
  const length = b.readInt32LE(pos);
  const start = pos + 4;
  const end = start + length - 1;
  if (length < 1 || end >= b.length || b[end] !== 0) throw invalid('string length');
  pos = end + 1;
  return b.toString('utf8', start, end);
}

function readDouble(b: Buffer): Value {
  const n = b.readDoubleLE(pos);
  pos += 8;
  return isInt32(n) ? new Double(n) : n;
}

function readBinary(b: Buffer): Binary {
  const length = b.readInt32LE(pos);
  const subtype = b.readUInt8(pos + 4);
  const start = pos + 5;
  if (length < 0 || start + length > b.length) throw invalid('binary length');
  pos = start + length;
  return new Binary(b.subarray(start, pos), subtype);
}

const skip = (n: number): number => (pos += n) - n;

function readValue(b: Buffer, type: number, depth: number): Value {
  switch (type) {
    case 1:
      return readDouble(b);
    case 2:
      return readString(b);
    case 3:
      return readDocument(b, depth + 1);
    case 4:
      return readArray(b, depth + 1);
    case 5:
      return readBinary(b);
    case 7: {
      const at = skip(12);
      if (pos > b.length) throw invalid('ObjectId length');
      return new ObjectId(b.subarray(at, pos));
    }
    case 8:
      return b.readUInt8(skip(1)) === 1;
    case 9:
      return new Date(Number(b.readBigInt64LE(skip(8))));
    case 10:
      return null;
    case 16:
      return b.readInt32LE(skip(4));
    case 18:
      return b.readBigInt64LE(skip(8));
    default:
      return readRare(b, type);
  }
}

function readRare(b: Buffer, type: number): Value {
  switch (type) {
    case 11: {
      const pattern = readCString(b);
      return new BSONRegExp(pattern, readCString(b));
    }
    case 13:
      return new Code(readString(b));
    case 17: {
      const at = skip(8);
      return new Timestamp({ t: b.readUInt32LE(at + 4), i: b.readUInt32LE(at) });
    }
    case 19: {
      const at = skip(16);
      if (pos > b.length) throw invalid('Decimal128 length');
      return new Decimal128(Buffer.from(b.subarray(at, pos)));
    }
    case 255:
      return new MinKey();
    case 127:
      return new MaxKey();
    default:
      throw new MongoError(238, `BSON type ${type} is not implemented by the embedded MongoDB server`);
  }
}

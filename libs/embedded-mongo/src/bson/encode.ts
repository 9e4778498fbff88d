import { Binary, BSONRegExp, Code, Decimal128, Double, ObjectId, Timestamp } from 'bson';
import { isInt32, Raw, typeOf, type Doc, type Value } from './values.js';

/** The writer's buffer grows and is kept; encoding is synchronous, so one is enough. */
let out = Buffer.allocUnsafe(64 * 1024);
let pos = 0;
const KEEP_BYTES = 4 * 1024 * 1024;

function ensure(bytes: number): void {
  if (pos + bytes <= out.length) return;
  const bigger = Buffer.allocUnsafe(Math.max(out.length * 2, pos + bytes));
  out.copy(bigger, 0, 0, pos);
  out = bigger;
}

/** Encodes a document; {@link Raw} parts are copied as they are. */
export function encode(doc: Doc): Buffer {
  pos = 0;
  writeDocument(doc);
  const bytes = Buffer.allocUnsafeSlow(pos);
  out.copy(bytes, 0, 0, pos);
  if (out.length > KEEP_BYTES) out = Buffer.allocUnsafe(64 * 1024);
  return bytes;
}

function close(start: number): void {
  ensure(1);
  out[pos++] = 0;
  out.writeInt32LE(pos - start, start);
}

function open(): number {
  ensure(4);
  const start = pos;
  pos += 4;
  return start;
}

function writeDocument(doc: Doc): void {
  const start = open();
  for (const [key, value] of doc) writeElement(key, value);
  close(start);
}

function writeArray(items: readonly Value[]): void {
  const start = open();
  for (let i = 0; i < items.length; i++) writeElement(String(i), items[i] as Value);
  close(start);
}

function writeCString(text: string): void {
  ensure(text.length * 3 + 1);
  pos += out.write(text, pos, 'utf8');
  out[pos++] = 0;
}

function writeString(text: string): void {
  ensure(text.length * 3 + 5);
  const length = out.write(text, pos + 4, 'utf8') + 1;
  out.writeInt32LE(length, pos);
  pos += 4 + length;
  out[pos - 1] = 0;
}

function writeBytes(bytes: Uint8Array): void {
  ensure(bytes.length);
  out.set(bytes, pos);
  pos += bytes.length;
}

function writeElement(key: string, value: Value): void {
  const type = typeOf(value);
  ensure(1);
  out.writeUInt8(type & 0xff, pos++);
  writeCString(key);
  ensure(16);
  if (typeof value === 'object' && value !== null) writeObject(value);
  else writeScalar(value);
}

function writeScalar(value: null | boolean | number | bigint | string): void {
  switch (typeof value) {
    case 'string':
      return writeString(value);
    case 'boolean':
      out[pos++] = value ? 1 : 0;
      return;
    case 'bigint':
      pos = out.writeBigInt64LE(value, pos);
      return;
    case 'number':
      pos = isInt32(value) ? out.writeInt32LE(value, pos) : out.writeDoubleLE(value, pos);
      return;
    default:
  }
}

function writeObject(v: Exclude<Value, null | boolean | number | bigint | string>): void {
  if (v instanceof Map) return writeDocument(v);
  if (Array.isArray(v)) return writeArray(v);
  if (v instanceof Raw) return writeBytes(v.bytes);
  if (v instanceof ObjectId) return writeBytes(v.id);
  if (v instanceof Date) pos = out.writeBigInt64LE(BigInt(v.getTime()), pos);
  else if (v instanceof Double) pos = out.writeDoubleLE(v.value, pos);
  else if (v instanceof Binary) writeBinary(v);
  else if (v instanceof Timestamp) pos = out.writeUInt32LE(v.t, out.writeUInt32LE(v.i, pos));
  else if (v instanceof BSONRegExp) {
    writeCString(v.pattern);
    writeCString(v.options);
  } else if (v instanceof Code) writeString(v.code);
  else if (v instanceof Decimal128) writeBytes(v.bytes);
  // MinKey and MaxKey have no bytes beyond their type.
}

function writeBinary(v: Binary): void {
  pos = out.writeInt32LE(v.position, pos);
  out[pos++] = v.sub_type;
  writeBytes(v.buffer.subarray(0, v.position));
}

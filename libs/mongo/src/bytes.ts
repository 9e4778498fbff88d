import { mongo } from 'mongoose';

/** The bytes of a binary field, however the driver gave it (`lean()` and native reads give `Binary`). */
export function bytesOf(value: mongo.Binary | Uint8Array): Uint8Array {
  const bytes = value instanceof Uint8Array ? value : value.value();
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

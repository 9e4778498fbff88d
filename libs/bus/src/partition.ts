/** Partitions of every topic. Changing it moves keys to other partitions, and their order with them is lost. */
export const PARTITIONS = 24;

const M = 0x5bd1e995;

/** MurmurHash2, 32 bits, with the seed of Kafka's clients: a key lands in the same partition whoever produced it. */
export function murmur2(data: Uint8Array): number {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const length = data.byteLength;
  let h = 0x9747b28c ^ length;
  let i = 0;
  for (; length - i >= 4; i += 4) {
    let k = Math.imul(view.getInt32(i, true), M);
    k = Math.imul(k ^ (k >>> 24), M);
    h = Math.imul(h, M) ^ k;
  }
  const rest = length - i;
  if (rest === 3) h ^= view.getUint8(i + 2) << 16;
  if (rest >= 2) h ^= view.getUint8(i + 1) << 8;
  if (rest >= 1) h = Math.imul(h ^ view.getUint8(i), M);
  h = Math.imul(h ^ (h >>> 13), M);
  return h ^ (h >>> 15);
}

const encoder = new TextEncoder();

/** Partition of a key: Kafka's default (murmur2 of the UTF-8 bytes, sign bit dropped, modulo the count). */
export function partitionOf(key: string, count: number = PARTITIONS): number {
  return (murmur2(encoder.encode(key)) & 0x7fffffff) % count;
}

import { createHash } from 'node:crypto';

/** A repeatable source of randomness: the same seed gives the same run on every machine. */
export interface SeededRandom {
  /** The seed it was made from; print it when a test fails. */
  readonly seed: string;
  /** A number in [0, 1) with 53 random bits. */
  next(): number;
  /** An integer between `min` and `max`, both included. */
  int(min: number, max: number): number;
  /** True with probability `p` (default 0.5). */
  bool(p?: number): boolean;
  /** One element of a list that is not empty. */
  pick<T>(list: readonly T[]): T;
  /** A shuffled copy (Fisher–Yates). */
  shuffle<T>(list: readonly T[]): T[];
  /** `length` random bytes. */
  bytes(length: number): Uint8Array<ArrayBuffer>;
  /** `length` random hexadecimal digits. */
  hex(length: number): string;
  /** An independent source, decided by the seed and `label` only, whatever has been drawn before. */
  fork(label: string): SeededRandom;
}

/** sfc32 by Chris Doty-Humphrey: 128 bits of state, passes PractRand; the state comes from SHA-256 of the seed. */
function sfc32(seed: string): () => number {
  const digest = createHash('sha256').update(seed).digest();
  let a = digest.readInt32LE(0);
  let b = digest.readInt32LE(4);
  let c = digest.readInt32LE(8);
  let d = 1;
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 15; i++) next(); // the mixing rounds that the author of sfc32 asks for
  return next;
}

/** Makes a source of repeatable randomness (not for secrets). */
export function seededRandom(seed: number | string): SeededRandom {
  const name = String(seed);
  const next32 = sfc32(name);
  const next = (): number => ((next32() >>> 5) * 0x4000000 + (next32() >>> 6)) / 2 ** 53;
  const int = (min: number, max: number): number => {
    if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || max < min) {
      throw new RangeError(`no integer between ${min} and ${max}`);
    }
    return min + Math.floor(next() * (max - min + 1));
  };
  const bytes = (length: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, () => next32() & 0xff);
  return {
    seed: name,
    next,
    int,
    bytes,
    bool: (p = 0.5) => next() < p,
    pick: <T>(list: readonly T[]): T => {
      if (list.length === 0) throw new RangeError('nothing to pick from');
      return list[int(0, list.length - 1)] as T;
    },
    shuffle: <T>(list: readonly T[]): T[] => {
      const copy = [...list];
      for (let i = copy.length - 1; i > 0; i--) {
        const j = int(0, i);
        [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
      }
      return copy;
    },
    hex: (length) =>
      Buffer.from(bytes(Math.ceil(length / 2)))
        .toString('hex')
        .slice(0, length),
    fork: (label) => seededRandom(`${name}/${label}`),
  };
}

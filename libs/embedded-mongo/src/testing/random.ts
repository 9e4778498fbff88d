import { createCipheriv, createHash } from 'node:crypto';

/** Repeatable random numbers from the AES-CTR key stream of a seed: a weak generator misses combinations. */
export class Random {
  readonly #cipher;
  #block = Buffer.alloc(0);
  #at = 0;

  constructor(readonly seed: string) {
    this.#cipher = createCipheriv(
      'aes-128-ctr',
      createHash('sha256').update(seed).digest().subarray(0, 16),
      Buffer.alloc(16),
    );
  }

  #next32(): number {
    if (this.#at >= this.#block.length) {
      this.#block = this.#cipher.update(Buffer.alloc(4096));
      this.#at = 0;
    }
    this.#at += 4;
    return this.#block.readUInt32LE(this.#at - 4);
  }

  /** A whole number from 0 up to, not including, `n`. */
  below(n: number): number {
    return this.#next32() % n;
  }

  chance(p: number): boolean {
    return this.#next32() / 2 ** 32 < p;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

import { hkdfSync } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/**
 * argon2id with 19 MiB, two passes, one lane: the least that the OWASP Password Storage Cheat Sheet recommends (2025).
 * The number 2 is `Algorithm.Argon2id`, a const enum that isolated modules cannot read.
 */
const ARGON2 = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Hashes and checks passwords. */
export class Passwords {
  #dummy: Promise<string> | undefined;

  hash(password: string): Promise<string> {
    return hash(password, ARGON2);
  }

  verify(stored: string, password: string): Promise<boolean> {
    return verify(stored, password);
  }

  /** Takes as long as {@link verify} and is never right: an unknown e-mail must not answer faster than a known one. */
  async verifyNobody(password: string): Promise<false> {
    await this.verify(await (this.#dummy ??= this.hash('nobody has this password')), password);
    return false;
  }
}

/** 32 letters and digits that cannot be mistaken for each other: no l, o, 0, 1. */
const READABLE = 'abcdefghijkmnpqrstuvwxyz23456789';

/**
 * The generated password of the first operator: four groups of five letters and digits (100 bits), always the same for the
 * same key and nonce, so that a start killed before anyone saw it can show it again.
 */
export function readablePassword(key: Uint8Array, nonce: Uint8Array): string {
  const bytes = new Uint8Array(hkdfSync('sha256', key, nonce, 'first-password', 20));
  const letters = [...bytes].map((byte) => READABLE[byte & 31]).join('');
  return letters.match(/.{5}/g)?.join('-') ?? letters;
}

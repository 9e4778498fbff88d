import { hkdfSync } from 'node:crypto';
import { appError } from '@beseda/errors';
import { hash, verify } from '@node-rs/argon2';

/**
 * argon2id with 19 MiB, two passes, one lane: the least that the OWASP Password Storage Cheat Sheet recommends (2025).
 * The number 2 is `Algorithm.Argon2id`, a const enum that isolated modules cannot read.
 */
const ARGON2 = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Hashes under work at once: each takes 19 MiB and a core. */
const AT_ONCE = 2;
/** Callers that may wait for their turn; more than these are turned away before they cost anything. */
const MAX_WAITING = 200;

/** Hashes and checks passwords, a few at a time. */
export class Passwords {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  #dummy: Promise<string> | undefined;
  readonly #limits: { atOnce: number; waiting: number };

  constructor(limits = { atOnce: AT_ONCE, waiting: MAX_WAITING }) {
    this.#limits = limits;
  }

  hash(password: string): Promise<string> {
    return this.#inTurn(() => hash(password, ARGON2));
  }

  verify(stored: string, password: string): Promise<boolean> {
    return this.#inTurn(() => verify(stored, password));
  }

  /** Takes as long as {@link verify} and is never right: an unknown e-mail must not answer faster than a known one. */
  async verifyNobody(password: string): Promise<false> {
    const dummy = await (this.#dummy ??= this.hash('nobody has this password'));
    await this.verify(dummy, password);
    return false;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#limits.atOnce) {
      if (this.#waiting.length >= this.#limits.waiting)
        throw appError('UNAVAILABLE', 'Too many people sign in right now.');
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#running++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
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

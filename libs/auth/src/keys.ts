import { hkdfSync } from 'node:crypto';

/** What a key is for. A token made for one purpose is worth nothing for another. */
export type KeyPurpose = 'actor' | 'access' | 'refresh' | 'visitor' | 'file' | 'storage';

/** Keys of 32 bytes, one for each purpose, derived from the installation's secret by HKDF-SHA256 (RFC 5869). */
export class Keys {
  readonly #secret: string;
  readonly #derived = new Map<KeyPurpose, Uint8Array>();

  /** @param secret `BESEDA_SECRET`, at least 32 characters. */
  constructor(secret: string) {
    if (secret.length < 32) throw new TypeError('BESEDA_SECRET must have at least 32 characters');
    this.#secret = secret;
  }

  get(purpose: KeyPurpose): Uint8Array {
    let key = this.#derived.get(purpose);
    if (!key) {
      key = new Uint8Array(hkdfSync('sha256', this.#secret, 'beseda', purpose, 32));
      this.#derived.set(purpose, key);
    }
    return key;
  }
}

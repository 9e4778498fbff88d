import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Keys } from '@beseda/auth';

/** NIST SP 800-38D: 96-bit nonces, 128-bit tags. */
const NONCE = 12;
const TAG = 16;

/** Encrypts a text for storage: AES-256-GCM, laid out as nonce ‖ ciphertext ‖ tag. It opens only under the same `context`. */
export function seal(keys: Keys, context: string, text: string): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', keys.get('storage'), nonce).setAAD(Buffer.from(context));
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

/** The text of {@link seal}. Throws when key or context differ, or a bit was changed. */
export function open(keys: Keys, context: string, sealed: Uint8Array): string {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  const decipher = createDecipheriv('aes-256-gcm', keys.get('storage'), bytes.subarray(0, NONCE))
    .setAAD(Buffer.from(context))
    .setAuthTag(bytes.subarray(-TAG));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]).toString('utf8');
}

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** `bsd_<8 characters>_<256 random bits in base64url>`: scanners for leaked secrets find it by its beginning. */
const FORM = /^(bsd_[a-z2-7]{8})_[\w-]{43}$/;
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

const digestOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** A new key. The secret is given once; what is stored of it is the SHA-256. */
export function makeApiKey(): { secret: string; prefix: string; digest: Buffer } {
  const prefix = `bsd_${[...randomBytes(8)].map((byte) => BASE32[byte & 31]).join('')}`;
  const secret = `${prefix}_${randomBytes(32).toString('base64url')}`;
  return { secret, prefix, digest: digestOf(secret) };
}

/** The readable part of a shown key; undefined when it is none of ours. */
export const prefixOf = (secret: string): string | undefined => FORM.exec(secret)?.[1];

/** Whether a shown key is the stored one; takes the same time for every wrong one. */
export const isApiKey = (secret: string, digest: Uint8Array): boolean => {
  const shown = digestOf(secret);
  return digest.length === shown.length && timingSafeEqual(shown, digest);
};

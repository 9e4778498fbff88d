import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Keys } from '@beseda/auth';

/** Which file. */
export interface FileAddress {
  siteId: string;
  fileId: string;
}

/** A signed address is good for at most this long, seconds. */
export const FILE_URL_SECONDS = 600;
/** Addresses made within this time are equal, so that a browser finds the picture in its cache; seconds. */
const EQUAL_FOR_SECONDS = 300;

function signature(keys: Keys, { siteId, fileId }: FileAddress, expires: number): Buffer {
  // JSON keeps the parts apart whatever characters an id has.
  return createHmac('sha256', keys.get('file'))
    .update(JSON.stringify([siteId, fileId, expires]))
    .digest();
}

/**
 * Path and query under which a gateway serves a file to whoever has it (an `<img>` sends no token). Good for 5 to 10
 * minutes, and equal for 5 minutes.
 * @param options `now` in milliseconds since 1970.
 */
export function signFileUrl(keys: Keys, { now = Date.now(), ...address }: FileAddress & { now?: number }): string {
  const window = Math.floor(now / 1_000 / EQUAL_FOR_SECONDS);
  const expires = window * EQUAL_FOR_SECONDS + FILE_URL_SECONDS;
  const s = signature(keys, address, expires).toString('base64url');
  return `/api/files/${encodeURIComponent(address.siteId)}/${encodeURIComponent(address.fileId)}?e=${expires}&s=${s}`;
}

/** Whether a signature belongs to this very file and has not run out. `e` and `s` as they came in the query. */
export function verifyFileUrl(
  keys: Keys,
  { siteId, fileId, e, s, now = Date.now() }: FileAddress & { e: string; s: string; now?: number },
): boolean {
  if (typeof e !== 'string' || typeof s !== 'string' || !/^\d{1,12}$/.test(e)) return false;
  const expires = Number(e);
  const seconds = now / 1_000;
  if (expires <= seconds || expires > seconds + FILE_URL_SECONDS) return false;
  const expected = signature(keys, { siteId, fileId }, expires);
  const given = Buffer.from(s, 'base64url');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Keys } from '@beseda/auth';

/** What a refresh token says. */
export interface RefreshClaims {
  sessionId: string;
  generation: number;
}

const mac = (keys: Keys, text: string): Buffer => createHmac('sha256', keys.get('refresh')).update(text).digest();

/** `<session>.<generation>.<HMAC-SHA256>`: the same claims give the same token, so it need not be stored. */
export function signRefresh(keys: Keys, { sessionId, generation }: RefreshClaims): string {
  const text = `${sessionId}.${generation}`;
  return `${text}.${mac(keys, text).toString('base64url')}`;
}

/** Claims of a refresh token; undefined when it is damaged or foreign. */
export function verifyRefresh(keys: Keys, token: string): RefreshClaims | undefined {
  const [, text = '', sessionId = '', generation = '', given = ''] =
    /^(([\w-]{1,64})\.(\d{1,9}))\.([\w-]{43})$/.exec(token) ?? [];
  const expected = mac(keys, text);
  const shown = Buffer.from(given, 'base64url');
  if (shown.length !== expected.length || !timingSafeEqual(shown, expected)) return undefined;
  return { sessionId, generation: Number(generation) };
}

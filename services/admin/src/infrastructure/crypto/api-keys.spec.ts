import { describe, expect, it } from '@jest/globals';
import { isApiKey, makeApiKey, prefixOf } from './api-keys.js';

describe('API keys', () => {
  it('have 256 random bits and a readable beginning, and are checked against their digest', () => {
    const { secret, prefix, digest } = makeApiKey();
    expect(secret).toMatch(/^bsd_[a-z2-7]{8}_[\w-]{43}$/);
    expect(prefixOf(secret)).toBe(prefix);
    expect(isApiKey(secret, digest)).toBe(true);
    expect(isApiKey(makeApiKey().secret, digest)).toBe(false);
    expect(isApiKey(secret, digest.subarray(1))).toBe(false);
    expect(digest.toString('base64url')).not.toContain(secret.slice(-20));
    expect(makeApiKey().secret).not.toBe(secret);
  });

  it.each(['', 'bsd_', 'bsd_ABCDEFGH_x', `xyz_abcdefgh_${'a'.repeat(43)}`, `bsd_abcdefgh_${'a'.repeat(44)}`])(
    'are not mistaken for %s',
    (text) => expect(prefixOf(text)).toBeUndefined(),
  );
});

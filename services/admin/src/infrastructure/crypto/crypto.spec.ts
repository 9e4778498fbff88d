import { Keys } from '@beseda/auth';
import { describe, expect, it } from '@jest/globals';
import { Passwords, readablePassword } from './passwords.js';
import { signRefresh, verifyRefresh } from './refresh-tokens.js';
import { open, seal } from './sealed.js';

const keys = new Keys('a secret of the tests, long enough for keys');
const foreign = new Keys('b secret of the tests, long enough for keys');

describe('passwords', () => {
  it('are hashed with argon2id and the parameters that are written down', async () => {
    const passwords = new Passwords();
    const stored = await passwords.hash('correct horse');
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await passwords.verify(stored, 'correct horse')).toBe(true);
    expect(await passwords.verify(stored, 'correct horses')).toBe(false);
    expect(await passwords.verifyNobody('nobody has this password')).toBe(false);
  });

  it('an unknown e-mail takes as long as a known one', async () => {
    const passwords = new Passwords();
    const stored = await passwords.hash('x');
    await passwords.verifyNobody('y');
    const time = async (work: () => Promise<unknown>): Promise<number> => {
      const samples: number[] = [];
      for (let i = 0; i < 9; i++) {
        const start = performance.now();
        await work();
        samples.push(performance.now() - start);
      }
      return samples.sort((a, b) => a - b)[4] ?? 0;
    };
    const known = await time(() => passwords.verify(stored, 'y'));
    const unknown = await time(() => passwords.verifyNobody('y'));
    // A shortcut would be a hundred times faster; a busy machine blurs the rest.
    expect(unknown).toBeGreaterThan(known / 4);
  });

  it('are readable when generated, and the same only for the same installation', () => {
    const nonce = new Uint8Array(16);
    const password = readablePassword(keys.get('storage'), nonce);
    expect(password).toMatch(/^[a-km-np-z2-9]{5}(-[a-km-np-z2-9]{5}){3}$/);
    expect(readablePassword(keys.get('storage'), nonce)).toBe(password);
    expect(readablePassword(foreign.get('storage'), nonce)).not.toBe(password);
    expect(readablePassword(keys.get('storage'), new Uint8Array(16).fill(1))).not.toBe(password);
  });
});

describe('sealed texts', () => {
  it('open only whole, with the same key, in the same place', () => {
    const sealed = seal(keys, 'site-identity:s1', 'секрет');
    expect(sealed.includes(Buffer.from('секрет'))).toBe(false);
    expect(open(keys, 'site-identity:s1', sealed)).toBe('секрет');
    expect(seal(keys, 'site-identity:s1', 'секрет').equals(sealed)).toBe(false);
    expect(() => open(keys, 'site-identity:s2', sealed)).toThrow();
    expect(() => open(foreign, 'site-identity:s1', sealed)).toThrow();
    for (let i = 0; i < sealed.length; i++) {
      const damaged = Buffer.from(sealed);
      damaged[i] = (damaged[i] ?? 0) ^ 1;
      expect(() => open(keys, 'site-identity:s1', damaged)).toThrow();
    }
  });
});

describe('refresh tokens', () => {
  it('say which session and which generation, and cannot be made without the key', () => {
    const claims = { sessionId: '0190-abc', generation: 7 };
    const token = signRefresh(keys, claims);
    expect(signRefresh(keys, claims)).toBe(token);
    expect(verifyRefresh(keys, token)).toEqual(claims);
    expect(verifyRefresh(foreign, token)).toBeUndefined();
    expect(verifyRefresh(keys, token.replace('.7.', '.8.'))).toBeUndefined();
    expect(verifyRefresh(keys, '')).toBeUndefined();
    expect(verifyRefresh(keys, 'a.1.')).toBeUndefined();
  });
});

import { Keys, seal } from '@beseda/auth';
import { describe, expect, it } from '@jest/globals';
import { generate } from 'otplib';
import { TICKET_MS } from '../../domain/one-time.js';
import { makeTicket, proofOf, readTicket } from './login-tickets.js';
import { looksLikeRecovery, recoveryCodes, recoveryHash, resetDigest, resetToken } from './one-time-passwords.js';
import { newTotpSecret, totpStep, totpUri } from './totp.js';

const keys = new Keys('a secret of the tests, long enough for keys');
const other = new Keys('another secret of the tests, as long as that');
const NOW = new Date('2026-01-01T12:00:10Z');

describe('codes of an authenticator', () => {
  const secret = newTotpSecret();
  const at = (seconds: number) => generate({ secret, epoch: NOW.getTime() / 1000 + seconds });
  const step = Math.floor(NOW.getTime() / 30_000);

  it('are good one step before and after, and tell which', async () => {
    expect(await totpStep(secret, await at(0), NOW)).toBe(step);
    expect(await totpStep(secret, await at(-30), NOW)).toBe(step - 1);
    expect(await totpStep(secret, await at(30), NOW)).toBe(step + 1);
    expect(await totpStep(secret, await at(-61), NOW)).toBeUndefined();
    expect(await totpStep(secret, await at(61), NOW)).toBeUndefined();
  });

  it('may be typed with a space, and are nothing but six digits', async () => {
    const code = await at(0);
    expect(await totpStep(secret, `${code.slice(0, 3)} ${code.slice(3)}`, NOW)).toBe(step);
    for (const bad of ['', '12345', '1234567', 'abcdef', `${code}0`]) {
      expect(await totpStep(secret, bad, NOW)).toBeUndefined();
    }
    expect(totpUri(secret, 'a@b', 'Beseda')).toContain(`secret=${secret}`);
  });

  it('fit the vectors of RFC 6238', async () => {
    // Appendix B, SHA-1, cut to six digits; the secret is "12345678901234567890".
    const vector = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
    expect(await totpStep(vector, '287082', new Date(59_000))).toBe(1);
    expect(await totpStep(vector, '081804', new Date(1_111_111_109_000))).toBe(37_037_036);
  });
});

describe('recovery codes', () => {
  it('are ten different ones; what is stored depends on person and installation, not on how it is typed', () => {
    const codes = recoveryCodes();
    expect(new Set(codes).size).toBe(10);
    const [code = ''] = codes;
    expect(code).toMatch(/^[a-z2-9]{5}-[a-z2-9]{5}$/);
    expect(looksLikeRecovery(code)).toBe(true);
    expect(looksLikeRecovery('123456')).toBe(false);
    const hash = recoveryHash(keys, 'o1', code);
    expect(recoveryHash(keys, 'o1', ` ${code.toUpperCase().replace('-', '')} `)).toBe(hash);
    expect(recoveryHash(keys, 'o2', code)).not.toBe(hash);
    expect(recoveryHash(other, 'o1', code)).not.toBe(hash);
  });
});

describe('tickets of a login', () => {
  const claims = { operatorId: 'o1', done: ['code' as const], proof: proofOf('hash') };

  it('say how far it has come, for ten minutes, and only to us', () => {
    const ticket = makeTicket(keys, claims, NOW);
    expect(readTicket(keys, ticket, NOW)).toMatchObject(claims);
    expect(readTicket(keys, ticket, new Date(NOW.getTime() + TICKET_MS - 1))).toBeDefined();
    expect(readTicket(keys, ticket, new Date(NOW.getTime() + TICKET_MS))).toBeUndefined();
    expect(readTicket(other, ticket, NOW)).toBeUndefined();
    expect(ticket).not.toContain('o1');
  });

  it('are nothing when damaged or made for something else', () => {
    const foreign = seal(keys, 'something-else', JSON.stringify({ ...claims, until: NOW.getTime() + 1_000 }));
    const wrong = seal(keys, 'login-ticket', '{"operatorId":1}');
    for (const bad of ['', 'x', foreign.toString('base64url'), wrong.toString('base64url')]) {
      expect(readTicket(keys, bad, NOW)).toBeUndefined();
    }
    expect(proofOf('one')).not.toBe(proofOf('two'));
  });
});

describe('tokens of reset links', () => {
  it('cannot be had from what is stored', () => {
    const token = resetToken();
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(resetDigest(token)).toMatch(/^[0-9a-f]{64}$/);
    expect(resetDigest(token)).not.toContain(token);
  });
});

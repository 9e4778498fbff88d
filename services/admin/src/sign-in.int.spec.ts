import { verifyAccess } from '@beseda/auth';
import { type TestMongo, startTestMongo, until } from '@beseda/testing';
import { MONGO_CONNECTION } from '@beseda/mongo';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Connection } from 'mongoose';
import { FIRST_PASSWORD, GATEWAY, type RunningAdmin, keys, startAdmin, testEnv } from './testing/running-admin.js';

const EMAIL = 'admin@localhost';

describe('signing in', () => {
  let mongo: TestMongo;
  let admin: RunningAdmin;
  let second: RunningAdmin;
  let connection: Connection;
  /** Moves what is stored into the past instead of waiting. */
  const age = (collection: string, field: string, ms: number): Promise<unknown> =>
    connection.collection(collection).updateMany({}, { $set: { [field]: new Date(Date.now() - ms) } });

  beforeAll(async () => {
    mongo = await startTestMongo();
    const env = testEnv(mongo.uri, { BESEDA_ADMIN_PASSWORD: FIRST_PASSWORD });
    admin = await startAdmin(env);
    second = await startAdmin(env);
    connection = admin.service.app.get<Connection>(MONGO_CONNECTION);
  });
  afterAll(async () => {
    await Promise.all([admin?.stop(), second?.stop()]);
    await mongo?.stop();
  });
  const forget = (): Promise<unknown> => connection.collection('login_attempts').deleteMany({});
  const newSession = async (): Promise<string> => (await admin.login(EMAIL, FIRST_PASSWORD)).refreshToken;
  const sessionIdOf = (token: string): string => token.split('.')[0] ?? '';
  const stored = (token: string) =>
    connection.collection<{ _id: string; generation: number; expiresAt: Date }>('sessions').findOne({
      _id: sessionIdOf(token),
    });

  it('gives an access token of ten minutes, a refresh token of thirty days and the operator', async () => {
    const session = await admin.login(EMAIL, FIRST_PASSWORD);
    expect(session).toMatchObject({ expiresIn: 600, refreshExpiresIn: 30 * 86_400, operator: { email: EMAIL } });
    const claims = await verifyAccess(keys, session.accessToken);
    expect(claims).toMatchObject({ operatorId: session.operator?.id, tokenVersion: 1 });
    expect(claims?.expiresAt).toBeGreaterThan(Date.now() + 590_000);
  });

  it('answers a wrong password and an unknown e-mail alike', async () => {
    const wrong = {
      code: 'UNAUTHENTICATED',
      detail: 'E-mail or password are wrong.',
      fields: [{ path: 'password', code: 'wrong_credentials' }],
    };
    await expect(admin.login(EMAIL, 'not the password')).rejects.toMatchObject(wrong);
    await expect(admin.login('nobody@shop.example', FIRST_PASSWORD)).rejects.toMatchObject(wrong);
    await expect(admin.login('', '')).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      fields: [{ path: 'email' }, { path: 'password' }],
    });
    await forget();
  });

  describe('throttling', () => {
    it('locks an e-mail after five failures, for everyone and longer each time; a success forgets', async () => {
      for (let i = 0; i < 4; i++) await admin.login(EMAIL, 'wrong').catch(() => undefined);
      await admin.login(EMAIL, FIRST_PASSWORD);
      expect(await connection.collection('login_attempts').countDocuments()).toBe(0);

      for (let i = 0; i < 5; i++)
        await expect(admin.login(EMAIL, 'wrong')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      const locked = await second.login(EMAIL, FIRST_PASSWORD).catch((error: unknown) => error);
      expect(locked).toMatchObject({ code: 'RATE_LIMITED' });
      expect((locked as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(25_000);
      expect((locked as { retryAfterMs: number }).retryAfterMs).toBeLessThanOrEqual(30_000);

      await age('login_attempts', 'lockedUntil', 1);
      await expect(admin.login(EMAIL, 'wrong')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      const longer = await admin.login(EMAIL, FIRST_PASSWORD).catch((error: unknown) => error);
      expect((longer as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(55_000);

      await age('login_attempts', 'lockedUntil', 1);
      await admin.login(EMAIL, FIRST_PASSWORD);
      await expect(admin.login(EMAIL, 'wrong')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      await admin.login(EMAIL, FIRST_PASSWORD);
    });

    it('counts guesses that come all at once', async () => {
      const guesses = await Promise.allSettled(Array.from({ length: 30 }, (_, i) => admin.login(EMAIL, `guess ${i}`)));
      const codes = guesses.map((g) => (g.status === 'rejected' ? (g.reason as { code: string }).code : 'in'));
      expect(codes.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(5);
      expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(25);
      await forget();
    });

    it('locks an address that tries many e-mails, and leaves others alone', async () => {
      for (let i = 0; i < 25; i++) {
        await expect(admin.login(`nobody${i}@shop.example`, 'wrong', '203.0.113.7')).rejects.toMatchObject({
          code: 'UNAUTHENTICATED',
        });
      }
      await expect(admin.login(EMAIL, FIRST_PASSWORD, '203.0.113.7')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
      await admin.login(EMAIL, FIRST_PASSWORD, '203.0.113.8');
      await forget();
    });

    it('lets hardly more than the limit through when one address tries many e-mails at once', async () => {
      const tries = await Promise.allSettled(
        Array.from({ length: 60 }, (_, i) => admin.login(`somebody${i}@shop.example`, 'wrong', '203.0.113.10')),
      );
      const codes = tries.map((t) => (t.status === 'rejected' ? (t.reason as { code: string }).code : 'in'));
      const looked = codes.filter((code) => code === 'UNAUTHENTICATED').length;
      expect(looked).toBeGreaterThanOrEqual(25);
      expect(looked).toBeLessThanOrEqual(26);
      expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(60 - looked);
      await forget();
    });

    it('lets many people of one address sign in at once', async () => {
      await Promise.all(Array.from({ length: 20 }, () => admin.login(EMAIL, FIRST_PASSWORD, '203.0.113.9')));
    });

    it('forgets failures that are old', async () => {
      for (let i = 0; i < 4; i++) await admin.login(EMAIL, 'wrong').catch(() => undefined);
      await age('login_attempts', 'expiresAt', 1);
      for (let i = 0; i < 4; i++)
        await expect(admin.login(EMAIL, 'wrong')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      await admin.login(EMAIL, FIRST_PASSWORD);
    });
  });

  describe('refreshing', () => {
    it('replaces the token, and moves the end of the session', async () => {
      const first = await newSession();
      await age('sessions', 'expiresAt', -60_000);
      const next = await admin.refresh(first);
      expect(next.refreshToken).not.toBe(first);
      expect((await stored(first))?.expiresAt.getTime()).toBeGreaterThan(Date.now() + 29 * 86_400_000);
      expect(await verifyAccess(keys, next.accessToken)).toMatchObject({ sessionId: sessionIdOf(first) });
    });

    it('gives two tabs at once, on two replicas, the same valid successor', async () => {
      const first = await newSession();
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? admin : second).refresh(first)),
      );
      expect(new Set(answers.map(({ refreshToken }) => refreshToken)).size).toBe(1);
      expect((await stored(first))?.generation).toBe(2);
      await admin.refresh(answers[0]?.refreshToken ?? '');
    });

    it('forgives a lost answer: the old token within 30 s gives the successor again', async () => {
      const first = await newSession();
      const lost = await admin.refresh(first);
      const repeated = await admin.refresh(first);
      expect(repeated.refreshToken).toBe(lost.refreshToken);
      const next = await admin.refresh(repeated.refreshToken);
      // A request that was under way all the time, two generations late but within its 30 s.
      expect((await admin.refresh(first)).refreshToken).toBe(next.refreshToken);
    });

    it('ends the session when an old token comes later', async () => {
      const first = await newSession();
      const { refreshToken } = await admin.refresh(first);
      await connection
        .collection<{ _id: string }>('sessions')
        .updateOne({ _id: sessionIdOf(first) }, { $set: { 'rotations.0.at': new Date(Date.now() - 31_000) } });
      await expect(admin.refresh(first)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      await expect(admin.refresh(refreshToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      expect(await stored(first)).toBeNull();
    });

    it('refuses damaged and foreign tokens, and changes nothing', async () => {
      const token = await newSession();
      const [id, generation, mac = ''] = token.split('.');
      for (const bad of ['', 'x', `${id}.${Number(generation) + 1}.${mac}`, `${token}x`, token.slice(0, -1)]) {
        await expect(admin.refresh(bad)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      }
      await admin.refresh(token);
    });

    it('refuses a session that has run out although it is still stored', async () => {
      const token = await newSession();
      await age('sessions', 'expiresAt', 1);
      await expect(admin.refresh(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    });

    it('ends with the operator being disabled or all their tokens being revoked', async () => {
      const operators = connection.collection('operators');
      const one = await newSession();
      await operators.updateOne({ email: EMAIL }, { $set: { disabled: true } });
      await expect(admin.refresh(one)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      await expect(admin.login(EMAIL, FIRST_PASSWORD)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      await operators.updateOne({ email: EMAIL }, { $set: { disabled: false } });
      await expect(admin.refresh(one)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      const two = await newSession();
      await operators.updateOne({ email: EMAIL }, { $inc: { tokenVersion: 1 } });
      await expect(admin.refresh(two)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      await admin.refresh(await newSession());
    });

    it('logout ends the session, and may be repeated', async () => {
      const token = await newSession();
      const logout = (refreshToken: string) => admin.auth.call('logout', { refreshToken }, { actor: GATEWAY });
      await logout(token);
      await logout(token);
      await logout('nonsense');
      await expect(admin.refresh(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    });
  });

  it('only gateways may call it', async () => {
    const actor = { kind: 'service', id: 'dialogs' } as const;
    const call = admin.auth.call('refresh', { refreshToken: 'x' }, { actor });
    await expect(call).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  it('lets the server remove old sessions and counters by their time', async () => {
    await until(async () => (await connection.collection('sessions').indexes()).length > 0, { what: 'indexes' });
    const ttl = async (name: string) =>
      (await connection.collection(name).indexes()).find((index) => index['expireAfterSeconds'] === 0)?.name;
    expect(await ttl('sessions')).toBe('sessions_expire');
    expect(await ttl('login_attempts')).toBe('attempts_expire');
  });
});

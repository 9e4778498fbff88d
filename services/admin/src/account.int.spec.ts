import { verifyAccess } from '@beseda/auth';
import type { adminV1 } from '@beseda/contracts';
import { type TestMongo, startTestMongo, until } from '@beseda/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { generate } from 'otplib';
import { SessionEnd } from './application/session-end.js';
import { OperatorsRepository } from './infrastructure/mongo/operators.repository.js';
import type { OperatorDocument, SessionDocument } from './infrastructure/mongo/people.documents.js';
import { type MailServer, startMailServer } from './testing/mail-server.js';
import { type PeopleKit, PASSWORD, peopleKit } from './testing/people.js';
import { FIRST_PASSWORD, GATEWAY, type RunningAdmin, keys, startAdmin, testEnv } from './testing/running-admin.js';

const code = (value: string) => ({ $case: 'code', value }) as const;
const codesOf = (all: readonly PromiseSettledResult<unknown>[]): string[] =>
  all.map((one) => (one.status === 'rejected' ? (one.reason as { code: string }).code : 'in'));
const WRONG_CODE = { fields: [{ path: 'code', code: 'wrong_code' }] };

describe('an account', () => {
  let mongo: TestMongo;
  let server: MailServer;
  let env: Record<string, string>;
  let admin: RunningAdmin;
  let kit: PeopleKit;
  beforeAll(async () => {
    mongo = await startTestMongo();
    server = await startMailServer();
    env = testEnv(mongo.uri, {
      BESEDA_ADMIN_PASSWORD: FIRST_PASSWORD,
      SMTP_URL: server.url,
      BESEDA_PUBLIC_URL: 'https://chat.shop.example',
    });
    admin = await startAdmin(env);
    kit = await peopleKit(admin);
  });
  beforeEach(async () => {
    server.mails.length = 0;
    await kit.connection.collection('login_attempts').deleteMany({});
  });
  afterAll(async () => {
    await admin?.stop();
    await server?.stop();
    await mongo?.stop();
  });
  const sessions = () => kit.connection.collection<SessionDocument>('sessions');
  const operators = () => kit.connection.collection<OperatorDocument>('operators');
  const ended = async (id: string): Promise<string[]> =>
    (await kit.published(id)).endedSessions.map(({ sessionId }) => sessionId);
  const mailTo = async (address: string, subject: RegExp) => {
    const found = () => server.to(address).find((mail) => subject.test(mail.subject ?? ''));
    await until(() => found(), { what: `mail to ${address}` });
    return found();
  };
  const signIn = async (email: string, password = PASSWORD): Promise<adminV1.Session> => {
    const { session } = await kit.login(email, password);
    if (!session) throw new Error('no session');
    return session;
  };

  it('shows and changes what is the operator’s own, with a version', async () => {
    const actor = await kit.person('own@shop.example', 'operator');
    const account = await admin.account.call('getAccount', {}, { actor });
    expect(account).toMatchObject({ secondFactor: false, recoveryCodesLeft: 0, noPassword: false });
    const change = { version: account.version, name: 'Own', locale: 'ru', theme: 'dark', avatarFileId: 'f' };
    const changed = await admin.account.call('updateAccount', change, { actor });
    expect(changed.account?.operator).toMatchObject({ name: 'Own', locale: 'ru', theme: 'dark', avatarFileId: 'f' });
    await expect(admin.account.call('updateAccount', change, { actor, retry: false })).rejects.toMatchObject({
      code: 'ABORTED',
      fields: [{ path: 'version', code: 'stale_version' }],
    });
    const wrong = { version: 0, name: '', locale: 'de', theme: 'pink' };
    await expect(admin.account.call('updateAccount', wrong, { actor })).rejects.toMatchObject({
      fields: [{ path: 'name', code: 'required' }, { path: 'locale' }, { path: 'theme' }],
    });
    expect(await kit.published(actor.id)).toMatchObject({ name: 'Own', locale: 'ru', theme: 'dark' });
  });

  describe('password', () => {
    it('changes with the present one; other sessions end, this one goes on with a new token', async () => {
      const actor = await kit.person('change@shop.example', 'operator');
      const mine = await signIn('change@shop.example');
      const other = await signIn('change@shop.example');
      const change = (currentPassword: string, newPassword: string) =>
        admin.account.call('changePassword', { currentPassword, newPassword, sessionId: mine.sessionId }, { actor });
      await expect(change('not it', 'a new password')).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        fields: [{ path: 'currentPassword', code: 'wrong_credentials' }],
      });
      await expect(change(PASSWORD, PASSWORD)).rejects.toMatchObject({ fields: [{ code: 'same_password' }] });
      expect(await change(PASSWORD, 'a new password')).toEqual({ refresh: true });
      await expect(admin.refresh(other.refreshToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      const next = await admin.refresh(mine.refreshToken);
      const { tokenVersion } = await kit.published(actor.id);
      expect(await verifyAccess(keys, next.accessToken)).toMatchObject({ sessionId: mine.sessionId, tokenVersion });
      // And goes on after that, until the version is raised again.
      await admin.refresh(next.refreshToken);
      await expect(kit.login('change@shop.example', PASSWORD)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      await signIn('change@shop.example', 'a new password');
      expect((await mailTo('change@shop.example', /was changed/))?.text).toContain('change@shop.example');
    });

    it('cannot be guessed through an open session', async () => {
      const actor = await kit.person('guess@shop.example', 'operator');
      const guess = () =>
        admin.account.call(
          'changePassword',
          { currentPassword: 'x', newPassword: 'a new password', sessionId: '' },
          { actor },
        );
      for (let i = 0; i < 5; i++) await expect(guess()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      await expect(guess()).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    });

    it('cannot be guessed by guesses sent all at once', async () => {
      const actor = await kit.person('burst@shop.example', 'operator');
      const guesses = await Promise.allSettled(
        Array.from({ length: 12 }, () =>
          admin.account.call('startSecondFactor', { currentPassword: 'x' }, { actor, retry: false }),
        ),
      );
      expect(codesOf(guesses).filter((one) => one === 'INVALID_ARGUMENT')).toHaveLength(5);
      expect(codesOf(guesses).filter((one) => one === 'RATE_LIMITED')).toHaveLength(7);
    });

    describe('forgotten', () => {
      const request = (email: string, address = '') =>
        admin.auth.call('requestPasswordReset', { email, address, locale: 'en' }, { actor: GATEWAY });
      const reset = (token: string, newPassword: string) =>
        admin.auth.call('resetPassword', { token, newPassword, address: '' }, { actor: GATEWAY });
      const EXPIRED = { code: 'INVALID_ARGUMENT', fields: [{ path: 'token', code: 'expired' }] };
      const tokenIn = (text: string | undefined): string =>
        /https:\/\/chat\.shop\.example\/reset\?token=([\w-]+)/.exec(text ?? '')?.[1] ?? '';

      it('is set anew by a link that works once and ends every session', async () => {
        const { id } = await kit.person('forgot@shop.example', 'operator');
        const { refreshToken } = await signIn('forgot@shop.example');
        await request('Forgot@shop.example');
        const token = tokenIn((await mailTo('forgot@shop.example', /new password/))?.text);
        expect(JSON.stringify(await operators().findOne({ _id: id }))).not.toContain(token);
        await expect(reset(token, 'short')).rejects.toMatchObject({ fields: [{ code: 'too_short' }] });
        await expect(reset(`${token}x`, 'a new password')).rejects.toMatchObject(EXPIRED);
        const twice = await Promise.allSettled([reset(token, 'a new password'), reset(token, 'another password')]);
        expect(twice.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        await expect(reset(token, 'a third password')).rejects.toMatchObject(EXPIRED);
        await expect(admin.refresh(refreshToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
        await expect(kit.login('forgot@shop.example', PASSWORD)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      });

      it('is answered alike for an e-mail nobody has, which gets no mail; a link is good for an hour', async () => {
        expect(await request('unknown@shop.example')).toEqual({});
        const { id } = await kit.person('hour@shop.example', 'operator');
        expect(await request('hour@shop.example')).toEqual({});
        const token = tokenIn((await mailTo('hour@shop.example', /new password/))?.text);
        const stored = await kit.stored(id);
        expect(Number(stored.reset?.expiresAt) - Date.now()).toBeLessThanOrEqual(3_600_000);
        await operators().updateOne({ _id: id }, { $set: { 'reset.expiresAt': new Date(Date.now() - 1) } });
        await expect(reset(token, 'a new password')).rejects.toMatchObject(EXPIRED);
        const mails = kit.connection.collection('mails');
        await until(async () => (await mails.countDocuments({ email: 'unknown@shop.example' })) === 0, {
          what: 'no mail',
        });
        expect(server.to('unknown@shop.example')).toEqual([]);
      });

      it('sends nothing to who is disabled', async () => {
        const { id } = await kit.person('off@shop.example', 'operator');
        await kit.update(id, { disabled: true });
        await request('off@shop.example');
        await kit.person('on@shop.example', 'operator');
        await request('on@shop.example');
        await mailTo('on@shop.example', /new password/);
        expect(server.to('off@shop.example')).toEqual([]);
      });

      it('sends no link to an address the account leaves at that moment', async () => {
        const { id } = await kit.person('former@shop.example', 'operator');
        const repository = admin.service.app.get(OperatorsRepository);
        const lookUp = repository.storedByEmail.bind(repository);
        const spy = jest.spyOn(repository, 'storedByEmail').mockImplementationOnce(async (email) => {
          const found = await lookUp(email);
          await kit.update(id, { email: 'later@shop.example' });
          return found;
        });
        await request('former@shop.example');
        const mails = kit.connection.collection('mails');
        await until(
          async () =>
            spy.mock.calls.length > 0 &&
            (await mails.countDocuments({ template: 'reset', dueAt: { $exists: true } })) === 0,
          {
            what: 'the mail to be written or dropped',
          },
        );
        spy.mockRestore();
        expect((await kit.stored(id)).reset).toBeUndefined();
        expect(server.to('former@shop.example').filter((mail) => /new password/.test(mail.subject ?? ''))).toEqual([]);
      });

      it('lets nobody fill a mailbox: known and unknown are limited alike, by e-mail and by address', async () => {
        await kit.person('flood@shop.example', 'operator');
        for (const email of ['flood@shop.example', 'nobody@shop.example']) {
          for (let i = 0; i < 3; i++) await request(email);
          await expect(request(email)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
        }
        for (let i = 0; i < 20; i++) await request(`any${i}@shop.example`, '203.0.113.5');
        await expect(request('one-more@shop.example', '203.0.113.5')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
        await request('one-more@shop.example', '203.0.113.6');
      });
    });
  });

  describe('second factor', () => {
    const codeOf = (secret: string) => generate({ secret });
    /** As if the time of the last code had passed: the present code may be used again. */
    const passTime = (id: string) => operators().updateOne({ _id: id }, { $set: { 'secondFactor.lastStep': 0 } });
    const switchOn = async (email: string) => {
      const actor = await kit.person(email, 'operator');
      const start = { currentPassword: PASSWORD };
      const { secret, uri } = await admin.account.call('startSecondFactor', start, { actor });
      const confirm = await admin.account.call('confirmSecondFactor', { code: await codeOf(secret) }, { actor });
      await passTime(actor.id);
      return { actor, secret, uri, recoveryCodes: confirm.recoveryCodes };
    };
    const ticketFor = async (email: string): Promise<string> => {
      const { session, next } = await kit.login(email, PASSWORD);
      expect(session).toBeUndefined();
      expect(next).toMatchObject({ step: 'code', expiresIn: 600 });
      return next?.ticket ?? '';
    };

    it('is on only after a first code; then a login needs one, and each code works once', async () => {
      const actor = await kit.person('totp@shop.example', 'operator');
      await expect(
        admin.account.call('startSecondFactor', { currentPassword: 'wrong' }, { actor }),
      ).rejects.toMatchObject({ fields: [{ path: 'currentPassword' }] });
      const { secret, uri } = await admin.account.call('startSecondFactor', { currentPassword: PASSWORD }, { actor });
      expect(uri).toMatch(/^otpauth:\/\/totp\/Beseda:totp%40shop\.example\?secret=/);
      await signIn('totp@shop.example');
      await expect(admin.account.call('confirmSecondFactor', { code: '000000' }, { actor })).rejects.toMatchObject(
        WRONG_CODE,
      );
      const first = await codeOf(secret);
      const { recoveryCodes } = await admin.account.call('confirmSecondFactor', { code: first }, { actor });
      expect(new Set(recoveryCodes).size).toBe(10);
      const stored = JSON.stringify(await operators().findOne({ _id: actor.id }));
      for (const hidden of [secret, recoveryCodes[0] ?? '']) expect(stored).not.toContain(hidden);

      const ticket = await ticketFor('totp@shop.example');
      await expect(kit.proceed(ticket, code(first))).rejects.toMatchObject({ code: 'UNAUTHENTICATED', ...WRONG_CODE });
      await expect(kit.proceed(ticket, code('12 34'))).rejects.toMatchObject(WRONG_CODE);
      await passTime(actor.id);
      const now = await codeOf(secret);
      const twice = await Promise.allSettled([kit.proceed(ticket, code(now)), kit.proceed(ticket, code(now))]);
      expect(twice.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      await passTime(actor.id);
      const late = await ticketFor('totp@shop.example');
      expect((await kit.proceed(late, code(await codeOf(secret)))).session?.operator?.id).toBe(actor.id);
    });

    it('can be guessed five times', async () => {
      await switchOn('brute@shop.example');
      const ticket = await ticketFor('brute@shop.example');
      const guesses = await Promise.allSettled(
        Array.from({ length: 12 }, (_, i) => kit.proceed(ticket, code(String(100_000 + i)))),
      );
      const codes = codesOf(guesses);
      expect(codes.filter((one) => one === 'UNAUTHENTICATED')).toHaveLength(5);
      expect(codes.filter((one) => one === 'RATE_LIMITED')).toHaveLength(7);
      // A right password does not give new guesses.
      await expect(kit.proceed(await ticketFor('brute@shop.example'), code('123456'))).rejects.toMatchObject({
        code: 'RATE_LIMITED',
      });
    });

    it('cannot be taken away through an open session by guesses sent all at once', async () => {
      const { actor } = await switchOn('thief@shop.example');
      const guesses = await Promise.allSettled(
        Array.from({ length: 12 }, (_, i) =>
          admin.account.call('stopSecondFactor', { code: String(100_000 + i) }, { actor, retry: false }),
        ),
      );
      expect(codesOf(guesses).filter((one) => one === 'INVALID_ARGUMENT')).toHaveLength(5);
      expect(codesOf(guesses).filter((one) => one === 'RATE_LIMITED')).toHaveLength(7);
    });

    it('is replaced by a recovery code, each once; new ones take the place of the old', async () => {
      const { actor, secret, recoveryCodes } = await switchOn('recover@shop.example');
      const [one = '', two = ''] = recoveryCodes;
      expect(
        (await kit.proceed(await ticketFor('recover@shop.example'), code(one.toUpperCase()))).session,
      ).toBeDefined();
      await expect(kit.proceed(await ticketFor('recover@shop.example'), code(one))).rejects.toMatchObject(WRONG_CODE);
      expect((await admin.account.call('getAccount', {}, { actor })).recoveryCodesLeft).toBe(9);
      const renewed = await admin.account.call('renewRecoveryCodes', { code: await codeOf(secret) }, { actor });
      expect(renewed.recoveryCodes).toHaveLength(10);
      await expect(kit.proceed(await ticketFor('recover@shop.example'), code(two))).rejects.toMatchObject(WRONG_CODE);
      const stop = admin.account.call('stopSecondFactor', { code: renewed.recoveryCodes[0] ?? '' }, { actor });
      expect(await stop).toEqual({});
      await signIn('recover@shop.example');
    });

    it('is taken away by an admin for who lost everything', async () => {
      const { actor } = await switchOn('lost@shop.example');
      expect((await kit.one(actor.id)).secondFactor).toBe(true);
      expect((await kit.update(actor.id, { secondFactorOff: true })).secondFactor).toBe(false);
      await signIn('lost@shop.example');
    });

    it('a ticket is worth nothing when damaged, foreign or for a password that was changed', async () => {
      const { actor, secret } = await switchOn('ticket@shop.example');
      const ticket = await ticketFor('ticket@shop.example');
      const expired = { code: 'UNAUTHENTICATED', fields: [{ path: 'ticket', code: 'expired' }] };
      for (const bad of ['x', `${ticket.slice(0, -2)}AA`, ticket.slice(4)]) {
        await expect(kit.proceed(bad, code('123456'))).rejects.toMatchObject(expired);
      }
      const change = { currentPassword: PASSWORD, newPassword: 'a new password', sessionId: '' };
      await admin.account.call('changePassword', change, { actor });
      await expect(kit.proceed(ticket, code(await codeOf(secret)))).rejects.toMatchObject(expired);
    });
  });

  describe('sessions', () => {
    it('are listed and end one by one; every gateway is told which', async () => {
      const actor = await kit.person('list@shop.example', 'operator');
      const one = await signIn('list@shop.example');
      const two = await signIn('list@shop.example');
      const three = await signIn('list@shop.example');
      await admin.refresh(one.refreshToken);
      const { items } = await admin.account.call('listSessions', {}, { actor });
      expect(items.map(({ id }) => id)).toEqual([three, two, one].map(({ sessionId }) => sessionId));
      expect(items[2]).toMatchObject({ userAgent: 'jest', address: '' });
      expect(Number(items[2]?.lastUsedAt)).toBeGreaterThanOrEqual(Number(items[2]?.createdAt));

      const end = (which: adminV1.EndSessionsRequest['which']) =>
        admin.account.call('endSessions', { which }, { actor });
      await end({ $case: 'sessionId', value: two.sessionId });
      await end({ $case: 'sessionId', value: two.sessionId });
      expect(await ended(actor.id)).toEqual([two.sessionId]);
      await expect(admin.refresh(two.refreshToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      await end({ $case: 'allBut', value: three.sessionId });
      expect(await ended(actor.id)).toEqual([two.sessionId, one.sessionId]);
      await admin.refresh(three.refreshToken);
      await admin.auth.call('logout', { refreshToken: three.refreshToken }, { actor: GATEWAY });
      expect(await ended(actor.id)).toContain(three.sessionId);
      expect((await admin.account.call('listSessions', {}, { actor })).items).toEqual([]);
    });

    it('of others are nobody’s business', async () => {
      const actor = await kit.person('nosy@shop.example', 'operator');
      const foreign = await signIn('list@shop.example');
      const which = { $case: 'sessionId', value: foreign.sessionId } as const;
      await admin.account.call('endSessions', { which }, { actor });
      await admin.refresh(foreign.refreshToken);
    });

    it('whose refresh token was stolen are cut off everywhere', async () => {
      const { id } = await kit.person('stolen@shop.example', 'operator');
      const { sessionId, refreshToken } = await signIn('stolen@shop.example');
      await admin.refresh(refreshToken);
      await sessions().updateOne({ _id: sessionId }, { $set: { 'rotations.0.at': new Date(Date.now() - 31_000) } });
      await expect(admin.refresh(refreshToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      expect(await ended(id)).toEqual([sessionId]);
    });

    it('that end in numbers end by a new token version, and the one that stays goes on', async () => {
      const actor = await kit.person('crowd@shop.example', 'operator');
      const mine = await signIn('crowd@shop.example');
      const model = await sessions().findOne({ _id: mine.sessionId });
      if (!model) throw new Error('no session');
      await sessions().insertMany(Array.from({ length: 51 }, (_, i) => ({ ...model, _id: `crowd-${i}` })));
      const before = await kit.published(actor.id);
      await admin.account.call('endSessions', { which: { $case: 'allBut', value: mine.sessionId } }, { actor });
      const after = await kit.published(actor.id);
      expect(after).toMatchObject({ tokenVersion: before.tokenVersion + 1, endedSessions: [] });
      expect(await sessions().countDocuments({ operatorId: actor.id })).toBe(1);
      const { accessToken } = await admin.refresh(mine.refreshToken);
      expect(await verifyAccess(keys, accessToken)).toMatchObject({ tokenVersion: after.tokenVersion });
    });

    it('that were being ended when Beseda was killed end all the same', async () => {
      const { id } = await kit.person('killed@shop.example', 'operator');
      const { sessionId, refreshToken } = await signIn('killed@shop.example');
      await sessions().updateOne({ _id: sessionId }, { $set: { endingSince: new Date(0) } });
      await expect(admin.refresh(refreshToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      await admin.service.app.get(SessionEnd, { strict: false }).finishLeft(new Date());
      expect(await ended(id)).toEqual([sessionId]);
      expect(await sessions().findOne({ _id: sessionId })).toBeNull();
    });
  });

  it('tells the login page which ways there are', async () => {
    const options = await admin.auth.call('getSignInOptions', {}, { actor: GATEWAY });
    expect(options).toEqual({ singleSignOn: false, passwordsOff: false, mailServer: true });
  });
});

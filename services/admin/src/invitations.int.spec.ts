import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestMongo, startTestMongo, until } from '@beseda/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { simpleParser } from 'mailparser';
import type { OperatorDocument } from './infrastructure/mongo/people.documents.js';
import { type MailServer, startMailServer } from './testing/mail-server.js';
import { type PeopleKit, PASSWORD, ROLE, peopleKit } from './testing/people.js';
import { FIRST_PASSWORD, type RunningAdmin, operatorActor, startAdmin, testEnv } from './testing/running-admin.js';

const oneTimeIn = (text: string | undefined): string => /[a-z2-9]{5}(?:-[a-z2-9]{5}){3}/.exec(text ?? '')?.[0] ?? '';
const newPassword = (value: string) => ({ $case: 'newPassword', value }) as const;

describe('invitations by a mail server', () => {
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
      BESEDA_PUBLIC_URL: 'https://chat.shop.example/',
    });
    admin = await startAdmin(env);
    kit = await peopleKit(admin);
  });
  beforeEach(() => {
    server.mails.length = 0;
    server.refuse = undefined;
  });
  afterAll(async () => {
    await admin?.stop();
    await server?.stop();
    await mongo?.stop();
  });
  const mailTo = async (address: string, count = 1) => {
    await until(() => server.to(address).length >= count, { what: `mail to ${address}` });
    return server.to(address).at(-1);
  };
  const mails = () =>
    kit.connection.collection<{ _id: string; dueAt?: Date; sealed?: unknown; state: string }>('mails');
  /** Makes what waits for its next attempt due now. */
  const hurry = () => mails().updateMany({ dueAt: { $exists: true } }, { $set: { dueAt: new Date(0) } });

  it('arrive with login, one-time password and link; the first login forces a new password', async () => {
    const made = await kit.create({ email: 'Olga@Shop.example', name: 'Olga <b>', locale: 'en' });
    expect(made.invitation).toMatchObject({ state: 'waiting' });
    const mail = await mailTo('olga@shop.example');
    expect(mail?.from?.text).toBe('"Beseda" <no-reply@chat.shop.example>');
    expect(mail?.subject).toBe('Invitation to Beseda: Beseda');
    expect(mail?.text).toContain('Login: olga@shop.example');
    expect(mail?.text).toContain('https://chat.shop.example/login');
    expect(mail?.html).toContain('Hello Olga &lt;b&gt;,');
    const oneTime = oneTimeIn(mail?.text);
    expect(mail?.html).toContain(oneTime);
    await until(async () => (await kit.one(made.operatorId)).invitation?.state === 'sent', { what: 'the state' });
    const listed = await kit.one(made.operatorId);
    expect(listed.operator).toMatchObject({ invited: true, email: 'olga@shop.example' });
    expect(Number(listed.invitation?.expiresAt) - Date.now()).toBeGreaterThan(6.9 * 86_400_000);

    const first = await kit.login('olga@shop.example', oneTime);
    expect(first).toMatchObject({ session: undefined, next: { step: 'password', expiresIn: 600 } });
    const ticket = first.next?.ticket ?? '';
    const refused = async (value: string) => kit.proceed(ticket, newPassword(value));
    await expect(refused('short')).rejects.toMatchObject({ fields: [{ path: 'newPassword', code: 'too_short' }] });
    await expect(refused(oneTime)).rejects.toMatchObject({ fields: [{ path: 'newPassword', code: 'same_password' }] });
    const { session } = await kit.proceed(ticket, newPassword(PASSWORD));
    expect(session).toMatchObject({ operator: { invited: false } });
    expect(session?.sessionId).not.toBe('');
    // Once only: neither the ticket nor the one-time password work again.
    await expect(kit.proceed(ticket, newPassword('yet another one'))).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      fields: [{ path: 'ticket', code: 'expired' }],
    });
    await expect(kit.login('olga@shop.example', oneTime)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect((await kit.login('olga@shop.example', PASSWORD)).session).toBeDefined();
    expect((await kit.one(made.operatorId)).invitation).toBeUndefined();
    expect((await kit.one(made.operatorId)).lastSignInAt).toBeInstanceOf(Date);
  });

  it('leave no password behind: not in the queue, not on the bus, not in the operator', async () => {
    const { operatorId } = await kit.create({ email: 'secret@shop.example' });
    const oneTime = oneTimeIn((await mailTo('secret@shop.example'))?.text);
    await until(async () => (await mails().findOne({ state: 'sent', operatorId } as never)) !== null, { what: 'sent' });
    const everything = await Promise.all(
      ['mails', 'operators', 'audit', 'audit_intents'].map((name) => kit.connection.collection(name).find().toArray()),
    );
    expect(JSON.stringify(everything)).not.toContain(oneTime);
    expect(await mails().findOne({ operatorId, sealed: { $exists: true } } as never)).toBeNull();
    const stored = await kit.stored(operatorId);
    expect(stored.mailIntents).toEqual([]);
    expect(stored.mailSince).toBeUndefined();
  });

  it('speak Russian when asked, or when the person chose it', async () => {
    await kit.create({ email: 'ivan@shop.example', name: 'Иван', locale: 'ru' });
    const mail = await mailTo('ivan@shop.example');
    expect(mail?.subject).toBe('Приглашение в Beseda: Beseda');
    expect(mail?.text).toContain('Одноразовый пароль:');
    expect(mail?.html).toContain('lang="ru"');
  });

  it('can be sent again, and the password before stops working', async () => {
    const { operatorId } = await kit.create({ email: 'again@shop.example' });
    const before = oneTimeIn((await mailTo('again@shop.example'))?.text);
    const again = await admin.admin.call('inviteAgain', { operatorId, locale: 'ru' }, { actor: kit.superadmin });
    expect(again.invitation?.state).toBe('waiting');
    const after = oneTimeIn((await mailTo('again@shop.example', 2))?.text);
    expect(after).not.toBe(before);
    await expect(kit.login('again@shop.example', before)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const { next } = await kit.login('again@shop.example', after);
    await kit.proceed(next?.ticket ?? '', newPassword(PASSWORD));
    const late = admin.admin.call('inviteAgain', { operatorId, locale: '' }, { actor: kit.superadmin });
    await expect(late).rejects.toMatchObject({ code: 'FAILED_PRECONDITION', fields: [{ code: 'not_invited' }] });
  });

  it('run out after seven days, and say so to whoever has the password', async () => {
    const { operatorId } = await kit.create({ email: 'late@shop.example' });
    const oneTime = oneTimeIn((await mailTo('late@shop.example'))?.text);
    const { next } = await kit.login('late@shop.example', oneTime);
    await kit.connection
      .collection<OperatorDocument>('operators')
      .updateOne({ _id: operatorId }, { $set: { oneTimeUntil: new Date(Date.now() - 1) } });
    await expect(kit.login('late@shop.example', oneTime)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      fields: [{ path: 'password', code: 'expired' }],
    });
    await expect(kit.proceed(next?.ticket ?? '', newPassword(PASSWORD))).rejects.toMatchObject({
      fields: [{ path: 'ticket', code: 'expired' }],
    });
  });

  it('follow the person to a corrected address, where the first password does not work', async () => {
    const { operatorId } = await kit.create({ email: 'wrong@shop.example' });
    const wrong = oneTimeIn((await mailTo('wrong@shop.example'))?.text);
    const changed = await kit.update(operatorId, { email: 'Right@shop.example' });
    expect(changed.operator?.email).toBe('right@shop.example');
    const right = oneTimeIn((await mailTo('right@shop.example'))?.text);
    await expect(kit.login('right@shop.example', wrong)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect((await kit.login('right@shop.example', right)).next?.step).toBe('password');
  });

  it('tell the former address when an account moves to another one, and not where it is now', async () => {
    const { id } = await kit.person('victim@shop.example', 'operator');
    await kit.update(id, { name: 'Anna' });
    expect(server.to('victim@shop.example')).toEqual([]);
    await kit.update(id, { email: 'moved@shop.example' });
    const mail = await mailTo('victim@shop.example');
    expect(mail?.subject).toBe('Your address for Beseda was changed');
    expect(mail?.text).toContain('victim@shop.example');
    expect(`${mail?.text}${String(mail?.html)}`).not.toContain('moved@shop.example');
    expect(server.to('moved@shop.example')).toEqual([]);
  });

  it('tell a person who works elsewhere that the login is good here too, without a password', async () => {
    const known = await kit.person('known@shop.example', 'operator');
    const { siteId } = await admin.admin.call('createSite', { name: 'Second', domains: [] }, { actor: kit.superadmin });
    const there = operatorActor(kit.superadmin.id, siteId, 'superadmin');
    const made = await kit.create({ email: 'known@shop.example', role: ROLE.admin, locale: 'en' }, there);
    expect(made.operatorId).toBe(known.id);
    const mail = await mailTo('known@shop.example');
    expect(mail?.subject).toBe('You can work on “Second” in Beseda now');
    expect(oneTimeIn(mail?.text)).toBe('');
    expect((await kit.login('known@shop.example', PASSWORD)).session?.operator?.sites).toHaveLength(2);
    // The same call again sends nothing again.
    await kit.create({ email: 'known@shop.example', role: ROLE.admin }, there);
    await kit.create({ email: 'marker@shop.example' });
    await mailTo('marker@shop.example');
    expect(server.to('known@shop.example')).toHaveLength(1);
  });

  it('say why the server refused them for good', async () => {
    server.refuse = { address: /nobody@/, code: 550 };
    const { operatorId } = await kit.create({ email: 'nobody@shop.example' });
    await until(async () => (await kit.one(operatorId)).invitation?.state === 'failed', { what: 'the refusal' });
    expect((await kit.one(operatorId)).invitation?.detail).toContain('550 5.1.1 no such mailbox');
    expect(await mails().findOne({ operatorId, sealed: { $exists: true } } as never)).toBeNull();
    expect(await mails().findOne({ operatorId, dueAt: { $exists: true } } as never)).toBeNull();
  });

  it('wait while the server has no time for them, and say so', async () => {
    server.refuse = { address: /busy@/, code: 451 };
    const { operatorId } = await kit.create({ email: 'busy@shop.example' });
    await until(async () => (await kit.one(operatorId)).invitation?.detail.startsWith('451'), { what: 'the delay' });
    expect((await kit.one(operatorId)).invitation?.state).toBe('waiting');
    server.refuse = undefined;
    await hurry();
    await mailTo('busy@shop.example');
  });

  it('arrive once the server is back', async () => {
    await server.stop();
    const { operatorId } = await kit.create({ email: 'down@shop.example' });
    await until(async () => (await kit.one(operatorId)).invitation?.detail !== '', { what: 'a failed attempt' });
    expect((await kit.one(operatorId)).invitation?.state).toBe('waiting');
    server = await startMailServer(server.port);
    await hurry();
    const oneTime = oneTimeIn((await mailTo('down@shop.example'))?.text);
    expect((await kit.login('down@shop.example', oneTime)).next?.step).toBe('password');
  });

  it('are sent once by two replicas, also when a crash came before the queue', async () => {
    const second = await startAdmin(env);
    try {
      const people = Array.from({ length: 8 }, (_, i) => `many${i}@shop.example`);
      await Promise.all(people.map((email) => kit.create({ email })));
      await until(() => people.every((email) => server.to(email).length > 0), { what: 'all mails' });
      // As a crash leaves it that came after queueing and before saying so: the intent is there, the mail is too.
      const operators = kit.connection.collection<OperatorDocument>('operators');
      const one = await operators.findOne({ email: people[0] });
      const mailId = one?.invitation?.mailId ?? '';
      const intent = { mailId, template: 'invitation', locale: 'en', at: new Date() } as const;
      await operators.updateOne({ email: people[0] }, { $set: { mailIntents: [intent], mailSince: new Date(0) } });
      await until(async () => !(await operators.findOne({ email: people[0] }))?.mailSince, { what: 'the intent' });
      await kit.create({ email: 'marker2@shop.example' });
      await mailTo('marker2@shop.example');
      expect(people.map((email) => server.to(email).length)).toEqual(people.map(() => 1));
      expect(new Set(server.mails.map(({ messageId }) => messageId)).size).toBe(server.mails.length);
    } finally {
      await second.stop();
    }
  });

  it('are taken over from a sender that died, and finished after a restart', async () => {
    const { operatorId } = await kit.create({ email: 'taken@shop.example' });
    await mailTo('taken@shop.example');
    const stored = await kit.stored(operatorId);
    const mailId = stored.invitation?.mailId ?? '';
    await until(async () => (await mails().findOne({ _id: mailId }))?.state === 'sent', { what: 'sent' });
    // As a kill between the answer of the server and the note of it leaves it; the secret is gone, so it is dropped.
    await mails().updateOne(
      { _id: mailId },
      { $set: { state: 'waiting', dueAt: new Date(0), lease: 'dead' } as never },
    );
    await until(async () => (await mails().findOne({ _id: mailId })) === null, { what: 'the mail to be dropped' });
    expect(server.to('taken@shop.example')).toHaveLength(1);
  });

  it('says that there is a server', async () => {
    const status = await admin.admin.call('getMailStatus', {}, { actor: kit.superadmin });
    expect(status).toEqual({ server: true, from: 'Beseda <no-reply@chat.shop.example>' });
  });
});

describe('invitations without a mail server', () => {
  let mongo: TestMongo;
  let admin: RunningAdmin;
  let kit: PeopleKit;
  let data: string;
  beforeAll(async () => {
    mongo = await startTestMongo();
    data = await mkdtemp(join(tmpdir(), 'beseda-admin-'));
    admin = await startAdmin(testEnv(mongo.uri, { BESEDA_ADMIN_PASSWORD: FIRST_PASSWORD, BESEDA_DATA: data }));
    kit = await peopleKit(admin);
  });
  afterAll(async () => {
    await admin?.stop();
    await mongo?.stop();
    await rm(data, { recursive: true, force: true });
  });

  it('are kept as files that any mail program opens, for the owner only', async () => {
    const { operatorId } = await kit.create({ email: 'kept@shop.example', name: 'Кот', locale: 'ru' });
    await until(async () => (await kit.one(operatorId)).invitation?.state === 'kept', { what: 'the file' });
    const name = (await kit.one(operatorId)).invitation?.detail ?? '';
    expect(name).toMatch(/^\d{8}T\d{6}Z-[\w-]+\.eml$/);
    const folder = join(data, 'outbox');
    expect(await readdir(folder)).toEqual([name]);
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    const mail = await simpleParser(await readFile(join(folder, name)));
    expect(mail.subject).toBe('Приглашение в Beseda: Beseda');
    expect(mail.text).toContain('http://127.0.0.1:4300/login');
    expect((await kit.login('kept@shop.example', oneTimeIn(mail.text))).next?.step).toBe('password');
    const status = await admin.admin.call('getMailStatus', {}, { actor: kit.superadmin });
    expect(status).toEqual({ server: false, from: 'Beseda <no-reply@localhost>' });
  });
});

describe('invitations where only single sign-on counts', () => {
  let mongo: TestMongo;
  let server: MailServer;
  let admin: RunningAdmin;
  let kit: PeopleKit;
  beforeAll(async () => {
    mongo = await startTestMongo();
    server = await startMailServer();
    const env = testEnv(mongo.uri, {
      ...{
        BESEDA_ADMIN_PASSWORD: FIRST_PASSWORD,
        SMTP_URL: server.url,
        BESEDA_PUBLIC_URL: 'https://chat.shop.example',
      },
      ...{ BESEDA_OIDC_ISSUER: 'https://id.shop.example', BESEDA_OIDC_CLIENT_ID: 'beseda' },
      ...{ BESEDA_OIDC_CLIENT_SECRET: 'secret', BESEDA_OIDC_ONLY: 'on' },
    });
    admin = await startAdmin(env);
    kit = await peopleKit(admin);
  });
  afterAll(async () => {
    await admin?.stop();
    await server?.stop();
    await mongo?.stop();
  });

  it('bring no password but to superadmins, and passwords are off for others', async () => {
    const { operatorId } = await kit.create({ email: 'olga@shop.example', locale: 'en' });
    await until(() => server.to('olga@shop.example').length, { what: 'the mail' });
    const [mail] = server.to('olga@shop.example');
    expect(mail?.text).toContain('You need no password');
    expect(oneTimeIn(mail?.text)).toBe('');
    expect(await kit.stored(operatorId)).toMatchObject({ passwordHash: '', invited: true });
    await until(async () => (await kit.one(operatorId)).invitation?.state === 'sent', { what: 'the state' });
    await kit.create({ email: 'owner@shop.example', role: ROLE.superadmin });
    await until(() => server.to('owner@shop.example').length, { what: 'the mail' });
    const oneTime = oneTimeIn(server.to('owner@shop.example')[0]?.text);
    expect((await kit.login('owner@shop.example', oneTime)).next?.step).toBe('password');
    await kit.person('clerk@shop.example', 'operator');
    await expect(kit.login('clerk@shop.example', PASSWORD)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      fields: [{ path: 'password', code: 'passwords_off' }],
    });
    await expect(kit.login('clerk@shop.example', 'wrong')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

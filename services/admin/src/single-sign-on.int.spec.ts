import { seal } from '@beseda/auth';
import { adminV1, settingsV1 } from '@beseda/contracts';
import {
  type LocalProvider,
  type ProviderPerson as Person,
  type TestMongo,
  startLocalProvider,
  startTestMongo,
} from '@beseda/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MONGO_CONNECTION } from '@beseda/mongo';
import type { Connection } from 'mongoose';
import type { OperatorDocument } from './infrastructure/mongo/documents.js';
import { FIRST_PASSWORD, GATEWAY, type RunningAdmin, keys, startAdmin, testEnv } from './testing/running-admin.js';

const PUBLIC_URL = 'https://chat.shop.example';
const REDIRECT_URI = `${PUBLIC_URL}/api/auth/oidc/callback`;
const ANNA: Person = { sub: 'u-1', email: 'Anna@Shop.Example', email_verified: true, name: 'Anna Petrova' };
const { ROLE_OPERATOR, ROLE_ADMIN, ROLE_SUPERADMIN } = settingsV1.Role;

describe('single sign-on', () => {
  let mongo: TestMongo;
  let provider: LocalProvider;
  let admin: RunningAdmin;
  let env: Record<string, string>;
  beforeAll(async () => {
    // The provider says at length that a provider for tests is not one for production.
    for (const way of ['info', 'warn'] as const) jest.spyOn(console, way).mockImplementation(() => undefined);
    mongo = await startTestMongo();
    provider = await startLocalProvider(REDIRECT_URI);
  });
  beforeEach(() => {
    env = testEnv(mongo.uri, {
      BESEDA_ADMIN_PASSWORD: FIRST_PASSWORD,
      BESEDA_PUBLIC_URL: PUBLIC_URL,
      BESEDA_OIDC_ISSUER: provider.issuer,
      BESEDA_OIDC_CLIENT_ID: provider.clientId,
      BESEDA_OIDC_CLIENT_SECRET: provider.clientSecret,
      BESEDA_OIDC_SCOPES: 'openid email profile groups',
    });
  });
  afterEach(() => admin?.stop());
  afterAll(async () => {
    await provider?.stop();
    await mongo?.stop();
    jest.restoreAllMocks();
  });

  const start = async (more: Record<string, string> = {}): Promise<void> => {
    admin = await startAdmin({ ...env, ...more });
  };
  const begin = (back = '/dialogs') => admin.auth.call('startSingleSignOn', { back }, { actor: GATEWAY, retry: false });
  const finish = (url: string, state: string): Promise<adminV1.FinishSingleSignOnResponse> =>
    admin.auth.call(
      'finishSingleSignOn',
      { url, state, address: '203.0.113.5', userAgent: 'jest' },
      { actor: GATEWAY, retry: false, deadlineMs: 12_000 },
    );
  const signIn = async (person: Person): Promise<adminV1.FinishSingleSignOnResponse> => {
    const { url, state } = await begin();
    return finish(await provider.signIn(url, person), state);
  };
  const refusedAs = (code: string) => ({ fields: [{ path: 'sso', code }] });
  const operators = () => admin.service.app.get<Connection>(MONGO_CONNECTION).collection<OperatorDocument>('operators');
  const stored = (email: string) => operators().findOne({ email });
  const rolesOf = ({ session }: adminV1.FinishSingleSignOnResponse): Record<string, settingsV1.Role> =>
    Object.fromEntries((session?.operator?.sites ?? []).map(({ siteId, role }) => [siteId, role]));
  /** Somebody who works here already, with a password. */
  const invite = async (email: string, more: Partial<OperatorDocument> = {}): Promise<string> => {
    const first = await operators().findOne({});
    if (!first) throw new Error('there is no first operator');
    const sites = first.sites.map((site) => ({ ...site, role: 'operator' as const }));
    const person = { ...first, _id: `op-${email}`, email, name: 'Invited', sites, ...more };
    await operators().insertOne(person);
    return person._id;
  };

  describe('the way there and back', () => {
    beforeEach(() => start({ BESEDA_OIDC_CREATE: 'on', BESEDA_OIDC_ROLES: 'staff=operator@*' }));
    const staff: Person = { ...ANNA, groups: ['staff'] };

    it('sends the browser with PKCE, state and nonce, and makes a session of what comes back', async () => {
      const { url, state } = await begin('/settings');
      const sent = new URL(url).searchParams;
      expect(Object.fromEntries(sent)).toMatchObject({
        ...{ redirect_uri: REDIRECT_URI, client_id: 'beseda', response_type: 'code', code_challenge_method: 'S256' },
        ...{ scope: 'openid email profile groups', state: expect.any(String), nonce: expect.any(String) },
      });
      // The browser keeps it, and must not read it.
      const opened = Buffer.from(state, 'base64url').toString('latin1');
      for (const secret of [sent.get('nonce') ?? '', sent.get('state') ?? '', '/settings', 'verifier']) {
        expect(opened).not.toContain(secret);
      }
      const { session, back } = await finish(await provider.signIn(url, staff), state);
      expect(back).toBe('/settings');
      expect(session?.operator).toMatchObject({ email: 'anna@shop.example', name: 'Anna Petrova', invited: false });
      await admin.refresh(session?.refreshToken ?? '');
      expect(await stored('anna@shop.example')).toMatchObject({
        ...{ ssoSubject: `${provider.issuer} u-1`, passwordHash: '' },
      });
      // No password was given: none works.
      await expect(admin.login('anna@shop.example', '')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      await expect(admin.login('anna@shop.example', 'anything')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    });

    it('lets nobody in with another state, another nonce, a used code or a made-up one', async () => {
      const one = await begin();
      const back = new URL(await provider.signIn(one.url, staff));
      const changed = (name: string, value: string): string => {
        const copy = new URL(back);
        copy.searchParams.set(name, value);
        return copy.href;
      };
      await expect(finish(changed('state', 'other'), one.state)).rejects.toMatchObject(refusedAs('failed'));
      await expect(finish(back.href, (await begin()).state)).rejects.toMatchObject(refusedAs('failed'));
      await expect(finish(changed('code', 'made-up'), one.state)).rejects.toMatchObject(refusedAs('failed'));

      const two = await begin();
      const asked = new URL(two.url);
      asked.searchParams.set('nonce', 'of another sign-in');
      const foreign = await provider.signIn(asked.href, staff);
      await expect(finish(foreign, two.state)).rejects.toMatchObject(refusedAs('failed'));

      const three = await begin();
      const used = await provider.signIn(three.url, staff);
      await finish(used, three.state);
      await expect(finish(used, three.state)).rejects.toMatchObject({
        ...{ code: 'UNAUTHENTICATED', ...refusedAs('failed') },
      });
    });

    it('takes no state that is damaged, foreign or old', async () => {
      const { url, state } = await begin();
      const back = await provider.signIn(url, staff);
      const damaged = Buffer.from(state, 'base64url');
      damaged[20] = (damaged[20] ?? 0) ^ 1;
      const old = { verifier: 'v', nonce: 'n', state: 's', back: '/', until: Date.now() - 1 };
      const sealed = (context: string, text: string): string => seal(keys, context, text).toString('base64url');
      for (const wrong of [
        '',
        'x',
        damaged.toString('base64url'),
        sealed('single-sign-on', JSON.stringify(old)),
        sealed('single-sign-on', '{}'),
        sealed('site-identity:x', JSON.stringify({ ...old, until: Date.now() + 60_000 })),
      ]) {
        await expect(finish(back, wrong)).rejects.toMatchObject(refusedAs('expired'));
      }
    });

    it('says so when somebody is not let in by the provider', async () => {
      const { url, state } = await begin();
      await expect(finish(await provider.cancel(url), state)).rejects.toMatchObject(refusedAs('refused'));
    });

    it('says so while the provider is out of order, goes on afterwards, and passwords work all the while', async () => {
      await provider.stop();
      const down = await begin().catch((error: unknown) => error);
      expect(down).toMatchObject({ code: 'UNAVAILABLE', ...refusedAs('failed') });
      await admin.login(admin.first.login, FIRST_PASSWORD);
      await provider.restart();
      expect((await signIn(staff)).session).toBeDefined();
    });

    it('asks the provider about itself once', async () => {
      const before = provider.asked.length;
      await Promise.all([begin(), begin(), begin()]);
      await begin();
      const asked = provider.asked.slice(before).filter((path) => path.includes('.well-known'));
      expect(asked).toHaveLength(1);
    });
  });

  describe('who somebody is', () => {
    it('links an operator by a verified e-mail once, and by the subject from then on', async () => {
      await start();
      const id = await invite('anna@shop.example');
      expect((await signIn(ANNA)).session?.operator?.id).toBe(id);
      // Another e-mail at the provider, even an unverified one: still the same person.
      const renamed = await signIn({ ...ANNA, email: 'new@shop.example', email_verified: false });
      expect(renamed.session?.operator).toMatchObject({ id, email: 'anna@shop.example' });
      // The old address given to somebody new opens nothing.
      const successor = { ...ANNA, sub: 'u-2' };
      await expect(signIn(successor)).rejects.toMatchObject(refusedAs('refused'));
      const entries = await admin.service.app
        .get<Connection>(MONGO_CONNECTION)
        .collection('audit')
        .find({ action: 'operator.single_sign_on_linked' })
        .toArray();
      expect(entries).toMatchObject([{ subjectId: id, siteId: admin.first.siteId }]);
    });

    it('takes no e-mail that the provider does not vouch for', async () => {
      await start({ BESEDA_OIDC_CREATE: 'on', BESEDA_OIDC_ROLES: 'staff=operator@*' });
      await invite('anna@shop.example');
      const unverified = { ...ANNA, email_verified: false, groups: ['staff'] };
      await expect(signIn(unverified)).rejects.toMatchObject(refusedAs('unverified'));
      const stranger = { ...unverified, sub: 'u-3', email: 'stranger@shop.example' };
      await expect(signIn(stranger)).rejects.toMatchObject(refusedAs('unverified'));
      // Many providers do not send the claim at all.
      const silent = { ...unverified, email_verified: undefined } as unknown as Person;
      await expect(signIn(silent)).rejects.toMatchObject(refusedAs('unverified'));
      expect(await stored('stranger@shop.example')).toBeNull();
    });

    it('makes nobody an operator unless told to', async () => {
      await start({ BESEDA_OIDC_ROLES: 'staff=operator@*' });
      await expect(signIn({ ...ANNA, groups: ['staff'] })).rejects.toMatchObject(refusedAs('unknown'));
      expect(await stored('anna@shop.example')).toBeNull();
    });

    it('makes nobody an operator who has a role nowhere', async () => {
      await start({ BESEDA_OIDC_CREATE: 'on', BESEDA_OIDC_ROLES: 'staff=operator@*' });
      await expect(signIn({ ...ANNA, groups: ['guests'] })).rejects.toMatchObject(refusedAs('refused'));
      await expect(signIn(ANNA)).rejects.toMatchObject(refusedAs('refused'));
      expect(await stored('anna@shop.example')).toBeNull();
    });

    it('makes one operator of two first sign-ins at once', async () => {
      await start({ BESEDA_OIDC_CREATE: 'on', BESEDA_OIDC_ROLES: 'staff=operator@*' });
      const arrivals = [await begin(), await begin()];
      const came: string[] = [];
      for (const { url } of arrivals) came.push(await provider.signIn(url, { ...ANNA, groups: ['staff'] }));
      const both = await Promise.all(arrivals.map(({ state }, i) => finish(came[i] ?? '', state)));
      expect(new Set(both.map(({ session }) => session?.operator?.id)).size).toBe(1);
      expect(await operators().countDocuments({ email: 'anna@shop.example' })).toBe(1);
    });

    it('refuses who is switched off, linked or not', async () => {
      await start();
      const id = await invite('anna@shop.example', { disabled: true });
      await expect(signIn(ANNA)).rejects.toMatchObject(refusedAs('disabled'));
      await operators().updateOne({ _id: id }, { $set: { disabled: false } });
      await signIn(ANNA);
      await operators().updateOne({ _id: id }, { $set: { disabled: true } });
      await expect(signIn(ANNA)).rejects.toMatchObject(refusedAs('disabled'));
    });

    it('leaves no one-time password of an invitation behind', async () => {
      await start();
      const until = new Date(Date.now() + 60_000);
      await invite('anna@shop.example', { invited: true, oneTimeUntil: until });
      const { session } = await signIn(ANNA);
      expect(session?.operator?.invited).toBe(false);
      expect(await stored('anna@shop.example')).toMatchObject({ invited: false, passwordHash: '' });
      await expect(admin.login('anna@shop.example', FIRST_PASSWORD)).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
      });
    });
  });

  describe('roles by groups', () => {
    const rules = 'staff=operator@*; leads=admin@*; owners=superadmin@*';

    it('follow the groups at each sign-in, on the sites that rules name', async () => {
      await start({ BESEDA_OIDC_CREATE: 'on', BESEDA_OIDC_ROLES: rules });
      const { siteId } = admin.first;
      expect(rolesOf(await signIn({ ...ANNA, groups: ['staff'] }))).toEqual({ [siteId]: ROLE_OPERATOR });
      expect(rolesOf(await signIn({ ...ANNA, groups: ['staff', 'leads'] }))).toEqual({ [siteId]: ROLE_ADMIN });
      await operators().updateOne({ email: 'anna@shop.example' }, { $set: { 'sites.0.visibility': 'own' } });
      expect(rolesOf(await signIn({ ...ANNA, groups: ['staff'] }))).toEqual({ [siteId]: ROLE_OPERATOR });
      // What was set by hand beside the role stays.
      expect((await stored('anna@shop.example'))?.sites[0]?.visibility).toBe('own');
      await expect(signIn({ ...ANNA, groups: [] })).rejects.toMatchObject(refusedAs('refused'));
      expect((await stored('anna@shop.example'))?.sites).toEqual([]);
      const log = await admin.service.app
        .get<Connection>(MONGO_CONNECTION)
        .collection('audit')
        .find({ action: 'operator.role_by_groups' })
        .sort({ _id: 1 })
        .toArray();
      expect(log.map((entry) => entry['changes'] as unknown)).toEqual([
        [{ path: 'role', before: '"operator"', after: '"admin"' }],
        [{ path: 'role', before: '"admin"', after: '"operator"' }],
        [{ path: 'role', before: '"operator"', after: 'null' }],
      ]);
    });

    it('leave other sites as they are', async () => {
      await start();
      const { siteId } = admin.first;
      const actor = await admin.superadmin();
      const other = (await admin.admin.call('createSite', { name: 'Other', domains: [] }, { actor })).siteId;
      await admin.stop();
      await start({ BESEDA_OIDC_ROLES: `leads=admin@${other}` });
      await invite('anna@shop.example', {
        sites: [{ siteId, role: 'operator', visibility: 'all', noContactExport: false, noMassMailing: false }],
      });
      expect(rolesOf(await signIn({ ...ANNA, groups: ['leads'] }))).toEqual({
        ...{ [siteId]: ROLE_OPERATOR, [other]: ROLE_ADMIN },
      });
      expect(rolesOf(await signIn({ ...ANNA, groups: [] }))).toEqual({ [siteId]: ROLE_OPERATOR });
    });

    it('never take a site its last superadmin', async () => {
      await start({ BESEDA_ADMIN_EMAIL: 'anna@shop.example', BESEDA_OIDC_CREATE: 'on', BESEDA_OIDC_ROLES: rules });
      const { siteId } = admin.first;
      expect(rolesOf(await signIn({ ...ANNA, groups: ['staff'] }))).toEqual({ [siteId]: ROLE_SUPERADMIN });
      expect(rolesOf(await signIn({ ...ANNA, groups: [] }))).toEqual({ [siteId]: ROLE_SUPERADMIN });
      const boris: Person = { sub: 'u-9', email: 'boris@shop.example', email_verified: true, groups: ['owners'] };
      expect(rolesOf(await signIn(boris))).toEqual({ [siteId]: ROLE_SUPERADMIN });
      expect(rolesOf(await signIn({ ...ANNA, groups: ['staff'] }))).toEqual({ [siteId]: ROLE_OPERATOR });
      // Both at once: one of two goes, the other stays.
      expect(rolesOf(await signIn({ ...ANNA, groups: ['owners'] }))).toEqual({ [siteId]: ROLE_SUPERADMIN });
      const arrivals: { url: string; state: string }[] = [];
      for (const person of [ANNA, boris]) {
        const { url, state } = await begin();
        arrivals.push({ url: await provider.signIn(url, { ...person, groups: ['staff'] }), state });
      }
      const both = await Promise.all(arrivals.map(({ url, state }) => finish(url, state)));
      const roles = both.map((one) => rolesOf(one)[siteId]);
      expect([...roles].sort()).toEqual([ROLE_OPERATOR, ROLE_SUPERADMIN]);
    });
  });

  describe('instead of passwords', () => {
    it('leaves them to superadmins, for the day the provider is out of order', async () => {
      await start({ BESEDA_OIDC_ONLY: 'on' });
      await invite('anna@shop.example');
      await expect(admin.login('anna@shop.example', FIRST_PASSWORD)).rejects.toMatchObject({
        code: 'PERMISSION_DENIED',
      });
      await admin.login(admin.first.login, FIRST_PASSWORD);
      expect((await signIn(ANNA)).session).toBeDefined();
      expect(await admin.auth.call('getSignInOptions', {}, { actor: GATEWAY })).toMatchObject({
        ...{ singleSignOn: true, passwordsOff: true },
      });
    });

    it('is off where it is not set up', async () => {
      admin = await startAdmin(testEnv(mongo.uri));
      await expect(begin()).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
      expect(await admin.auth.call('getSignInOptions', {}, { actor: GATEWAY })).toMatchObject({
        ...{ singleSignOn: false, passwordsOff: false },
      });
    });

    it.each([
      [{ BESEDA_OIDC_ISSUER: 'http://id.shop.example' }, 'BESEDA_OIDC_ISSUER must be an https address'],
      [{ BESEDA_OIDC_CLIENT_SECRET: '' }, 'BESEDA_OIDC_CLIENT_SECRET'],
      [{ BESEDA_PUBLIC_URL: '' }, 'BESEDA_PUBLIC_URL'],
      [{ BESEDA_OIDC_ROLES: 'staff' }, 'BESEDA_OIDC_ROLES must look like'],
      [{ BESEDA_OIDC_CREATE: 'yes' }, 'BESEDA_OIDC_CREATE must be'],
      [{ BESEDA_OIDC_SCOPES: 'email' }, 'BESEDA_OIDC_SCOPES must name "openid"'],
    ])('refuses the configuration %o', async (wrong, message) => {
      await expect(startAdmin({ ...env, ...wrong })).rejects.toThrow(message);
    });
  });
});

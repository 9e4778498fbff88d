import { adminV1, settingsV1 } from '@beseda/contracts';
import type { Actor } from '@beseda/auth';
import { type TestMongo, startTestMongo, until } from '@beseda/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 } from 'uuid';
import { LicenceState } from './application/licence-state.js';
import type { Licence } from './domain/licence.js';
import { makeLicenceKeys, readPrivateKey, signLicence } from './infrastructure/crypto/licences.js';
import { GATEWAY, operatorActor, testEnv } from './testing/running-admin.js';
import { type RunningSystem, startSystem } from './testing/running-system.js';

const DAY_MS = 86_400_000;
const LICENCE_KEYS = makeLicenceKeys();

describe('API keys', () => {
  let mongo: TestMongo;
  let running: RunningSystem;
  beforeAll(async () => {
    mongo = await startTestMongo();
    running = await startSystem(testEnv(mongo.uri));
  });
  afterAll(async () => {
    await running?.stop();
    await mongo?.stop();
  });

  const create = (actor: Actor, name = 'CRM', scopes = ['dialogs:read']) =>
    running.system.call('createApiKey', { name, scopes }, { actor });
  const verify = (secret: string) => running.system.call('verifyApiKey', { secret }, { actor: GATEWAY });
  const list = async (actor: Actor) => (await running.system.call('listApiKeys', {}, { actor })).items;
  const onNewSite = async (): Promise<{ siteId: string; actor: Actor }> => {
    const siteId = await running.createSite('Keys');
    return { siteId, actor: operatorActor(running.superadmin.id, siteId, 'admin') };
  };

  it('are shown once, kept as a digest, and say whose they are', async () => {
    const { siteId, actor } = await onNewSite();
    const { key, secret } = await create(actor, '  CRM ', ['dialogs:write', 'dialogs:read', 'dialogs:read']);
    expect(secret.startsWith(`${key?.prefix}_`)).toBe(true);
    expect(key).toMatchObject({
      ...{ name: 'CRM', scopes: ['dialogs:read', 'dialogs:write'], createdBy: running.superadmin.id },
      ...{ lastUsedAt: undefined, revokedAt: undefined },
    });
    expect(await verify(secret)).toEqual({ siteId, keyId: key?.id, scopes: ['dialogs:read', 'dialogs:write'] });
    const stored = JSON.stringify([
      await running.connection.collection('api_keys').find().toArray(),
      await running.connection.collection('audit').find().toArray(),
    ]);
    expect(stored).not.toContain(secret.slice(13));
    expect(JSON.stringify(await list(actor))).not.toContain(secret.slice(13));
    const [said] = await running.log(siteId, { subject: 'api_key' });
    expect(said).toMatchObject({ action: 'api_key.created', subjectName: 'CRM', operatorId: running.superadmin.id });
  });

  it('note their last use, once a minute at most', async () => {
    const { actor } = await onNewSite();
    const { key, secret } = await create(actor);
    await verify(secret);
    const first = (await list(actor))[0]?.lastUsedAt;
    expect(first).toBeInstanceOf(Date);
    await verify(secret);
    expect((await list(actor))[0]?.lastUsedAt).toEqual(first);
    const keys = running.connection.collection<{ _id: string; lastUsedAt: Date }>('api_keys');
    const earlier = new Date(Date.now() - 61_000);
    await keys.updateOne({ _id: key?.id ?? '' }, { $set: { lastUsedAt: earlier } });
    await verify(secret);
    expect((await list(actor))[0]?.lastUsedAt?.getTime()).toBeGreaterThan(earlier.getTime());
  });

  it('end when revoked, for good, and only by the hand of their own site', async () => {
    const { siteId, actor } = await onNewSite();
    const { key, secret } = await create(actor);
    const id = key?.id ?? '';
    const foreign = (await onNewSite()).actor;
    await expect(running.system.call('revokeApiKey', { id }, { actor: foreign })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await list(foreign)).toEqual([]);
    await running.system.call('revokeApiKey', { id }, { actor });
    await running.system.call('revokeApiKey', { id }, { actor });
    expect((await list(actor))[0]?.revokedAt).toBeInstanceOf(Date);
    expect((await running.log(siteId, { subject: 'api_key' })).map(({ action }) => action)).toEqual([
      'api_key.revoked',
      'api_key.created',
    ]);
    const changed = `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`;
    for (const wrong of [secret, changed, '', 'x', `bsd_aaaaaaaa_${'A'.repeat(43)}`]) {
      await expect(verify(wrong)).rejects.toMatchObject({ code: 'UNAUTHENTICATED', detail: 'This key is not valid.' });
    }
  });

  it('are at most a hundred a site, however many are made at once', async () => {
    const { siteId, actor } = await onNewSite();
    const { key } = await create(actor);
    const keys = running.connection.collection<{ _id: string }>('api_keys');
    const one = await keys.findOne({ _id: key?.id ?? '' });
    await keys.insertMany(
      Array.from({ length: 96 }, (_, i) => ({
        ...{ ...one, _id: v7(), prefix: `bsd_${siteId}${i}`, slot: `${siteId}:${i + 2}` },
      })),
    );
    const made = await Promise.allSettled(Array.from({ length: 8 }, (_, i) => create(actor, `key ${i}`)));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    await expect(create(actor)).rejects.toMatchObject({ code: 'FAILED_PRECONDITION', fields: [{ code: 'too_many' }] });
    await running.system.call('revokeApiKey', { id: key?.id ?? '' }, { actor });
    await create(actor);
  });

  it('need a name and known scopes, and an admin', async () => {
    const { siteId, actor } = await onNewSite();
    await expect(create(actor, ' ', [])).rejects.toMatchObject({
      fields: [
        { path: 'name', code: 'required' },
        { path: 'scopes', code: 'required' },
      ],
    });
    await expect(create(actor, 'x', ['everything'])).rejects.toMatchObject({ fields: [{ path: 'scopes.0' }] });
    const operator = operatorActor(running.superadmin.id, siteId, 'operator');
    await expect(create(operator)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    await expect(running.system.call('verifyApiKey', { secret: 'x' }, { actor })).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    });
  });
});

describe('the licence', () => {
  let mongo: TestMongo;
  let running: RunningSystem;
  const env: Record<string, string> = {};
  beforeEach(async () => {
    mongo = await startTestMongo();
    Object.assign(env, testEnv(mongo.uri, { BESEDA_LICENCE_PUBLIC_KEY: LICENCE_KEYS.publicKey }));
    running = await startSystem(env);
  });
  afterEach(async () => {
    await running?.stop();
    await mongo?.stop();
  });

  const issue = (more: Partial<Licence> = {}, keys = LICENCE_KEYS): Promise<string> => {
    const now = Date.now();
    const granted: Licence = {
      ...{ holder: 'Shop', plan: 'business', operators: 5, features: ['hide-powered-by'] },
      ...{ validFrom: new Date(now - DAY_MS), validTo: new Date(now + 30 * DAY_MS) },
      ...more,
    };
    return signLicence(granted, readPrivateKey(keys.privateKey), new Date());
  };
  const set = (licence: string) => running.system.call('setLicence', { licence }, { actor: running.superadmin });
  const get = (of = running) => of.system.call('getLicence', {}, { actor: of.superadmin });
  const site = async (of = running) => (await of.admin.sites()).find(({ id }) => id === of.siteId);
  const hide = async () => {
    const widget = settingsV1.WidgetSettings.create({ poweredBy: false });
    const request = adminV1.UpdateSiteRequest.create({ siteId: running.siteId, widget });
    await running.admin.admin.call('updateSite', request, { actor: running.superadmin });
  };

  it('is none at first, and is refused in words that say why', async () => {
    expect(await get()).toMatchObject({ state: 'none', licence: undefined, operators: 1 });
    const now = Date.now();
    const good = await issue();
    const refused: [string, string][] = [
      ['hello', 'not_a_licence'],
      [good.slice(0, -3), 'bad_signature'],
      [await issue({}, makeLicenceKeys()), 'other_key'],
      [await issue({ validTo: new Date(now - DAY_MS / 2) }), 'expired'],
      [await issue({ validFrom: new Date(now + DAY_MS) }), 'not_yet'],
    ];
    for (const [text, code] of refused) {
      await expect(set(text)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', fields: [{ path: 'licence', code }] });
    }
    expect(await get()).toMatchObject({ state: 'none' });
    const admin = operatorActor(running.superadmin.id, running.siteId, 'admin');
    for (const method of ['getLicence', 'setLicence'] as const) {
      await expect(running.system.call(method, { licence: good }, { actor: admin })).rejects.toMatchObject({
        code: 'PERMISSION_DENIED',
      });
    }
  });

  it('lets sites hide "powered by" while it is there, and shows it again when it goes or runs out', async () => {
    await expect(hide()).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    expect((await set(` ${await issue()}\n`)).licence).toMatchObject({
      ...{ state: 'valid', operators: 1 },
      licence: { holder: 'Shop', plan: 'business', operators: 5, features: ['hide-powered-by'] },
    });
    await hide();
    expect((await site())?.widget?.poweredBy).toBe(false);
    await set(await issue({ features: [] }));
    expect((await site())?.widget?.poweredBy).toBe(true);
    await set(await issue());
    expect((await site())?.widget?.poweredBy).toBe(false);
    expect((await set('')).licence).toMatchObject({ state: 'none' });
    expect((await site())?.widget?.poweredBy).toBe(true);

    // Runs out while Beseda runs: noticed at the next look.
    await set(await issue());
    const expired = await issue({ validTo: new Date(Date.now() - 1_000) });
    const licences = running.connection.collection<{ _id: string }>('licence');
    await licences.updateOne({ _id: 'licence' }, { $set: { text: expired } });
    expect(await get()).toMatchObject({ state: 'expired', licence: { holder: 'Shop' } });
    await running.admin.service.app.get(LicenceState).tellFollowers();
    await until(async () => (await site())?.widget?.poweredBy === true, { what: '"powered by" again' });
    const log = await running.log(running.siteId, { subject: 'licence' });
    expect(log.map(({ action }) => action)).toEqual([
      ...['licence.set', 'licence.removed', 'licence.set', 'licence.set', 'licence.set'],
    ]);
  });

  it('counts for nothing in an installation without its key', async () => {
    await set(await issue());
    await hide();
    expect((await site())?.widget?.poweredBy).toBe(false);
    const { BESEDA_LICENCE_PUBLIC_KEY: _, ...without } = env;
    const keyless = await startSystem(without);
    expect(await get(keyless)).toMatchObject({ state: 'no_key', licence: undefined });
    await until(async () => (await site(keyless))?.widget?.poweredBy === true, { what: '"powered by" at start' });
    const tried = keyless.system.call('setLicence', { licence: await issue() }, { actor: keyless.superadmin });
    await expect(tried).rejects.toMatchObject({ fields: [{ path: 'licence', code: 'no_key' }] });
    await keyless.stop();
    // Starting again with the key brings everything back.
    const again = await startSystem(env);
    await until(async () => (await site(again))?.widget?.poweredBy === false, { what: 'the licence at start' });
    await again.stop();
  });

  it('is refused by configuration when the key is none', async () => {
    const wrong = startSystem({ ...env, BESEDA_LICENCE_PUBLIC_KEY: 'not a key' });
    await expect(wrong).rejects.toThrow('BESEDA_LICENCE_PUBLIC_KEY must be');
  });
});

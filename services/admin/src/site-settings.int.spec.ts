import type { Actor } from '@beseda/auth';
import { type adminV1, settingsV1 } from '@beseda/contracts';
import { MONGO_CONNECTION } from '@beseda/mongo';
import { type TestMongo, startTestMongo, until } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Connection } from 'mongoose';
import { LicenceState } from './application/licence-state.js';
import { FIRST_PASSWORD, testEnv } from './testing/running-admin.js';
import { type RunningSites, newest, noChange, person, startSites } from './testing/running-sites.js';

const GATEWAY = (siteId: string): Actor => ({ kind: 'service', id: 'gateway', siteId });

describe('settings of a site', () => {
  let mongo: TestMongo;
  let env: Record<string, string>;
  let sites: RunningSites;
  let published: settingsV1.Setting[];
  beforeAll(async () => {
    mongo = await startTestMongo();
    env = testEnv(mongo.uri, {
      BESEDA_ADMIN_PASSWORD: FIRST_PASSWORD,
      BESEDA_PUBLIC_URL: 'https://chat.example.com',
    });
    sites = await startSites(env);
    published = await sites.listen();
  });
  afterAll(async () => {
    await sites?.stop();
    await mongo?.stop();
  });

  const get = (siteId: string): Promise<adminV1.GetSiteResponse> =>
    sites.admin.call('getSite', {}, { actor: person(siteId, 'admin') });
  const update = (siteId: string, change: Partial<adminV1.UpdateSiteRequest>, id = 'admin-1') =>
    sites.admin.call(
      'updateSite',
      { ...noChange(siteId), ...change },
      { actor: person(siteId, 'admin', id), retry: false },
    );
  const fieldsOf = async (call: Promise<unknown>): Promise<string[]> => {
    const error = (await call.catch((e: unknown) => e)) as { fields?: { path: string; code: string }[] };
    return (error.fields ?? []).map(({ path, code }) => `${path} ${code}`);
  };
  const mongoOf = (name: string) => sites.service.app.get<Connection>(MONGO_CONNECTION).collection(name);
  const auditOf = async (siteId: string, action: string) =>
    (await mongoOf('audit').find({ siteId, action }).sort({ _id: 1 }).toArray()) as unknown as {
      changes: { path: string; before: string; after: string }[];
    }[];

  it('are complete for a new site', async () => {
    const { site, version, seen, mailDomain, poweredByLocked } = await get(await sites.createSite('Лесная тропа'));
    expect({ version, seen, poweredByLocked }).toEqual({ version: 1, seen: [], poweredByLocked: 'no_licence' });
    expect(site).toMatchObject({
      name: 'Лесная тропа',
      domains: [],
      reopenWindowHours: 24,
      maxFileBytes: 2_097_152,
      widget: {
        ...{ color: '#0b6070', language: 'auto', fallbackLanguage: 'en', poweredBy: true, avatarFileId: '' },
        ...{
          hideCaption: false,
          corner: 'bottom-right',
          marginX: 20,
          marginY: 20,
          visibility: 'always',
          theme: 'auto',
        },
      },
      offline: { enabled: true, ask: 'email', consentUrl: '' },
    });
    expect(site?.offline?.text?.ru).toMatch(/[а-я]/);
    expect(site?.offline?.text?.en).toMatch(/[a-z]/);
    expect(mailDomain).toBe(`app${site?.number}.chat.example.com`);
    expect(site?.sender).toEqual({ name: 'Лесная тропа', address: `lesnaya-tropa@${mailDomain}` });
  });

  it('are stored, given back and published, all of them', async () => {
    const siteId = await sites.createSite('All');
    const localized = { ru: 'да', en: 'yes' };
    const change = {
      ...{ version: 1, name: 'All of it', domains: { items: ['Shop.Example'] }, senderName: 'Дима' },
      ...{ language: 'ru', fallbackLanguage: 'ru', color: '#ABCDEF', avatarFileId: 'file-1', hideCaption: true },
      ...{ greeting: localized, caption: localized, corner: 'top-left', marginX: 0, marginY: 200 },
      ...{ visibility: 'message', theme: 'dark', reopenWindowHours: 720, maxFileBytes: 1 },
      offline: {
        ...{ enabled: true, text: localized, ask: 'phone', consentText: localized },
        consentUrl: 'https://shop.example/consent',
      },
    };
    const { site, version } = await update(siteId, change);
    expect(version).toBe(2);
    expect(site).toMatchObject({
      ...{ name: 'All of it', domains: ['shop.example'], reopenWindowHours: 720, maxFileBytes: 1 },
      widget: {
        ...{ language: 'ru', fallbackLanguage: 'ru', color: '#abcdef', avatarFileId: 'file-1', hideCaption: true },
        ...{ greeting: localized, caption: localized, corner: 'top-left', marginX: 0, marginY: 200 },
        ...{ visibility: 'message', theme: 'dark', poweredBy: true },
      },
      offline: change.offline,
    });
    expect(site?.sender?.address).toBe(`dima@app${site?.number}.chat.example.com`);
    expect((await get(siteId)).site).toEqual(site);
    await until(() => newest(published, 'site', siteId)?.version === 2, { what: 'the change on the bus' });
    expect(newest(published, 'site', siteId)?.value?.value).toEqual(site);
    expect((await sites.snapshot('site')).find(({ id }) => id === siteId)).toEqual(newest(published, 'site', siteId));
  });

  it.each<[string, Partial<settingsV1.WidgetSettings>, string[]]>([
    ['a long caption', { caption: { ru: 'я'.repeat(41), en: '' } }, ['widget.caption.ru too_long']],
    ['a long greeting', { greeting: { ru: '', en: 'x'.repeat(1_001) } }, ['widget.greeting.en too_long']],
    ['a colour', { color: 'red' }, ['widget.color invalid_value']],
    ['a corner', { corner: 'middle' }, ['widget.corner invalid_value']],
    ['margins', { marginX: -1, marginY: 201 }, ['widget.marginX too_small', 'widget.marginY too_large']],
    [
      'words',
      { visibility: 'never', theme: 'x', fallbackLanguage: 'auto' },
      ['widget.fallbackLanguage invalid_value', 'widget.visibility invalid_value', 'widget.theme invalid_value'],
    ],
  ])('name what is wrong with the chat: %s', async (_, change, expected) => {
    const widget = settingsV1.WidgetSettings.create(change);
    expect(await fieldsOf(update(sites.siteId, { widget }))).toEqual(expected);
  });

  it('name a colour that is none for gateways of an earlier version too, which put it beside the others', async () => {
    expect(await fieldsOf(update(sites.siteId, { color: 'red', hideCaption: true }))).toEqual([
      'widget.color invalid_value',
    ]);
  });

  it.each<[string, Partial<adminV1.UpdateSiteRequest>, string[]]>([
    ['numbers', { reopenWindowHours: 721, maxFileBytes: 0 }, ['reopenWindowHours too_large', 'maxFileBytes too_small']],
    ['a large file', { maxFileBytes: 2_097_153 }, ['maxFileBytes too_large']],
    ['names', { name: ' ', senderName: 'x'.repeat(101) }, ['name required', 'senderName too_long']],
    ['domains', { domains: { items: ['ok.example', 'https://x.example'] } }, ['domains.1 not_a_domain']],
  ])('name what is wrong: %s', async (_, change, expected) => {
    expect(await fieldsOf(update(sites.siteId, change))).toEqual(expected);
  });

  it('name what is wrong with the offline message', async () => {
    const said = { ru: 'да', en: '' };
    const offline = { enabled: true, text: said, ask: 'none', consentText: said, consentUrl: '' };
    const wrong = (change: Partial<settingsV1.OfflineSettings>) =>
      fieldsOf(update(sites.siteId, { offline: { ...offline, ...change } }));
    expect(await wrong({ consentUrl: 'shop.example/consent' })).toEqual(['offline.consentUrl not_a_url']);
    expect(await wrong({ consentUrl: 'javascript:alert(1)' })).toEqual(['offline.consentUrl not_a_url']);
    expect(await wrong({ text: { ru: 'x'.repeat(1_001), en: '' } })).toEqual(['offline.text.ru too_long']);
    expect(await wrong({ text: { ru: ' ', en: '' } })).toEqual(['offline.text required']);
    expect(await wrong({ consentText: { ru: '', en: '' }, consentUrl: 'https://a.example' })).toEqual([
      'offline.consentText required',
    ]);
    expect(await wrong({ ask: 'fax' })).toEqual(['offline.ask invalid_value']);
    expect(await wrong({ enabled: false, text: { ru: '', en: '' } })).toEqual([]);
  });

  it('tell of two admins at once the second that somebody was faster; the same change again is no conflict', async () => {
    const siteId = await sites.createSite('Contested');
    const outcomes = await Promise.allSettled([
      update(siteId, { version: 1, color: '#111111' }, 'admin-1'),
      update(siteId, { version: 1, color: '#222222' }, 'admin-2'),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = outcomes.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    expect(refused.reason).toMatchObject({ code: 'ABORTED', fields: [{ path: 'version', code: 'stale_version' }] });
    const { site, version } = await get(siteId);
    expect(version).toBe(2);
    const again = await update(siteId, { version: 1, color: site?.widget?.color });
    expect(again.version).toBe(2);
    // Whoever names no version changes whatever is there now: nobody loses anything.
    await Promise.all(Array.from({ length: 5 }, (_, i) => update(siteId, { marginX: i + 100 }, `admin-${i}`)));
    expect((await get(siteId)).version).toBe(7);
    expect(await auditOf(siteId, 'site.updated')).toHaveLength(6);
  });

  it('note who changed what', async () => {
    const siteId = await sites.createSite('Noted');
    await update(siteId, { color: '#333333', senderName: 'Olga' });
    expect((await auditOf(siteId, 'site.updated')).map(({ changes }) => changes)).toEqual([
      [
        { path: 'senderName', before: '"Noted"', after: '"Olga"' },
        { path: 'widget.color', before: '"#0b6070"', after: '"#333333"' },
      ],
    ]);
    expect(await auditOf(siteId, 'site.created')).toHaveLength(1);
  });

  it('show "powered by" as long as no licence allows hiding it', async () => {
    const siteId = await sites.createSite('Powered');
    const hide = (): Promise<unknown> => update(siteId, { poweredBy: false });
    await expect(hide()).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      fields: [{ path: 'widget.poweredBy', code: 'no_licence' }],
    });
    const licence = sites.service.app.get(LicenceState);
    const locked = licence.poweredByLock.bind(licence);
    licence.poweredByLock = () => Promise.resolve('');
    await hide();
    expect((await get(siteId)).site?.widget?.poweredBy).toBe(false);
    const shown = () =>
      (newest(published, 'site', siteId)?.value as { value: settingsV1.SiteSettings }).value.widget?.poweredBy;
    await until(() => shown() === false, { what: 'hidden on the bus' });
    // The licence ends: what was chosen stays, what counts changes, as a new version.
    licence.poweredByLock = locked;
    await licence.tellFollowers();
    await until(() => shown() === true, { what: 'shown on the bus' });
    const { site, version, poweredByLocked } = await get(siteId);
    expect({ chosen: site?.widget?.poweredBy, version, poweredByLocked }).toEqual({
      chosen: false,
      version: 3,
      poweredByLocked: 'no_licence',
    });
    await licence.tellFollowers();
    expect((await get(siteId)).version).toBe(3);
    // Other settings can still be changed by a form that says "hidden" as before.
    await update(siteId, { version: 3, poweredBy: false, color: '#444444' });
  });

  it('have numbers that no two sites share, however many are made at once', async () => {
    const made = await Promise.all(Array.from({ length: 12 }, (_, i) => sites.createSite(`Site ${i}`)));
    const views = await Promise.all(made.map(get));
    const numbers = views.map(({ site }) => site?.number ?? 0);
    expect(new Set(numbers).size).toBe(12);
    expect(Math.min(...numbers)).toBeGreaterThan(1);
    expect((await get(sites.siteId)).site?.number).toBe(1);
    expect(new Set(views.map(({ mailDomain }) => mailDomain)).size).toBe(12);
  });

  it('get a new identity secret; of two who ask at once one is told', async () => {
    const siteId = await sites.createSite('Secret');
    const rotate = (id: string) =>
      sites.admin.call('rotateIdentitySecret', { siteId }, { actor: person(siteId, 'admin', id), retry: false });
    const read = () =>
      sites.admin.call('getIdentitySecret', { siteId }, { actor: { kind: 'service', id: 'contacts', siteId } });
    const before = await read();
    const first = await rotate('admin-1');
    expect(first).toEqual({ secret: expect.stringMatching(/^[0-9a-f]{64}$/), version: 2 });
    expect(first.secret).not.toBe(before.secret);
    expect(await read()).toEqual(first);
    await until(() => newest(published, 'site', siteId)?.version === 2, { what: 'the rotation on the bus' });
    expect(newest(published, 'site', siteId)?.value?.value).toMatchObject({ identitySecretVersion: 2 });
    const outcomes = await Promise.allSettled([rotate('admin-1'), rotate('admin-2')]);
    const given = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(given.at(-1)?.version).toBeGreaterThan(2);
    expect(given).toContainEqual(await read());
    const noted = await auditOf(siteId, 'site.identity_secret_rotated');
    expect(noted).toHaveLength(1 + given.length);
    expect(JSON.stringify([noted, published])).not.toContain(first.secret);
    await expect(
      sites.admin.call('rotateIdentitySecret', { siteId }, { actor: person(sites.siteId, 'superadmin') }),
    ).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  it('tell where the widget was seen: newest first, once a host, at most fifty kept', async () => {
    const siteId = await sites.createSite('Seen');
    const seen = (host: string) => sites.admin.call('recordWidgetSeen', { host }, { actor: GATEWAY(siteId) });
    await Promise.all([seen('Shop.Example'), seen('shop.example'), seen('shop.example')]);
    expect((await get(siteId)).seen).toEqual([{ host: 'shop.example', at: expect.any(Date) }]);
    for (let i = 0; i < 55; i++) await seen(`h${i}.example`);
    const hosts = (await get(siteId)).seen.map(({ host }) => host);
    expect(hosts).toHaveLength(20);
    expect(hosts.slice(0, 2)).toEqual(['h54.example', 'h53.example']);
    expect(await mongoOf('widget_seen').countDocuments({ siteId })).toBe(50);
    await expect(seen('https://shop.example/x')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(
      sites.admin.call('recordWidgetSeen', { host: 'a.example' }, { actor: GATEWAY('no-such') }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await get(sites.siteId)).seen).toEqual([]);
    expect((await get(siteId)).version).toBe(1);
  });

  it('are each site’s own, and no operator’s', async () => {
    const siteId = await sites.createSite('Own');
    const { site } = await get(siteId);
    expect(site?.id).toBe(siteId);
    for (const method of ['getSite', 'updateSite', 'rotateIdentitySecret'] as const) {
      const actor = person(siteId, 'operator');
      await expect(sites.admin.call(method, noChange(siteId), { actor })).rejects.toMatchObject({
        code: 'PERMISSION_DENIED',
      });
    }
    await expect(
      sites.admin.call('updateSite', { ...noChange(siteId), name: 'x' }, { actor: person(sites.siteId, 'superadmin') }),
    ).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  it('follow the mail domain of the installation, and survive a restart and a crash before publishing', async () => {
    const siteId = await sites.createSite('Restarted');
    await update(siteId, { senderName: 'Дима' });
    const { site, version } = await get(siteId);
    await until(() => newest(published, 'site', siteId)?.version === version, { what: 'the change on the bus' });
    // Stored and not published: what a kill in between leaves.
    const left = { $set: { name: 'Stored only', outboxSince: new Date(0) }, $inc: { version: 1 } };
    await mongoOf('sites').updateOne({ _id: siteId as never }, left);
    const replica = await startSites({ ...env, BESEDA_MAIL_DOMAIN: 'mail.example.org' });
    try {
      await until(() => (newest(published, 'site', siteId)?.version ?? 0) > version + 1, {
        what: 'the new domain on the bus',
      });
      const { value } = newest(published, 'site', siteId)?.value as { value: settingsV1.SiteSettings };
      expect(value).toMatchObject({ name: 'Stored only', number: site?.number });
      expect(value.sender?.address).toBe(`dima@app${site?.number}.mail.example.org`);
      // Replicas told different domains do not change the sites to and fro.
      const { version: now } = await get(siteId);
      await sites.service.app.get(LicenceState).tellFollowers();
      await replica.service.app.get(LicenceState).tellFollowers();
      expect((await get(siteId)).version).toBe(now);
    } finally {
      await replica.stop();
    }
  });
});

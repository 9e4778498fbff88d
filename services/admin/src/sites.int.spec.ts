import type { Actor } from '@beseda/auth';
import { type ReceivedRecord, BUS, type Bus, memoryParkedStore } from '@beseda/bus';
import { settingsV1 } from '@beseda/contracts';
import { MONGO_CONNECTION } from '@beseda/mongo';
import { type TestMongo, startTestMongo, until } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Connection } from 'mongoose';
import {
  FIRST_PASSWORD,
  NO_EXTRAS,
  type RunningAdmin,
  operatorActor,
  startAdmin,
  testEnv,
} from './testing/running-admin.js';

describe('sites and operators', () => {
  let mongo: TestMongo;
  let env: Record<string, string>;
  let admin: RunningAdmin;
  let superadmin: Actor;
  const published: settingsV1.Setting[] = [];

  beforeAll(async () => {
    mongo = await startTestMongo();
    env = testEnv(mongo.uri, { BESEDA_ADMIN_PASSWORD: FIRST_PASSWORD });
    admin = await startAdmin(env);
    superadmin = await admin.superadmin();
    await admin.service.app.get<Bus>(BUS).subscribe({
      group: 'spec',
      topics: ['beseda.settings.v1'],
      parked: memoryParkedStore(),
      handler: (record: ReceivedRecord) => {
        published.push(settingsV1.Setting.decode(record.value));
      },
    });
  });
  afterAll(async () => {
    await admin?.stop();
    await mongo?.stop();
  });
  const latest = (id: string): settingsV1.Setting | undefined =>
    published.filter((setting) => setting.id === id).sort((a, b) => b.version - a.version)[0];
  const createSite = async (name: string, domains: string[] = []): Promise<string> =>
    (await admin.admin.call('createSite', { name, domains }, { actor: superadmin })).siteId;
  const updateSite = (siteId: string, change: Partial<Parameters<typeof admin.admin.call>[1]>, actor = superadmin) =>
    admin.admin.call('updateSite', { siteId, version: 0, domains: undefined, ...change } as never, { actor });
  const createOperator = async (
    person: Partial<{ siteId: string; email: string; name: string; role: settingsV1.Role; password: string }>,
    actor = superadmin,
  ): Promise<string> => {
    const given = {
      siteId: admin.first.siteId,
      email: 'olga@shop.example',
      name: 'Olga',
      role: settingsV1.Role.ROLE_OPERATOR,
      password: 'long enough',
      ...NO_EXTRAS,
      ...person,
    };
    return (await admin.admin.call('createOperator', given, { actor })).operatorId;
  };

  it('publishes what the first start made', async () => {
    await until(() => latest(admin.first.siteId) && latest(superadmin.id), { what: 'first settings' });
    expect(latest(admin.first.siteId)).toMatchObject({
      kind: 'site',
      version: 1,
      deleted: false,
      value: {
        value: {
          name: 'Beseda',
          widget: { color: '#0b6070', language: 'auto', poweredBy: true },
          reopenWindowHours: 24,
          identitySecretVersion: 1,
        },
      },
    });
    expect(latest(superadmin.id)).toMatchObject({ kind: 'operator', siteId: '', value: { $case: 'operator' } });
  });

  it('makes a site, with its maker as superadmin, and publishes both', async () => {
    const before = (await until(() => latest(superadmin.id)?.version, { what: 'the operator' })) ?? 0;
    const siteId = await createSite(' Second shop ', [
      'Shop.Example',
      'shop.example',
      '*.магазин.рф',
      'localhost:8080',
    ]);
    await until(() => latest(siteId), { what: 'the site on the bus' });
    const site = (await admin.sites()).find(({ id }) => id === siteId);
    expect(site).toMatchObject({
      name: 'Second shop',
      domains: ['shop.example', '*.xn--80aairftm.xn--p1ai', 'localhost:8080'],
    });
    const role = (list: settingsV1.OperatorSettings[]) =>
      list.find(({ id }) => id === superadmin.id)?.sites.find((s) => s.siteId === siteId)?.role;
    expect(role(await admin.operators())).toBe(settingsV1.Role.ROLE_SUPERADMIN);
    await until(() => (latest(superadmin.id)?.version ?? 0) > before, { what: 'the operator on the bus' });
  });

  it('names the domains that are none', async () => {
    const domains = ['https://shop.example', 'shop.example/path', '*', 'a b', '', 'shop.example:0', 'ok.example'];
    const error = await admin.admin
      .call('createSite', { name: '  ', domains }, { actor: superadmin })
      .catch((e: unknown) => e);
    const paths = (error as { fields: { path: string }[] }).fields.map(({ path }) => path);
    expect(paths).toEqual(['name', ...[0, 1, 2, 3, 4, 5].map((i) => `domains.${i}`)]);
  });

  it('changes only what is given, raises the version and publishes the whole', async () => {
    const siteId = await createSite('Third', ['third.example']);
    const actor = operatorActor(superadmin.id, siteId, 'admin');
    const { site } = await updateSite(siteId, { color: '#ABCDEF', language: 'ru' } as never, actor);
    expect(site).toMatchObject({
      name: 'Third',
      domains: ['third.example'],
      widget: { color: '#abcdef', language: 'ru', poweredBy: true },
    });
    await updateSite(siteId, { name: '3rd', domains: { items: [] } } as never, actor);
    await until(() => latest(siteId)?.version === 3, { what: 'version 3 on the bus' });
    expect(latest(siteId)?.value?.value).toMatchObject({ name: '3rd', domains: [], widget: { color: '#abcdef' } });
    await expect(updateSite(siteId, { color: 'red', language: 'de' } as never, actor)).rejects.toMatchObject({
      fields: [{ path: 'widget.color' }, { path: 'widget.language' }],
    });
  });

  it('touches no other site than the one the actor acts on', async () => {
    const siteId = await createSite('Fourth');
    await expect(updateSite(siteId, { name: 'mine' } as never)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    await expect(createOperator({ siteId })).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    await expect(admin.admin.call('getIdentitySecret', { siteId }, { actor: superadmin })).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    });
    const operator = operatorActor(superadmin.id, siteId, 'operator');
    await expect(updateSite(siteId, { name: 'x' } as never, operator)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    });
    await expect(
      updateSite('no-such', { name: 'x' } as never, operatorActor('x', 'no-such', 'admin')),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('makes operators; a known e-mail gets the role on one more site and keeps its password', async () => {
    const email = 'Ivan@Shop.example';
    const id = await createOperator({
      email,
      name: 'Ivan',
      role: settingsV1.Role.ROLE_ADMIN,
      password: 'first password',
    });
    expect(await createOperator({ email: 'ivan@shop.example', role: settingsV1.Role.ROLE_ADMIN })).toBe(id);
    await expect(createOperator({ email })).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
      fields: [{ path: 'email' }],
    });

    const other = await createSite('Fifth');
    const there = operatorActor(superadmin.id, other, 'superadmin');
    expect(await createOperator({ siteId: other, email, password: 'second password', name: 'X' }, there)).toBe(id);
    const { operator } = await admin.login(email, 'first password');
    expect(operator).toMatchObject({
      id,
      name: 'Ivan',
      sites: [
        { siteId: admin.first.siteId, role: settingsV1.Role.ROLE_ADMIN },
        { siteId: other, role: settingsV1.Role.ROLE_OPERATOR },
      ],
    });
    await expect(admin.login(email, 'second password')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('makes one operator of ten calls at once', async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, () => createOperator({ email: 'many@shop.example' })));
    expect(new Set(ids).size).toBe(1);
  });

  it('names the wrong fields of an operator', async () => {
    const wrong = createOperator({ email: 'no mail', name: '', password: '1234567' });
    await expect(wrong).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      fields: [{ path: 'email' }, { path: 'name' }, { path: 'password' }],
    });
    await expect(createOperator({ role: settingsV1.Role.ROLE_UNSPECIFIED })).rejects.toMatchObject({
      fields: [{ path: 'role' }],
    });
  });

  it('gives the identity secret to admins and to the contacts service, and keeps it encrypted', async () => {
    const { siteId } = admin.first;
    const get = (actor: Actor) => admin.admin.call('getIdentitySecret', { siteId }, { actor });
    const { secret, version } = await get(superadmin);
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(version).toBe(1);
    expect(await get({ kind: 'service', id: 'contacts', siteId })).toEqual({ secret, version });
    await expect(get({ kind: 'service', id: 'dialogs', siteId })).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    await expect(get({ kind: 'service', id: 'contacts', siteId: 'other' })).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    });
    const stored = await admin.service.app.get<Connection>(MONGO_CONNECTION).collection('sites').find().toArray();
    expect(JSON.stringify(stored)).not.toContain(secret);
    expect(JSON.stringify(published)).not.toContain(secret);
  });

  it('knows no other kinds of settings', async () => {
    const actor: Actor = { kind: 'service', id: 'dialogs' };
    await expect(admin.settings.call('snapshot', { kind: 'secret' }, { actor })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    await expect(admin.settings.call('snapshot', { kind: 'site' }, { actor: superadmin })).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    });
  });

  it('publishes what a crash left unpublished, and finishes a site whose making was cut short', async () => {
    const siteId = await createSite('Cut short');
    const connection = admin.service.app.get<Connection>(MONGO_CONNECTION);
    await until(() => latest(siteId), { what: 'the site on the bus' });
    await connection.collection('operators').updateOne({ _id: superadmin.id as never }, {
      $pull: { sites: { siteId } },
    } as never);
    await connection
      .collection('sites')
      .updateOne(
        { _id: siteId as never },
        { $set: { name: 'Stored only', grantTo: superadmin.id, outboxSince: new Date(0) }, $inc: { version: 1 } },
      );
    const replica = await startAdmin(env);
    await until(() => latest(siteId)?.version === 2, { what: 'the stored state on the bus' });
    await until(
      async () =>
        (await replica.operators()).find(({ id }) => id === superadmin.id)?.sites.some((s) => s.siteId === siteId),
      { what: 'the role of the maker' },
    );
    await replica.stop();
  });
});

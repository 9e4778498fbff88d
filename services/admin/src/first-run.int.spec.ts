import { MONGO_CONNECTION } from '@beseda/mongo';
import { type TestMongo, startTestMongo } from '@beseda/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Connection } from 'mongoose';
import { FIRST_PASSWORD, type RunningAdmin, startAdmin, testEnv } from './testing/running-admin.js';

describe('the first start', () => {
  let mongo: TestMongo;
  const running: RunningAdmin[] = [];
  const start = async (env: Record<string, string>): Promise<RunningAdmin> => {
    const admin = await startAdmin(env);
    running.push(admin);
    return admin;
  };
  beforeAll(async () => {
    mongo = await startTestMongo();
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((admin) => admin.stop()));
  });
  afterAll(() => mongo.stop());

  it('makes a site and a superadmin with a generated password, and tells it once', async () => {
    const env = testEnv(mongo.uri);
    const admin = await start(env);
    const { siteId, login, password = '' } = admin.first;
    expect(login).toBe('admin@localhost');
    expect(password).toMatch(/^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/);
    expect(await admin.sites()).toMatchObject([{ id: siteId, name: 'Beseda', domains: [], maxFileBytes: 2_097_152 }]);
    const session = await admin.login(login, password);
    expect(session.operator).toMatchObject({ email: login, sites: [{ siteId, role: 3 }] });
    await admin.first.shown();
    expect(admin.first.password).toBeUndefined();
    await admin.stop();
    running.length = 0;

    const again = await start(env);
    expect(again.first).toMatchObject({ siteId, login });
    expect(again.first.password).toBeUndefined();
    expect(await again.sites()).toHaveLength(1);
    expect(await again.operators()).toHaveLength(1);
    await again.login(login, password);
  });

  it('tells the same password again when the first start ended before anyone could read it', async () => {
    const env = testEnv(mongo.uri);
    const killed = await start(env);
    const { password } = killed.first;
    await killed.stop();
    running.length = 0;
    expect((await start(env)).first.password).toBe(password);
  });

  it.each(['operators', 'sites', 'operators,sites'])(
    'finishes what was cut short before %s were stored',
    async (lost) => {
      const env = testEnv(mongo.uri);
      const first = await start(env);
      const { siteId, password = '' } = first.first;
      const connection = first.service.app.get<Connection>(MONGO_CONNECTION);
      for (const name of ['operators', ...lost.split(',')]) await connection.collection(name).deleteMany({});
      await first.stop();
      running.length = 0;

      const again = await start(env);
      expect(again.first).toMatchObject({ siteId, password });
      expect((await again.sites()).map(({ id }) => id)).toEqual([siteId]);
      expect((await again.login('admin@localhost', password)).operator?.sites).toMatchObject([{ siteId, role: 3 }]);
    },
  );

  it('takes e-mail, password and name of the site from the environment, once', async () => {
    const env = testEnv(mongo.uri, {
      BESEDA_ADMIN_EMAIL: 'Anna.Petrova@Shop.Example',
      BESEDA_ADMIN_PASSWORD: FIRST_PASSWORD,
      BESEDA_SITE_NAME: 'Shop',
    });
    const admin = await start(env);
    expect(admin.first.login).toBe('anna.petrova@shop.example');
    expect(admin.first.password).toBeUndefined();
    expect((await admin.sites())[0]?.name).toBe('Shop');
    expect((await admin.login('ANNA.petrova@shop.example ', FIRST_PASSWORD)).operator?.name).toBe('Anna Petrova');
    await admin.stop();
    running.length = 0;

    const again = await start({ ...env, BESEDA_ADMIN_EMAIL: 'x@y.z', BESEDA_ADMIN_PASSWORD: 'another password' });
    expect(again.first.login).toBe('anna.petrova@shop.example');
    await expect(again.login('x@y.z', 'another password')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('makes one site and one operator when replicas start together, and one of them tells the password', async () => {
    const env = testEnv(mongo.uri);
    const replicas = await Promise.all([start(env), start(env), start(env)]);
    const [one] = replicas;
    expect(await one?.sites()).toHaveLength(1);
    expect(await one?.operators()).toHaveLength(1);
    expect(new Set(replicas.map(({ first }) => first.siteId)).size).toBe(1);
    const told = replicas.flatMap(({ first }) => first.password ?? []);
    expect(told).toHaveLength(1);
    await Promise.all(replicas.map((replica) => replica.login('admin@localhost', told[0] ?? '')));
  });

  it('refuses a short first password by the name of its key', async () => {
    await expect(start(testEnv(mongo.uri, { BESEDA_ADMIN_PASSWORD: 'short' }))).rejects.toThrow(
      'BESEDA_ADMIN_PASSWORD must have at least 8 characters',
    );
  });
});

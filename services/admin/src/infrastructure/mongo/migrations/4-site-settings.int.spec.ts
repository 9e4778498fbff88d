import { MONGO_CONNECTION, runMigrations } from '@beseda/mongo';
import { type TestMongo, startTestMongo, until } from '@beseda/testing';
import type { settingsV1 } from '@beseda/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Connection, createConnection, type mongo } from 'mongoose';
import { FIRST_PASSWORD, testEnv } from '../../../testing/running-admin.js';
import { newest, person, startSites } from '../../../testing/running-sites.js';
import { MIGRATIONS } from '../migrations.js';

interface Stored {
  _id: string;
  [field: string]: unknown;
}

/** A site as the first version stored it. */
const earlier = (id: string, createdAt: string, more: object = {}): Stored => ({
  ...{
    _id: id,
    version: 4,
    correlationId: '',
    createdAt: new Date(createdAt),
    name: `Site ${id}`,
    domains: ['shop.example'],
  },
  widget: { color: '#123456', language: 'ru', greeting: { ru: 'Привет', en: 'Hi' }, poweredBy: true },
  ...{ reopenWindowHours: 48, maxFileBytes: 1_000, identitySecret: Buffer.from('sealed'), identitySecretVersion: 1 },
  ...more,
});

describe('sites of an earlier version', () => {
  let server: TestMongo;
  let connection: Connection;
  beforeAll(async () => {
    server = await startTestMongo();
    connection = await createConnection(server.uri).asPromise();
  });
  afterAll(async () => {
    await connection?.close();
    await server?.stop();
  });

  const earlierDatabase = async (name: string, sites: Stored[]): Promise<mongo.Db> => {
    const db = connection.useDb(name).db;
    if (!db) throw new Error('there is no database');
    await runMigrations(db, MIGRATIONS.slice(0, 3));
    await db.collection<Stored>('sites').insertMany(sites);
    return db;
  };

  it('get numbers in the order of their making and every new setting, looking as they did', async () => {
    const db = await earlierDatabase('order', [
      earlier('b', '2026-02-01T00:00:00Z'),
      earlier('c', '2026-01-01T00:00:00Z', { widget: { color: '#654321', language: 'auto', poweredBy: true } }),
      earlier('a', '2026-02-01T00:00:00Z', { name: 'x'.repeat(200) }),
    ]);
    await runMigrations(db, MIGRATIONS);
    const stored = await db.collection<Stored>('sites').find().sort({ number: 1 }).toArray();
    expect(stored.map(({ _id, number }) => [_id, number])).toEqual([
      ['c', 1],
      ['a', 2],
      ['b', 3],
    ]);
    expect(stored[2]).toMatchObject({
      ...{
        version: 4,
        name: 'Site b',
        reopenWindowHours: 48,
        senderName: 'Site b',
        offline: { enabled: false, ask: 'email' },
      },
      widget: {
        color: '#123456',
        language: 'ru',
        greeting: { ru: 'Привет' },
        hideCaption: true,
        corner: 'bottom-right',
      },
    });
    expect(stored[0]?.['widget']).toMatchObject({ color: '#654321', greeting: { en: expect.any(String) } });
    expect(String(stored[1]?.['senderName'])).toHaveLength(100);
  });

  it('keep the numbers they have when the migration was cut short', async () => {
    const db = await earlierDatabase('cut', [
      earlier('b', '2026-02-01T00:00:00Z'),
      earlier('a', '2026-01-01T00:00:00Z'),
      earlier('z', '2026-03-01T00:00:00Z', { number: 2 }),
    ]);
    await runMigrations(db, MIGRATIONS);
    const stored = await db.collection<Stored>('sites').find().sort({ _id: 1 }).toArray();
    expect(stored.map(({ _id, number }) => [_id, number])).toEqual([
      ['a', 3],
      ['b', 4],
      ['z', 2],
    ]);
  });

  it('are migrated once by replicas that start together, and published with their addresses', async () => {
    const env = testEnv(server.uri, { BESEDA_ADMIN_PASSWORD: FIRST_PASSWORD, BESEDA_MAIL_DOMAIN: 'mail.example.org' });
    const name = `${env['BESEDA_PREFIX'] ?? ''}beseda_admin`;
    const sites = Array.from({ length: 20 }, (_, i) =>
      earlier(`site-${String(i).padStart(2, '0')}`, new Date(Date.UTC(2026, 0, 1 + i)).toISOString()),
    );
    await earlierDatabase(name, sites);
    const installation = {
      siteId: 'site-00',
      operatorId: 'first',
      login: 'admin@localhost',
      passwordNonce: Buffer.alloc(16),
    };
    await connection
      .useDb(name)
      .collection<Stored>('installation')
      .insertOne({
        ...{ _id: 'installation', ...installation, passwordShown: true, createdAt: new Date() },
      });
    const replicas = await Promise.all([startSites(env), startSites(env), startSites(env)]);
    const [one] = replicas;
    if (!one) throw new Error('no replica started');
    try {
      const published = await one.listen();
      const last = 'site-19';
      await until(() => newest(published, 'site', last)?.version === 5, { what: 'the last site on the bus' });
      const snapshot = await one.snapshot('site');
      const numbers = snapshot.map(({ value }) => (value?.$case === 'site' ? value.value.number : 0));
      expect(numbers).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
      expect(snapshot.map(({ version }) => version)).toEqual(Array.from({ length: 20 }, () => 5));
      const { sender } = newest(published, 'site', last)?.value?.value as settingsV1.SiteSettings;
      expect(sender).toEqual({ name: 'Site site-19', address: 'site-site-19@app20.mail.example.org' });
      const actor = person(last, 'admin');
      const views = await Promise.all(replicas.map(({ admin }) => admin.call('getSite', {}, { actor })));
      expect(views.map(({ version }) => version)).toEqual([5, 5, 5]);
      const applied = await one.service.app
        .get<Connection>(MONGO_CONNECTION)
        .collection('migrations')
        .find({ _id: 4 as never })
        .toArray();
      expect(applied).toHaveLength(1);
      expect(
        (await one.admin.call('getSite', {}, { actor: person(await one.createSite('Next'), 'admin') })).site?.number,
      ).toBe(21);
    } finally {
      await Promise.all(replicas.map((replica) => replica.stop()));
    }
  });
});

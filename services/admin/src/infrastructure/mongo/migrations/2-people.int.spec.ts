import { runMigrations } from '@beseda/mongo';
import { type TestMongo, startTestMongo } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Connection, createConnection } from 'mongoose';
import { MIGRATIONS } from '../migrations.js';

interface Stored {
  _id: string;
  [field: string]: unknown;
}

describe('operators of an earlier version', () => {
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

  it('get what is new, once, with several replicas starting together; those who have it keep it', async () => {
    const { db } = connection.useDb('earlier');
    if (!db) throw new Error('there is no database');
    await runMigrations(db, MIGRATIONS.slice(0, 1));
    const operators = db.collection<Stored>('operators');
    const earlier = { version: 3, name: 'A', internalName: '', disabled: false, tokenVersion: 2, passwordHash: 'h' };
    const sites = [
      { siteId: 's1', role: 'admin' },
      { siteId: 's2', role: 'operator' },
    ];
    await operators.insertMany([
      { _id: 'a', email: 'a@x', ...earlier, sites },
      // As a migration cut short leaves it.
      {
        ...{ _id: 'b', email: 'b@x', ...earlier, endedSessions: [], invited: true },
        sites: [{ siteId: 's1', role: 'admin', visibility: 'own', noContactExport: true, noMassMailing: false }],
      },
    ]);
    const applied = await Promise.all([1, 2, 3].map(() => runMigrations(db, MIGRATIONS)));
    expect(applied.flatMap((one) => one.applied).filter((version) => version === 2)).toHaveLength(1);
    const all = { visibility: 'all', noContactExport: false, noMassMailing: false };
    expect(await operators.findOne({ _id: 'a' })).toMatchObject({
      ...{ version: 3, tokenVersion: 2, avatarFileId: '', locale: '', theme: '', invited: false, endedSessions: [] },
      sites: sites.map((site) => ({ ...site, ...all })),
    });
    expect(await operators.findOne({ _id: 'b' })).toMatchObject({
      invited: true,
      sites: [{ visibility: 'own', noContactExport: true }],
    });
    const names = async (collection: string) => (await db.collection(collection).indexes()).map(({ name }) => name);
    expect(await names('operators')).toContain('operators_of_site');
    expect(await names('mails')).toEqual(expect.arrayContaining(['mails_due', 'mails_forget']));
    expect(await names('teams')).toContain('teams_forget');
  });
});

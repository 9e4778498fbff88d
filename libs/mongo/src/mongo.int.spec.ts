import { AppError } from '@beseda/errors';
import { type TestMongo, cuttableProxy, startTestMongo, until } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Connection, type Model, Schema } from 'mongoose';
import {
  type IndexDefinition,
  InjectConnection,
  InjectModel,
  MIGRATIONS_COLLECTION,
  type Migration,
  MongoModule,
  ensureIndexes,
  indexUsed,
  isDuplicateKey,
  mongoCall,
  mongoReadiness,
  openMongo,
  runMigrations,
} from './index.js';

let server: TestMongo;
const open: Connection[] = [];

async function database(migrations: readonly Migration[] = []): Promise<Connection> {
  const connection = await openMongo({ uri: server.uri, dbName: server.dbName('mongo'), maxPoolSize: 4, migrations });
  open.push(connection);
  return connection;
}

const dbOf = (connection: Connection): NonNullable<Connection['db']> => {
  if (!connection.db) throw new Error('not open');
  return connection.db;
};

beforeAll(async () => {
  server = await startTestMongo();
});

afterAll(async () => {
  await Promise.all(open.map((connection) => connection.close()));
  await server.stop();
});

describe('migrations', () => {
  const counting = (ran: number[], pause = 0): Migration[] =>
    [1, 2, 3].map((version) => ({
      version,
      name: `step ${version}`,
      async up(db) {
        ran.push(version);
        const seen = db.collection<{ _id: string; at: number[] }>('order');
        for (let round = 0; round <= pause; round += 1) await seen.findOne({ _id: 'x' });
        await seen.updateOne({ _id: 'x' }, { $push: { at: version } }, { upsert: true });
      },
    }));

  it('runs each once, in order, when many replicas start together', async () => {
    const db = dbOf(await database());
    const ran: number[] = [];
    const results = await Promise.all(Array.from({ length: 6 }, () => runMigrations(db, counting(ran, 20))));
    expect(ran).toEqual([1, 2, 3]);
    expect(results.flatMap(({ applied }) => applied)).toEqual([1, 2, 3]);
    expect(await db.collection(MIGRATIONS_COLLECTION).countDocuments({})).toBe(3); // and the lock is gone
    expect(await runMigrations(db, counting(ran))).toEqual({ applied: [] });
  });

  it('takes over the lock of a replica that died', async () => {
    const db = dbOf(await database());
    await db
      .collection<{ _id: string; owner: string; expiresAt: Date }>(MIGRATIONS_COLLECTION)
      .insertOne({ _id: 'lock', owner: 'dead', expiresAt: new Date(Date.now() + 150) });
    const ran: number[] = [];
    await runMigrations(db, counting(ran));
    expect(ran).toEqual([1, 2, 3]);
  });

  it('gives up waiting with a retryable error', async () => {
    const db = dbOf(await database());
    await db
      .collection<{ _id: string; owner: string; expiresAt: Date }>(MIGRATIONS_COLLECTION)
      .insertOne({ _id: 'lock', owner: 'busy', expiresAt: new Date(Date.now() + 60_000) });
    await expect(runMigrations(db, counting([]), { waitMs: 0 })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('goes on where a failed one stopped', async () => {
    const db = dbOf(await database());
    const ran: number[] = [];
    const steps = counting(ran);
    const broken = steps.map((step) =>
      step.version === 2 ? { ...step, up: () => Promise.reject(new Error('x')) } : step,
    );
    await expect(runMigrations(db, broken)).rejects.toThrow('migration 2 ("step 2")');
    await runMigrations(db, steps);
    expect(ran).toEqual([1, 2, 3]);
  });

  it('refuses a database of newer or of other code', async () => {
    const db = dbOf(await database());
    const steps = counting([]);
    await runMigrations(db, steps);
    await expect(runMigrations(db, steps.slice(0, 2))).rejects.toThrow(
      /newer version: it has migration 3 \("step 3"\)/,
    );
    const other = steps.map((step) => ({ ...step, name: `other ${step.version}` }));
    await expect(runMigrations(db, other)).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    await expect(runMigrations(db, steps.slice(1))).rejects.toThrow('must have the version 1');
  });
});

describe('indexes', () => {
  it('are made once, named, used, and unique ones tell their name', async () => {
    const indexes: IndexDefinition[] = [
      { key: { site: 1, at: -1 }, name: 'list_by_activity' },
      { key: { openKey: 1 }, name: 'open_key', unique: true, sparse: true },
    ];
    const connection = await database([
      { version: 1, name: 'indexes', up: (db) => ensureIndexes(db, 'things', indexes) },
    ]);
    const db = dbOf(connection);
    await ensureIndexes(db, 'things', indexes);
    const things = db.collection('things');
    await things.insertMany([
      { site: 'a', at: 1, openKey: 'k' },
      { site: 'a', at: 2 },
      { site: 'b', at: 3 },
    ]);
    expect(indexUsed(await things.find({ site: 'a' }).sort({ at: -1 }).explain())).toBe('list_by_activity');
    expect(indexUsed(await things.find({ nothing: 1 }).explain())).toBe('COLLSCAN');
    const again = await things.insertOne({ openKey: 'k' }).catch((error: unknown) => error);
    expect(isDuplicateKey(again, 'open_key')).toBe(true);
    expect(isDuplicateKey(again, 'list_by_activity')).toBe(false);
  });
});

interface Pet {
  _id: string;
  name: string;
}
const petSchema = new Schema<Pet>({ _id: { type: String, required: true }, name: { type: String, required: true } });

describe('MongoModule', () => {
  @Injectable()
  class Pets {
    constructor(
      @InjectModel('Pet') readonly model: Model<Pet>,
      @InjectConnection() readonly connection: Connection,
    ) {}
  }

  it('gives connection and models, migrated, and closes at the end', async () => {
    const migrations: Migration[] = [
      { version: 1, name: 'pets', up: (db) => ensureIndexes(db, 'pets', [{ key: { name: 1 }, name: 'by_name' }]) },
    ];
    @Module({
      imports: [
        MongoModule.forRoot({
          uri: server.uri,
          dbName: server.dbName('module'),
          migrations,
          models: [{ name: 'Pet', schema: petSchema, collection: 'pets' }],
        }),
      ],
      providers: [Pets],
    })
    class App {}
    const app = await NestFactory.createApplicationContext(App, { logger: false });
    const pets = app.get(Pets);
    await pets.model.create({ _id: 'a', name: 'Rex' });
    expect(await pets.model.findById('a').lean()).toMatchObject({ name: 'Rex' });
    expect(indexUsed(await pets.model.find({ name: 'Rex' }).explain())).toBe('by_name');
    await mongoReadiness(pets.connection).check();
    await app.close();
    expect(pets.connection.readyState).toBe(0);
    await expect(mongoReadiness(pets.connection).check()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

describe('outages', () => {
  it('are retryable, and over when the server is back', async () => {
    const target = new URL(server.uri);
    const proxy = await cuttableProxy(Number(target.port), target.hostname);
    const uri = server.uri.replace(target.host, `127.0.0.1:${proxy.port}`);
    const warnings: string[] = [];
    const warn = (_fields: object, message: string): void => void warnings.push(message);
    const logger = { info: () => undefined, error: () => undefined, warn };
    const dbName = server.dbName('outage');
    const connection = await openMongo({ uri, dbName, maxPoolSize: 2, serverSelectionMs: 200, logger });
    try {
      const count = () => mongoCall(() => dbOf(connection).collection('x').countDocuments({}));
      expect(await count()).toBe(0);
      proxy.refuse(true);
      proxy.cut();
      for (let again = 0; again < 3; again += 1) {
        const error = await count().catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(AppError);
        expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
      }
      await expect(mongoReadiness(connection).check()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      proxy.refuse(false);
      expect(await until(async () => (await count()) === 0, { what: 'the database is back' })).toBe(true);
      connection.emit('disconnected'); // as the driver's monitor says it when its next heartbeat fails
      const before = [...warnings];
      expect(before).toContain('database connection lost');
      await connection.close(true);
      expect(warnings).toEqual(before); // closing is no outage
    } finally {
      await connection.close(true);
      await proxy.close();
    }
  });

  it('at start end with an error that says so', async () => {
    const nobody = openMongo({ uri: 'mongodb://127.0.0.1:1', dbName: 'x', connectWithinMs: 0, serverSelectionMs: 100 });
    await expect(nobody).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

import { afterAll, beforeAll } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import mongoose from 'mongoose';
import { startEmbeddedMongo, type EmbeddedMongo } from '../index.js';

export type Client = InstanceType<typeof mongoose.mongo.MongoClient>;
export type Db = ReturnType<Client['db']>;
export type Collection = ReturnType<Db['collection']>;

/** Runs against a real server: cases about this server's own limits are left out then. */
export const REAL_SERVER = process.env['MONGO_URL'] !== undefined;

export interface Fixture {
  readonly uri: () => string;
  readonly client: () => Client;
  /** The file's own database, dropped at the end. */
  readonly db: () => Db;
  /** A new collection at every call. */
  readonly collection: () => Collection;
  /** Work to do at the end while the server still runs. */
  readonly atEnd: (work: () => Promise<unknown>) => void;
}

/** A server and a database of its own for one spec file: `MONGO_URL`, else the embedded server in this thread. */
export function mongo(): Fixture {
  const name = `conformance_${randomBytes(6).toString('hex')}`;
  let server: EmbeddedMongo | undefined;
  let client: Client | undefined;
  let uri = process.env['MONGO_URL'] ?? '';
  let count = 0;
  const endings: Array<() => Promise<unknown>> = [];
  const connected = (): Client => {
    if (!client) throw new Error('not connected yet');
    return client;
  };
  beforeAll(async () => {
    if (!REAL_SERVER) {
      server = await startEmbeddedMongo({
        path: ':memory:',
        inThread: true,
        onFault: (e) => process.stderr.write(`${e.stack ?? e.message}\n`),
      });
      uri = server.uri;
    }
    client = await mongoose.mongo.MongoClient.connect(uri);
  });
  afterAll(async () => {
    for (const work of endings) await work();
    await client?.db(name).dropDatabase();
    await client?.close();
    await server?.stop();
  });
  return {
    uri: () => uri,
    client: connected,
    db: () => connected().db(name),
    atEnd: (work) => void endings.push(work),
    collection: () => connected().db(name).collection(`c${++count}`),
  };
}

/** The error code of a rejected promise (of its first write error, when the whole has none); undefined when it resolves. */
export async function codeOf(work: Promise<unknown>): Promise<number | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    // The driver's MongoServerError carries the server's code; anything else is a fault of the test.
    const { code } = error as { code?: unknown };
    if (typeof code !== 'number') throw error;
    return code;
  }
}

import { randomBytes } from 'node:crypto';

/** A MongoDB for one test file. */
export interface TestMongo {
  /** Connection string without a database. */
  readonly uri: string;
  /** A database name of its own at every call: `<prefix>_<8 hex digits>`. */
  dbName(prefix: string): string;
  /** Stops the server if this call started it; one that others use too is left alone. */
  stop(): Promise<void>;
}

/**
 * The server of `MONGO_URL` when that is set, else the one that all files of this run of Jest share (`jest.global-setup.js`),
 * else, outside Jest, an embedded one in this thread. Take database names of your own.
 */
export async function startTestMongo(): Promise<TestMongo> {
  const dbName = (prefix: string): string => `${prefix}_${randomBytes(4).toString('hex')}`;
  const shared = process.env['MONGO_URL'] || process.env['BESEDA_TEST_MONGO'];
  if (shared) return { uri: shared, dbName, stop: () => Promise.resolve() };
  const { startEmbeddedMongo } = await import('@beseda/embedded-mongo'); // only loaded by whoever needs it
  const server = await startEmbeddedMongo({ path: ':memory:', inThread: true });
  return { uri: server.uri, dbName, stop: () => server.stop() };
}

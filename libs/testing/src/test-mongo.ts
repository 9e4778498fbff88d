import { randomBytes } from 'node:crypto';

/** A MongoDB for one test file. */
export interface TestMongo {
  /** Connection string without a database. */
  readonly uri: string;
  /** A database name of its own at every call: `<prefix>_<8 hex digits>`. */
  dbName(prefix: string): string;
  /** Stops the server if this call started it; a server named by `MONGO_URL` is left alone. */
  stop(): Promise<void>;
}

/** The server of `MONGO_URL` when that is set, else the embedded one in this thread, with everything in memory. */
export async function startTestMongo(): Promise<TestMongo> {
  const dbName = (prefix: string): string => `${prefix}_${randomBytes(4).toString('hex')}`;
  const external = process.env['MONGO_URL'];
  if (external) return { uri: external, dbName, stop: () => Promise.resolve() };
  const { startEmbeddedMongo } = await import('@beseda/embedded-mongo'); // only loaded by tests that need it
  const server = await startEmbeddedMongo({ path: ':memory:', inThread: true });
  return { uri: server.uri, dbName, stop: () => server.stop() };
}

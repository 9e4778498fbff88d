import { setTimeout as delay } from 'node:timers/promises';
import { AppError, appError } from '@beseda/errors';
import { retry } from '@beseda/timers';
import { type Connection, type ConnectOptions, createConnection, type Schema } from 'mongoose';
import { toMongoAppError } from './errors.js';
import { type MongoLogger, SILENT } from './logger.js';
import { type Migration, runMigrations } from './migrations.js';

/** A mongoose model of a service. */
export interface ModelDefinition {
  name: string;
  schema: Schema;
  /** Name of the collection; never derived from the model's name. */
  collection: string;
}

/** How a service reaches its database. */
export interface MongoOptions {
  uri: string;
  /** With the installation's prefix: `${prefix}beseda_dialogs`. */
  dbName: string;
  /** Connections at most (default 10). Small in the all-in-one, where several services share one server. */
  maxPoolSize?: number;
  /** The whole list of the database's owner. Left out by a tool that takes the database as it is. */
  migrations?: readonly Migration[];
  models?: readonly ModelDefinition[];
  logger?: MongoLogger;
  /** How long the first connection is tried, milliseconds (default 30,000). */
  connectWithinMs?: number;
  /** How long one operation waits for a usable server, milliseconds (default 5,000; the driver's 30 s would hide an outage). */
  serverSelectionMs?: number;
}

/** Something that tells whether a service can work. `check` throws when it cannot. */
export interface ReadinessProbe {
  name: string;
  check(): Promise<void>;
}

const SERVER_SELECTION_MS = 5_000;
/** A ping that takes longer counts as an outage; milliseconds. */
const PING_MS = 2_000;
/** Between two attempts to connect. */
const PAUSES = { firstMs: 500, longestMs: 500 };

const connectOptions = (options: MongoOptions): ConnectOptions => ({
  dbName: options.dbName,
  maxPoolSize: options.maxPoolSize ?? 10,
  w: 'majority',
  readPreference: 'primary',
  serverSelectionTimeoutMS: options.serverSelectionMs ?? SERVER_SELECTION_MS,
  autoIndex: false,
  autoCreate: false,
  bufferCommands: false,
  appName: options.dbName,
});

function connect(options: MongoOptions, logger: MongoLogger): Promise<Connection> {
  const work = async (): Promise<Connection> => {
    const connection = createConnection(options.uri, connectOptions(options));
    try {
      return await connection.asPromise();
    } catch (error) {
      await connection.close(true).catch(() => undefined); // it was never open
      throw toMongoAppError(error);
    }
  };
  return retry(work, {
    ...PAUSES,
    until: Date.now() + (options.connectWithinMs ?? 30_000),
    // An outage is waited for; wrong credentials or a wrong address pattern are not.
    while: (error) => error instanceof AppError,
    onRetry: (_, error) => logger.warn({ database: options.dbName, err: error }, 'the database does not answer yet'),
  });
}

/**
 * Opens a connection of its own (nothing global: several services live in one process), runs the migrations and makes
 * the models. Writes wait for the majority, reads go to the primary.
 * @throws AppError UNAVAILABLE when no server answers in time; whatever {@link runMigrations} throws.
 */
export async function openMongo(options: MongoOptions): Promise<Connection> {
  const logger = options.logger ?? SILENT;
  const connection = await connect(options, logger);
  try {
    if (!connection.db) throw appError('UNAVAILABLE', 'The database connection was closed while it was opened.');
    if (options.migrations) await runMigrations(connection.db, options.migrations, { logger });
    for (const { name, schema, collection } of options.models ?? []) connection.model(name, schema, collection);
  } catch (error) {
    // Nobody will ever use this connection; the reason goes on to the caller.
    await connection.close(true).catch(() => undefined);
    throw toMongoAppError(error);
  }
  watch(connection, options.dbName, logger);
  return connection;
}

/** Outages are logged; our own closing is none. */
function watch(connection: Connection, database: string, logger: MongoLogger): void {
  let closing = false;
  connection.on('disconnecting', () => (closing = true));
  connection.on('disconnected', () => {
    if (!closing) logger.warn({ database }, 'database connection lost');
  });
  connection.on('reconnected', () => logger.info({ database }, 'database connection is back'));
}

/** Readiness: the server answers a ping within 2 s. `check` throws a retryable UNAVAILABLE otherwise. */
export function mongoReadiness(connection: Connection): ReadinessProbe {
  return {
    name: 'mongo',
    async check() {
      const timeout = new AbortController();
      const late = delay(PING_MS, undefined, { signal: timeout.signal, ref: false }).then(() => {
        throw appError('UNAVAILABLE', `The database did not answer within ${PING_MS} ms.`);
      });
      late.catch(() => undefined); // aborted or lost the race: either way nobody waits for it
      try {
        if (!connection.db) throw appError('UNAVAILABLE', 'The database is not connected.');
        await Promise.race([connection.db.admin().command({ ping: 1 }), late]);
      } catch (error) {
        // Any failure of a ping means that the database cannot be used now.
        const known = toMongoAppError(error);
        throw known instanceof AppError
          ? known
          : appError('UNAVAILABLE', 'The database refuses a ping.', { cause: error });
      } finally {
        timeout.abort();
      }
    },
  };
}

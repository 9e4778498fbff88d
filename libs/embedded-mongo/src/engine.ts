import type { ServerState } from './commands/context.js';
import { Cursors } from './cursors.js';
import { asError } from './errors.js';
import { WireServer, type OnFault } from './server.js';
import { Catalog } from './store/catalog.js';
import { Database } from './store/database.js';
import { Documents } from './store/documents.js';
import { sweepExpired } from './ttl.js';

export interface EngineOptions {
  readonly path: string;
  readonly port: number;
  readonly host: string;
  readonly ttlSweepMs: number;
  readonly now?: () => number;
  readonly onFault: OnFault;
}

/** A running server in this thread. */
export interface Engine {
  readonly port: number;
  readonly state: ServerState;
  stop(): Promise<void>;
}

/** @throws DataFileLockedError when another server holds the file */
export async function startEngine({
  path,
  port,
  host,
  ttlSweepMs,
  now = Date.now,
  onFault,
}: EngineOptions): Promise<Engine> {
  const database = new Database(path);
  const catalog = new Catalog(database);
  database.onRollback = () => catalog.reload();
  const state: ServerState = {
    database,
    catalog,
    documents: new Documents(catalog),
    cursors: new Cursors(now),
    now,
    startedAt: now(),
  };
  const server = new WireServer(state, onFault);
  const timer = setInterval(() => sweep(state, onFault), ttlSweepMs);
  timer.unref();
  const stop = async (): Promise<void> => {
    clearInterval(timer);
    state.cursors.close();
    await server.close();
    database.close();
  };
  try {
    return { port: await server.listen(port, host), state, stop };
  } catch (error) {
    // The port is taken: give the file free before saying so.
    await stop();
    throw error;
  }
}

function sweep(state: ServerState, onFault: OnFault): void {
  try {
    sweepExpired(state);
  } catch (error) {
    // A full disk or a fault of ours: reported, and tried again at the next sweep.
    onFault(asError(error));
  }
}

import type { ServerState } from './commands/context.js';
import { Cursors } from './cursors.js';
import { asError } from './errors.js';
import { SORT_BYTES } from './query/sort.js';
import { WireServer, type OnFault } from './server.js';
import { Catalog } from './store/catalog.js';
import { Database } from './store/database.js';
import { Documents } from './store/documents.js';
import { SWEEP_BATCH, sweepExpired } from './ttl.js';

export interface EngineOptions {
  readonly path: string;
  readonly port: number;
  readonly host: string;
  readonly ttlSweepMs: number;
  readonly now?: () => number;
  readonly onFault: OnFault;
  /** How much an in-memory sort may hold. */
  readonly sortBytes?: number;
  /** How long one slice of an index build may take; other commands are answered between slices. */
  readonly sliceMs?: number;
}

const SLICE_MS = 20;

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
  sortBytes = SORT_BYTES,
  sliceMs = SLICE_MS,
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
    sortBytes,
    sliceMs,
    builds: new Map(),
  };
  const server = new WireServer(state, onFault);
  let stopped = false;
  const timer = setInterval(() => sweep(state, () => stopped, onFault), ttlSweepMs);
  timer.unref();
  const stop = async (): Promise<void> => {
    stopped = true;
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

/** Goes on in the next turn while there is more than one call removes. */
function sweep(state: ServerState, stopped: () => boolean, onFault: OnFault): void {
  if (stopped()) return;
  try {
    if (sweepExpired(state) >= SWEEP_BATCH) setImmediate(() => sweep(state, stopped, onFault));
  } catch (error) {
    // A full disk or a fault of ours: reported, and tried again at the next sweep.
    onFault(asError(error));
  }
}

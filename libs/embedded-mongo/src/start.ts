import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { startEngine } from './engine.js';
import { asError, DataFileLockedError } from './errors.js';

/** Said once at every start. */
export const NOTICE =
  'Embedded MongoDB server: for trying out, development and tests only. For production set MONGO_URL to a real MongoDB.';

/** MongoDB sweeps expired documents once a minute. */
const TTL_SWEEP_MS = 60_000;

export interface EmbeddedMongoOptions {
  /** The SQLite file (its folder must exist), or `:memory:`. */
  readonly path: string;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  readonly host?: string;
  /** Run in the caller's thread: for tests. By default a worker thread of the built package keeps queries off the caller's loop. */
  readonly inThread?: boolean;
  /** How often documents of TTL indexes are looked through, in ms. Default 60,000. */
  readonly ttlSweepMs?: number;
  /** Gets {@link NOTICE}, e.g. to log it. */
  readonly onNotice?: (message: string) => void;
  /** Gets faults inside the server (disk full, a crash of the worker); a client's mistakes are answered, not reported. */
  readonly onFault?: (error: Error) => void;
}

export interface EmbeddedMongo {
  /** Connection string without a database. */
  readonly uri: string;
  readonly port: number;
  /** Commits, closes all connections and the file. */
  stop(): Promise<void>;
}

/** From worker to starter, and how both talk about errors. */
export type WorkerMessage =
  | { readonly kind: 'ready'; readonly port: number }
  | { readonly kind: 'failed'; readonly locked: boolean; readonly message: string }
  | { readonly kind: 'fault'; readonly message: string };

export interface WorkerOptions {
  readonly path: string;
  readonly port: number;
  readonly host: string;
  readonly ttlSweepMs: number;
}

/**
 * Starts a server that speaks the MongoDB wire protocol and keeps documents in SQLite.
 * @throws DataFileLockedError when another process holds the file; the listen error (EADDRINUSE) when the port is taken
 */
export async function startEmbeddedMongo(options: EmbeddedMongoOptions): Promise<EmbeddedMongo> {
  const { path, port = 0, host = '127.0.0.1', inThread = false, ttlSweepMs = TTL_SWEEP_MS } = options;
  const onFault = options.onFault ?? ((): void => undefined);
  options.onNotice?.(NOTICE);
  const settings: WorkerOptions = { path, port, host, ttlSweepMs };
  const { port: bound, stop } = inThread
    ? await startEngine({ ...settings, onFault })
    : await startWorker(settings, onFault);
  return { uri: `mongodb://${host}:${bound}/`, port: bound, stop };
}

function startWorker(
  settings: WorkerOptions,
  onFault: (error: Error) => void,
): Promise<{ port: number; stop(): Promise<void> }> {
  const entry = fileURLToPath(new URL('../dist/worker.js', import.meta.url));
  if (!existsSync(entry))
    throw new Error('The embedded MongoDB server is not built: run its build script, or start it with inThread: true');
  const worker = new Worker(entry, { workerData: settings });
  let stopping = false;
  const exited = new Promise<number>((resolve) => worker.once('exit', resolve));
  const stop = async (): Promise<void> => {
    stopping = true;
    worker.postMessage('stop');
    await exited;
  };
  return new Promise((resolve, reject) => {
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'ready') resolve({ port: message.port, stop });
      else if (message.kind === 'failed')
        reject(message.locked ? new DataFileLockedError(settings.path) : new Error(message.message));
      else onFault(new Error(message.message));
    });
    worker.once('error', (error) => {
      onFault(asError(error));
      reject(asError(error));
    });
    void exited.then((code) => {
      if (!stopping) reject(new Error(`The embedded MongoDB server ended with code ${code}`));
    });
  });
}

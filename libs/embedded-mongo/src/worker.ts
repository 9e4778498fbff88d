import { parentPort, workerData } from 'node:worker_threads';
import { startEngine } from './engine.js';
import { asError, DataFileLockedError } from './errors.js';
import type { WorkerMessage, WorkerOptions } from './start.js';

/** Entry of the worker thread that `startEmbeddedMongo` starts. */
const post = (message: WorkerMessage): void => parentPort?.postMessage(message);

try {
  const engine = await startEngine({
    ...(workerData as WorkerOptions),
    onFault: (error) => post({ kind: 'fault', message: asError(error).message }),
  });
  parentPort?.once('message', () => {
    void engine.stop().then(() => process.exit(0));
  });
  post({ kind: 'ready', port: engine.port });
} catch (error) {
  // The file is locked or the port taken: the starter throws it in its own thread.
  post({ kind: 'failed', locked: error instanceof DataFileLockedError, message: asError(error).message });
}

import { dirname } from 'node:path';
import { startEmbeddedMongo } from '@beseda/embedded-mongo';
import { DataFolder } from '@beseda/installation';
import { onSignal, tellStarter } from '@beseda/service-defaults';

/** When the starter was killed the services end first: they still have things to write. Milliseconds. */
const SERVICES_END_MS = 4_000;

// The embedded MongoDB server as a process of its own: DATABASE_FILE on DATABASE_PORT of loopback.
const { DATABASE_FILE: file = '', DATABASE_PORT: port = '0' } = process.env;

try {
  // A restart too must not begin a new installation in place of the one that is gone.
  const path = new DataFolder(dirname(file)).database();
  const server = await startEmbeddedMongo({
    path,
    port: Number(port),
    onFault: (error) => {
      process.stderr.write(`${error.stack ?? error.message}\n`);
      process.exit(1);
    },
  });
  const stop = onSignal(() => server.stop());
  process.once('disconnect', () => setTimeout(stop, SERVICES_END_MS));
  await tellStarter({ kind: 'ready', facts: {} });
} catch (error) {
  // The file is locked or not ours, or the port is taken.
  const detail = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${detail}\n`);
  await tellStarter({ kind: 'failed', detail });
  process.exit(1);
}

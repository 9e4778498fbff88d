import { parseArgs } from 'node:util';
import { startEngine } from './engine.js';
import { asError } from './errors.js';
import { NOTICE } from './start.js';

/**
 * `node dist/cli.js --path data/mongo.sqlite [--port 27017] [--host 127.0.0.1] [--ttl-sweep-ms 60000]`
 * Prints one line `EMBEDDED_MONGO_READY {"uri","port","pid"}` when connections are accepted; SIGTERM and Ctrl+C stop it in order.
 */
const { values } = parseArgs({
  options: {
    path: { type: 'string' },
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    'ttl-sweep-ms': { type: 'string', default: '60000' },
  },
});

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

if (!values.path) fail('Which data file? Use --path <file> or --path :memory:');

try {
  const { path, host } = values;
  const engine = await startEngine({
    path,
    host,
    port: Number(values.port),
    ttlSweepMs: Number(values['ttl-sweep-ms']),
    onFault: (error) => process.stderr.write(`${error.stack ?? error.message}\n`),
  });
  process.stderr.write(`${NOTICE}\n`);
  process.stdout.write(
    `EMBEDDED_MONGO_READY ${JSON.stringify({ uri: `mongodb://${host}:${engine.port}/`, port: engine.port, pid: process.pid })}\n`,
  );
  const stop = (): void => void engine.stop().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  // The file is locked, no data file of ours, or the port is taken: one clear line.
  fail(asError(error).message);
}

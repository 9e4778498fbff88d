import { join } from 'node:path';
import { startStandIn } from './stand-in.ts';

/** Serves the built console with made-up data: `node test/serve.ts [port] [empty]`; password "secret-password". */
const [port = '4310', kind] = process.argv.slice(2);
const server = await startStandIn({
  dist: join(import.meta.dirname, '..', 'dist'),
  port: Number(port),
  empty: kind === 'empty',
});
process.stdout.write(`${server.url}\n`);

// What `npm run verify-dialog` and `npm run admin` run.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('./dist/cli.js', import.meta.url));
if (!existsSync(cli)) {
  process.stderr.write('Beseda is not built yet: run "npm run build" (or "npm start" once) first.\n');
  process.exit(1);
}
await import(cli);

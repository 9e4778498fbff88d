// `node tools/timed.mjs lint`: runs an npm script and says how long it took, for the table of `npm test`.
import { spawnSync } from 'node:child_process';

const [script] = process.argv.slice(2);
const began = performance.now();
const { status } = spawnSync('npm', ['run', '--silent', script], { stdio: 'inherit' });
process.stdout.write(`Took: ${script} ${((performance.now() - began) / 1_000).toFixed(1)} s\n`);
process.exitCode = status ?? 1;

// What `npm test` runs here: two files at once, then those that start a process a service, one at a time. With arguments it is
// Jest with these arguments.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const JEST = join(import.meta.dirname, '../node_modules/jest/bin/jest.js');
const given = process.argv.slice(2);
const runs =
  given.length > 0
    ? [given]
    : [
        ['--selectProjects', 'e2e-sites', 'e2e'],
        ['--selectProjects', 'e2e-services', '--runInBand'],
      ];

for (const args of runs) {
  const { status } = spawnSync(process.execPath, ['--experimental-vm-modules', '--no-warnings', JEST, ...args], {
    cwd: import.meta.dirname,
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = status ?? 1;
}

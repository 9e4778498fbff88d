// What every way of starting does first: it looks at Node and builds what changed (cached).
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** Builds what changed since the last time; says in one line what is missing and ends the process when it cannot. */
export function buildBeseda(command) {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 24) {
    fail(
      `Beseda runs on Node 24, and this is Node ${process.versions.node} on ${process.platform}-${process.arch}. ` +
        (existsSync(join(root, 'node_modules/.bin/node'))
          ? `Start it with "${command}", which uses the Node 24 that npm installed.`
          : `npm brings Node 24 along on Linux x64 and arm64; elsewhere install Node 24 and run "${command}" again.`),
    );
  }
  if (!existsSync(join(root, 'node_modules/nx'))) fail('The packages are not installed yet: run "npm ci" first.');

  const built = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/nx/dist/bin/nx.js'),
      'run-many',
      '-t',
      'build',
      '--exclude=@beseda/e2e',
      '--outputStyle=static',
      '--parallel=2',
    ],
    { cwd: root, encoding: 'utf8', env: { ...process.env, NX_DAEMON: 'false', FORCE_COLOR: '0' } },
  );
  if (built.status !== 0) fail(`The build failed:\n${built.stdout}\n${built.stderr}`);
}

// What `npm run proto` runs: lint, format, breaking changes, generated code, docs/events.md. With --check it changes nothing
// and exits 1 when something is not current. With --baseline it also accepts today's contracts as the new baseline.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { eventTypesModule } from './event-types.mjs';
import { eventsPage } from './events-page.mjs';

const root = join(import.meta.dirname, '..');
const check = process.argv.includes('--check');
const gen = join(root, 'libs/contracts/src/gen');
const page = join(root, 'docs/events.md');
const baseline = 'proto/baseline.binpb';

const buf = (...args) =>
  execFileSync(join(root, 'node_modules/.bin/buf'), args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64e6,
    stdio: ['ignore', 'pipe', 'inherit'],
  });

const filesOf = (dir) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
    .sort();
const contentOf = (dir) => JSON.stringify(filesOf(dir).map((name) => [name, readFileSync(join(dir, name), 'utf8')]));

const imageOf = () => JSON.parse(buf('build', 'proto', '-o', '-#format=json'));

/** Everything in `gen`; buf empties the folder first. */
function generate() {
  buf('generate');
  writeFileSync(join(gen, 'event-types.ts'), eventTypesModule(imageOf()));
}

const stale = [];
buf('lint', 'proto');
if (check) buf('format', 'proto', '-d', '--exit-code');
else buf('format', 'proto', '-w');
if (existsSync(join(root, baseline))) buf('breaking', 'proto', '--against', baseline);
if (process.argv.includes('--baseline')) buf('build', 'proto', '-o', baseline);

if (check) {
  const before = mkdtempSync(join(tmpdir(), 'beseda-gen-'));
  cpSync(gen, before, { recursive: true });
  generate();
  if (contentOf(before) !== contentOf(gen)) stale.push('libs/contracts/src/gen');
  rmSync(gen, { recursive: true });
  cpSync(before, gen, { recursive: true });
  rmSync(before, { recursive: true });
} else {
  generate();
}

const text = eventsPage(imageOf());
if (!check) writeFileSync(page, text);
else if (!existsSync(page) || readFileSync(page, 'utf8') !== text) stale.push('docs/events.md');

if (stale.length > 0) {
  process.stderr.write(`Not current: ${stale.join(', ')}. Run "npm run proto" and commit what it changes.\n`);
  process.exitCode = 1;
}

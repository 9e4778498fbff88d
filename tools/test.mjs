// What `npm test` runs: builds everything, then the tests of every project, then the scenarios across services.
// Tests that need Kafka share one broker: that of KAFKA_BROKERS, else one started here. Prints where the time went and, as its
// last line, the sum. Arguments are passed to Nx: `npm test -- --projects=@beseda/bus`; only `--with=lint,types` is ours: these
// checks run beside the tests of the projects, two things at a time.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { problem, startForRun } from './kafka/for-run.mjs';
import { Times } from './times.mjs';

const root = join(import.meta.dirname, '..');
const nx = join(root, 'node_modules/nx/dist/bin/nx.js');
const totals = { passed: 0, failed: 0, skipped: 0 };
const times = new Times();
// One seed for all faults of a run; BESEDA_SEED repeats another day's.
process.env.BESEDA_SEED ||= new Date().toISOString().slice(0, 10);

/** Runs Nx, shows what it prints, counts Jest's closing lines (those of cached results are printed again and count too). */
function run(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [nx, ...args], {
      cwd: root,
      env: { ...process.env, NX_DAEMON: 'false', FORCE_COLOR: '0', NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8').on('data', (chunk) => {
        process.stdout.write(chunk);
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        lines.forEach(read);
      });
      stream.on('end', () => read(rest));
    }
    child.on('close', (code) => resolve(code ?? 1));
  });
}

function read(line) {
  times.read(line);
  const summary = /^\s*Tests:\s+(.*\d+ total)/.exec(line);
  if (!summary) return;
  for (const [, number, word] of summary[1].matchAll(/(\d+) (passed|failed|skipped|todo)/g)) {
    totals[word === 'todo' ? 'skipped' : word] += Number(number);
  }
}

const given = process.argv.slice(2);
const beside = given.flatMap((arg) => (arg.startsWith('--with=') ? arg.slice('--with='.length).split(',') : []));
const extra = given.filter((arg) => !arg.startsWith('--with='));
const targets = (...names) => ['run-many', '-t', ...names, '--outputStyle=static'];
const steps = [
  ['build', [...targets('build'), '--parallel=2']],
  [
    ['tests of the projects', ...beside].join(', '),
    [...targets('test', ...beside), '--parallel=2', '--exclude=@beseda/e2e', ...extra],
  ],
  // The scenarios start the whole product and a browser: nothing else runs beside them.
  ...(extra.length === 0
    ? [['scenarios across services', [...targets('test'), '--parallel=1', '--projects=@beseda/e2e']]]
    : []),
];

const needs = problem();
if (needs) {
  process.stderr.write(`${needs}\n`);
  process.exit(1);
}

let failedSteps = 0;
let stopKafka = async () => {};
for (const [index, [name, args]] of steps.entries()) {
  if (index === 1) stopKafka = await startForRun(); // one broker for all tests
  const began = performance.now();
  const code = await run(args);
  times.part(name, performance.now() - began);
  if (code !== 0) failedSteps++;
  if (code !== 0 && index === 0) break;
}
await stopKafka();
// A step that failed without a failing test (a crash, a broken build, lint) must not look green.
if (failedSteps > 0 && totals.failed === 0) totals.failed = failedSteps;
if (totals.passed === 0) totals.failed ||= 1;
process.stdout.write(`${times.table()}\nFaults by seed: BESEDA_SEED=${process.env.BESEDA_SEED}\n`);
process.stdout.write(
  `\n${totals.passed} passed, ${totals.failed} failed${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ''}\n`,
);
process.exitCode = totals.failed > 0 ? 1 : 0;

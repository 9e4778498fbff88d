// What `npm test` runs: builds everything, then the tests of every project, then the scenarios across services.
// Tests that need Kafka share one broker: that of KAFKA_BROKERS, else one started here. Prints the sum as its last line. Arguments are passed to Nx: `npm test -- --projects=@beseda/bus`.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { problem, startForRun } from './kafka/for-run.mjs';

const root = join(import.meta.dirname, '..');
const nx = join(root, 'node_modules/nx/dist/bin/nx.js');
const totals = { passed: 0, failed: 0, skipped: 0 };

/** Runs Nx, shows what it prints, counts Jest's closing lines (those of cached results are printed again and count too). */
function run(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [nx, ...args], {
      cwd: root,
      env: { ...process.env, NX_DAEMON: 'false', FORCE_COLOR: '0', NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let rest = '';
    const read = (chunk) => {
      process.stdout.write(chunk);
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) count(line);
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    child.on('close', (code) => {
      count(rest);
      resolve(code ?? 1);
    });
  });
}

function count(line) {
  const summary = /^\s*Tests:\s+(.*\d+ total)/.exec(line);
  if (!summary) return;
  for (const [, number, word] of summary[1].matchAll(/(\d+) (passed|failed|skipped|todo)/g)) {
    totals[word === 'todo' ? 'skipped' : word] += Number(number);
  }
}

const extra = process.argv.slice(2);
const steps = [
  ['run-many', '-t', 'build', '--parallel=2', '--outputStyle=static'],
  ['run-many', '-t', 'test', '--parallel=2', '--outputStyle=static', '--exclude=@beseda/e2e', ...extra],
  // The scenarios start the whole product and a browser: nothing else runs beside them.
  ...(extra.length === 0
    ? [['run-many', '-t', 'test', '--parallel=1', '--outputStyle=static', '--projects=@beseda/e2e']]
    : []),
];

const needs = problem();
if (needs) {
  process.stderr.write(`${needs}\n`);
  process.exit(1);
}

let failedSteps = 0;
let stopKafka = async () => {};
for (const [index, step] of steps.entries()) {
  if (index === 1) stopKafka = await startForRun(); // one broker for all tests
  const code = await run(step);
  if (code !== 0) failedSteps++;
  if (code !== 0 && index === 0) break;
}
await stopKafka();
// A step that failed without a failing test (a crash, a broken build) must not look green.
if (failedSteps > 0 && totals.failed === 0) totals.failed = failedSteps;
if (totals.passed === 0) totals.failed ||= 1;
process.stdout.write(
  `\n${totals.passed} passed, ${totals.failed} failed${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ''}\n`,
);
process.exitCode = totals.failed > 0 ? 1 : 0;

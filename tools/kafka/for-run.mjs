// The Kafka of a whole run of tests: started once, named to them by BESEDA_TEST_KAFKA, gone when the run ends, however it ends.
// Not by KAFKA_BROKERS: what a test starts with the embedded bus would find that and use Kafka.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { missing } from './jars.mjs';

/** Whether tests need a Kafka that is not there yet. */
export const wanted = () =>
  !process.env.KAFKA_BROKERS && !process.env.BESEDA_TEST_KAFKA && process.env.BESEDA_SKIP_KAFKA !== '1';

/** What has to be installed before the tests can run; undefined when nothing has. */
export function problem() {
  const needs = wanted() ? missing() : undefined;
  return needs && `${needs}\nBESEDA_SKIP_KAFKA=1 leaves out the tests that need it.`;
}

/** Starts it; resolves to what stops it. Until then `process.env.BESEDA_TEST_KAFKA` names it. */
export async function startForRun() {
  if (!wanted()) return async () => {};
  const data = mkdtempSync(join(tmpdir(), 'beseda-kafka-run-'));
  const args = [join(import.meta.dirname, 'kafka.mjs'), '--piped', '--port', '0', '--data', data];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const ready = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('KAFKA_READY ')) resolve(JSON.parse(line.slice('KAFKA_READY '.length)));
    });
    child.once('exit', () => reject(new Error('Kafka did not start.')));
  });
  process.env.BESEDA_TEST_KAFKA = ready.brokers;
  return async () => {
    child.stdin.end(); // also what it sees when this process is killed
    await gone;
    delete process.env.BESEDA_TEST_KAFKA;
    rmSync(data, { recursive: true, force: true });
  };
}

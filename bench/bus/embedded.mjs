/**
 * Speed of the bus on its embedded log, beside the same bytes written and read by bare SQLite in the same run.
 *
 *   npx node bench/bus/embedded.mjs [--events 20000] [--rate 100] [--seconds 5] [--rounds 3]
 *
 * Prints for people on standard error and one line of JSON on standard output.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '20000' },
    rate: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
  },
});
const EVENTS = Number(values.events);
const RATE = Number(values.rate);
const SECONDS = Number(values.seconds);
const ROUNDS = Number(values.rounds);
const BATCH = 50; // events published together, as a drainer does with a full outbox
const KEYS = 200; // dialogs in motion
const VALUE = new Uint8Array(500).fill(7); // a message event with its envelope

const root = join(import.meta.dirname, '..', '..');
execFileSync(
  'npm',
  ['run', '--silent', 'build', '-w', '@beseda/errors', '-w', '@beseda/tracing', '-w', '@beseda/bus'],
  {
    cwd: root,
    stdio: ['ignore', 2, 2], // what builds print must not mix with the result
  },
);
const { createBus, embeddedAdapter, memoryParkedStore } = await import('@beseda/bus');

const folder = mkdtempSync(join(tmpdir(), 'beseda-bench-bus-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const say = (text) => process.stderr.write(`${text}\n`);
const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
const median = (list) =>
  quantile(
    [...list].sort((a, b) => a - b),
    0.5,
  );
const headers = {
  ce_id: '0198c0de-0000-7000-8000-000000000000',
  ce_type: 'message.posted',
  ce_source: 'bench',
  ce_time: '2026-01-01T00:00:00Z',
};
const record = (n) => ({ topic: 'beseda.bench.v1', key: `dialog-${n % KEYS}`, value: VALUE, headers });

/** Bare SQLite: the same bytes in one table, in transactions of `batch`, each read back after its commit. */
function floor(name, batch) {
  const db = new DatabaseSync(join(folder, `${name}.sqlite`));
  db.exec(
    'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE log (key TEXT, value BLOB, headers TEXT, ts INTEGER)',
  );
  const insert = db.prepare('INSERT INTO log VALUES (?,?,?,?)');
  const select = db.prepare('SELECT key, value, headers, ts FROM log WHERE rowid > ?');
  const text = JSON.stringify(headers);
  const latencies = [];
  const start = performance.now();
  for (let n = 0; n < EVENTS; n += batch) {
    const began = performance.now();
    db.exec('BEGIN');
    for (let i = n; i < n + batch; i++) insert.run(`dialog-${i % KEYS}`, VALUE, text, 1);
    db.exec('COMMIT');
    if (select.all(n).length !== batch) throw new Error('the floor lost a row');
    latencies.push(performance.now() - began);
  }
  const seconds = (performance.now() - start) / 1_000;
  db.close();
  latencies.sort((a, b) => a - b);
  return { perSecond: EVENTS / seconds, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
}

/** Publish → handler, as fast as it goes, through one group. */
async function throughput(name) {
  const bus = createBus({ adapter: embeddedAdapter({ path: join(folder, `${name}.sqlite`) }) });
  let handled = 0;
  let finish;
  const done = new Promise((resolve) => (finish = resolve));
  await bus.subscribe({
    group: 'bench',
    topics: ['beseda.bench.v1'],
    parked: memoryParkedStore(),
    handler: async () => {
      await undefined;
      if (++handled === EVENTS) finish();
    },
  });
  const start = performance.now();
  for (let n = 0; n < EVENTS; n += BATCH) await bus.publish(Array.from({ length: BATCH }, (_, i) => record(n + i)));
  await done;
  const seconds = (performance.now() - start) / 1_000;
  await bus.close();
  return EVENTS / seconds;
}

/** Time from the call of publish to the handler, at a steady rate of single events. */
async function latency(name) {
  const bus = createBus({ adapter: embeddedAdapter({ path: join(folder, `${name}.sqlite`) }) });
  const began = [];
  const taken = [];
  const total = RATE * SECONDS;
  let finish;
  const done = new Promise((resolve) => (finish = resolve));
  await bus.subscribe({
    group: 'bench',
    topics: ['beseda.bench.v1'],
    parked: memoryParkedStore(),
    handler: (r) => {
      taken.push(performance.now() - began[Number(r.headers.n)]);
      if (taken.length === total) finish();
    },
  });
  for (let n = 0; n < total; n++) {
    began.push(performance.now());
    await bus.publish([{ ...record(n), headers: { ...headers, n: String(n) } }]);
    await new Promise((resolve) => setTimeout(resolve, 1_000 / RATE));
  }
  await done;
  await bus.close();
  taken.sort((a, b) => a - b);
  return { p50: quantile(taken, 0.5), p99: quantile(taken, 0.99) };
}

const rounds = [];
for (let round = 0; round < ROUNDS; round++) {
  const bare = floor(`floor-${round}`, BATCH);
  const bareSingle = floor(`floor-single-${round}`, 1);
  const perSecond = await throughput(`throughput-${round}`);
  const time = await latency(`latency-${round}`);
  rounds.push({ bare, bareSingle, perSecond, time });
  say(
    `round ${round + 1}: bus ${perSecond.toFixed(0)} events/s (bare SQLite ${bare.perSecond.toFixed(0)}), publish → handler ` +
      `p50 ${time.p50.toFixed(2)} ms p99 ${time.p99.toFixed(2)} ms (bare append + read p50 ${bareSingle.p50.toFixed(3)} p99 ${bareSingle.p99.toFixed(3)} ms)`,
  );
}
const of = (pick) => median(rounds.map(pick));
const result = {
  events: EVENTS,
  valueBytes: VALUE.length,
  eventsPerSecond: Math.round(of((r) => r.perSecond)),
  floorEventsPerSecond: Math.round(of((r) => r.bare.perSecond)),
  throughputRatio: Number(of((r) => r.perSecond / r.bare.perSecond).toFixed(3)),
  ratePerSecond: RATE,
  p50Ms: Number(of((r) => r.time.p50).toFixed(3)),
  p99Ms: Number(of((r) => r.time.p99).toFixed(3)),
  floorP50Ms: Number(of((r) => r.bareSingle.p50).toFixed(3)),
  floorP99Ms: Number(of((r) => r.bareSingle.p99).toFixed(3)),
};
process.stdout.write(`${JSON.stringify(result)}\n`);

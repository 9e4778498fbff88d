/**
 * Speed of the embedded MongoDB server (worker thread, client in this process), beside the same documents written and read by
 * bare SQLite in the same run, so that a slow or busy machine shows in both.
 *
 *   npx node bench/embedded-mongo/speed.mjs [--documents 100000] [--updates 10000] [--parallel 50] [--rounds 3]
 *
 * Prints for people on standard error and one line of JSON on standard output.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import mongoose from 'mongoose';

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '100000' },
    updates: { type: 'string', default: '10000' },
    parallel: { type: 'string', default: '50' },
    rounds: { type: 'string', default: '3' },
  },
});
const DOCUMENTS = Number(values.documents);
const UPDATES = Number(values.updates);
const PARALLEL = Number(values.parallel);
const ROUNDS = Number(values.rounds);
const SITES = 20;
const BODY = 'x'.repeat(350); // about 550 bytes of BSON, a dialog without its outbox

const root = join(import.meta.dirname, '..', '..');
execFileSync('npm', ['run', '--silent', 'build', '-w', '@beseda/embedded-mongo'], {
  cwd: root,
  stdio: ['ignore', 2, 2], // what builds print must not mix with the result
});
const { startEmbeddedMongo } = await import('@beseda/embedded-mongo');

const folder = mkdtempSync(join(tmpdir(), 'beseda-bench-mongo-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const say = (text) => process.stderr.write(`${text}\n`);
const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
const median = (list) => quantile([...list].sort((a, b) => a - b), 0.5); // prettier-ignore
const at = (i) => new Date(1_700_000_000_000 + i * 1000);
const document = (i) => ({
  _id: `d${i}`,
  siteId: `s${i % SITES}`,
  status: ['open', 'closed', 'finalized'][i % 3],
  openKey: `s${i % SITES}:chat:${i}`,
  lastAt: at(i),
  seq: 1,
  tags: ['a', 'b'],
  body: BODY,
});

/** `count` calls of `work(i)`, `parallel` at a time; per second and latencies in ms. */
async function measure(count, parallel, work) {
  const latencies = [];
  let next = 0;
  const start = performance.now();
  const lane = async () => {
    for (let i = next++; i < count; i = next++) {
      const began = performance.now();
      await work(i);
      latencies.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: parallel }, lane));
  const seconds = (performance.now() - start) / 1000;
  latencies.sort((a, b) => a - b);
  return { perSecond: count / seconds, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
}

/** Bare SQLite: the same update as one row and two index entries, `PARALLEL` in each transaction; and the page as one query. */
function floor() {
  const path = join(folder, 'floor.sqlite');
  rmSync(path, { force: true });
  const db = new DatabaseSync(path);
  db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  db.exec('CREATE TABLE d (id TEXT PRIMARY KEY, site TEXT, status TEXT, at INTEGER, body TEXT) WITHOUT ROWID');
  db.exec('CREATE INDEX page ON d (site, status, at)');
  const insert = db.prepare('INSERT INTO d VALUES (?,?,?,?,?)');
  const text = JSON.stringify(document(0));
  db.exec('BEGIN');
  for (let i = 0; i < DOCUMENTS; i++) insert.run(`d${i}`, `s${i % SITES}`, 'open', i, text);
  db.exec('COMMIT');
  const update = db.prepare('UPDATE d SET at = ?, body = ? WHERE id = ?');
  const start = performance.now();
  for (let i = 0; i < UPDATES; i += PARALLEL) {
    db.exec('BEGIN');
    for (let j = i; j < i + PARALLEL; j++) update.run(j, text, `d${(j * 7919) % DOCUMENTS}`);
    db.exec('COMMIT');
  }
  const updatesPerSecond = UPDATES / ((performance.now() - start) / 1000);
  const page = db.prepare('SELECT body FROM d WHERE site = ? AND status = ? ORDER BY at DESC LIMIT 50');
  const latencies = [];
  for (let i = 0; i < 500; i++) {
    const began = performance.now();
    page.all(`s${i % SITES}`, 'open').map((r) => JSON.parse(r.body));
    latencies.push(performance.now() - began);
  }
  db.close();
  return { updatesPerSecond, pageP50: median(latencies) };
}

/** A process from nothing to its ready line and first answered page. */
async function restart(path) {
  const began = performance.now();
  const child = spawn(
    process.execPath,
    ['--no-warnings', join(root, 'libs/embedded-mongo/dist/cli.js'), '--path', path],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let uri;
  for await (const line of createInterface({ input: child.stdout })) {
    uri = JSON.parse(line.slice(line.indexOf('{'))).uri;
    break;
  }
  const ready = performance.now() - began;
  const client = await mongoose.mongo.MongoClient.connect(uri);
  await client
    .db('bench')
    .collection('d')
    .find({ siteId: 's1', status: 'open' })
    .sort({ lastAt: -1 })
    .limit(50)
    .toArray();
  const page = performance.now() - began;
  await client.close();
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exited;
  return { ready, page };
}

const path = join(folder, 'bench.sqlite');
const server = await startEmbeddedMongo({ path });
const client = await mongoose.mongo.MongoClient.connect(server.uri, { maxPoolSize: PARALLEL });
const c = client.db('bench').collection('d');
await c.createIndex({ siteId: 1, status: 1, lastAt: -1 });
await c.createIndex({ openKey: 1 }, { unique: true, sparse: true });
await c.createIndex({ tags: 1 });
const loadStart = performance.now();
for (let i = 0; i < DOCUMENTS; i += 1000) {
  await c.insertMany(Array.from({ length: Math.min(1000, DOCUMENTS - i) }, (_, j) => document(i + j)));
}
const loadPerSecond = DOCUMENTS / ((performance.now() - loadStart) / 1000);
say(
  `loaded ${DOCUMENTS} documents with insertMany: ${loadPerSecond.toFixed(0)}/s, file ${(statSync(path).size / 1e6).toFixed(0)} MB`,
);

const rounds = [];
for (let round = 0; round < ROUNDS; round++) {
  const bare = floor();
  const pick = (i) => `d${(i * 7919) % DOCUMENTS}`;
  const change = (i) => ({ $set: { lastAt: at(DOCUMENTS + i) }, $inc: { seq: 1 } });
  const update = await measure(UPDATES, PARALLEL, (i) => c.updateOne({ _id: pick(i) }, change(i)));
  const modify = await measure(UPDATES, PARALLEL, (i) =>
    c.findOneAndUpdate({ _id: pick(i) }, change(i), { returnDocument: 'after' }),
  );
  const insert = await measure(UPDATES / 2, PARALLEL, (i) =>
    c.insertOne({ ...document(i), _id: `n${round}-${i}`, openKey: `n${round}-${i}` }),
  );
  const byKey = await measure(1000, 1, (i) => c.findOne({ openKey: `s${i % SITES}:chat:${i}` }));
  const page = await measure(500, 1, (i) =>
    c.find({ siteId: `s${i % SITES}`, status: 'open' }).sort({ lastAt: -1 }).limit(50).toArray()); // prettier-ignore
  rounds.push({ bare, update, modify, insert, byKey, page });
  say(
    `round ${round + 1}: ${update.perSecond.toFixed(0)} updates/s, ${modify.perSecond.toFixed(0)} findOneAndUpdate/s, ${insert.perSecond.toFixed(0)} inserts/s at ${PARALLEL} parallel ` +
      `(bare SQLite ${bare.updatesPerSecond.toFixed(0)} updates/s); by key p50 ${byKey.p50.toFixed(2)} ms; page of 50 p50 ${page.p50.toFixed(2)} p99 ${page.p99.toFixed(2)} ms (bare p50 ${bare.pageP50.toFixed(3)} ms)`,
  );
}
await client.close();
await server.stop();
const starts = [];
for (let i = 0; i < ROUNDS; i++) starts.push(await restart(path));
const of = (pick) => median(rounds.map(pick));
const result = {
  documents: DOCUMENTS,
  parallel: PARALLEL,
  insertManyPerSecond: Math.round(loadPerSecond),
  updatesPerSecond: Math.round(of((r) => r.update.perSecond)),
  updateP99Ms: Number(of((r) => r.update.p99).toFixed(2)),
  findOneAndUpdatePerSecond: Math.round(of((r) => r.modify.perSecond)),
  insertsPerSecond: Math.round(of((r) => r.insert.perSecond)),
  floorUpdatesPerSecond: Math.round(of((r) => r.bare.updatesPerSecond)),
  updateRatio: Number(of((r) => r.update.perSecond / r.bare.updatesPerSecond).toFixed(3)),
  byKeyP50Ms: Number(of((r) => r.byKey.p50).toFixed(3)),
  pageP50Ms: Number(of((r) => r.page.p50).toFixed(3)),
  floorPageP50Ms: Number(of((r) => r.bare.pageP50).toFixed(3)),
  restartReadyMs: Math.round(median(starts.map((s) => s.ready))),
  restartFirstPageMs: Math.round(median(starts.map((s) => s.page))),
};
say(
  `restart with ${DOCUMENTS} documents: ready after ${result.restartReadyMs} ms, first page after ${result.restartFirstPageMs} ms (process start included)`,
);
process.stdout.write(`${JSON.stringify(result)}\n`);

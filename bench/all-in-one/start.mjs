// Starts the product on a fresh folder and again on the same one, then sends messages through the API a visitor's browser uses
// and waits for them on an operator's socket. Prints times, memory and the ratio to a bare HTTP round trip of the same process.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';
import { io } from 'socket.io-client';

const root = join(import.meta.dirname, '../..');
const data = mkdtempSync(join(tmpdir(), 'beseda-bench-'));
const login = { email: 'bench@example.test', password: 'a long enough password' };
const MESSAGES = Number(process.argv[2] ?? 500);

function start() {
  const began = performance.now();
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(root, 'deploy/all-in-one/dist/main.js')],
    {
      cwd: root,
      env: {
        ...process.env,
        BESEDA_DATA: join(data, 'data'),
        BESEDA_PORT: '0',
        LOG_LEVEL: 'error',
        BESEDA_ADMIN_EMAIL: login.email,
        BESEDA_ADMIN_PASSWORD: login.password,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('BESEDA_READY '))
        resolve({ child, ready: JSON.parse(line.slice(13)), ms: performance.now() - began });
    });
  });
}

const stop = (child) =>
  new Promise((resolve) => {
    child.removeAllListeners('exit');
    child.once('exit', resolve);
    child.kill('SIGTERM');
  });

async function post(url, body, token) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response.json();
}

const say = (line) => process.stdout.write(`${line}\n`);
const quantile = (values, q) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))];
const show = (name, values) =>
  say(`${name}: p50 ${quantile(values, 0.5).toFixed(1)} ms, p99 ${quantile(values, 0.99).toFixed(1)} ms`);
const rss = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

const first = await start();
say(`first start on an empty folder: ${(first.ms / 1000).toFixed(2)} s`);
await stop(first.child);
const { child, ready, ms } = await start();
say(`warm start: ${(ms / 1000).toFixed(2)} s, ${rss(child.pid).toFixed(0)} MB resident`);

const floor = [];
for (let i = 0; i < 200; i++) {
  const began = performance.now();
  await (await fetch(`${ready.url}/health/live`)).text();
  floor.push(performance.now() - began);
}
show('floor, GET /health/live', floor);

const { accessToken } = await post(`${ready.url}/api/auth/login`, login);
const socket = io(`${ready.url}/operator`, { transports: ['websocket'], auth: { token: accessToken } });
await new Promise((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));
const waiting = new Map();
socket.on('dialog.event', (event) => waiting.get(event.payload?.text)?.());

const path = [];
const acks = [];
let visitor;
for (let i = 0; i < MESSAGES; i++) {
  // A few per visitor, so that the limits of one visitor are not what is measured.
  if (i % 20 === 0) visitor = await post(`${ready.url}/api/widget/sessions`, { siteId: ready.siteId });
  const text = `message ${i}`;
  const began = performance.now();
  const seen = new Promise((resolve) => waiting.set(text, () => resolve(performance.now() - began)));
  await post(`${ready.url}/api/widget/messages`, { clientMessageId: crypto.randomUUID(), text }, visitor.token);
  acks.push(performance.now() - began);
  path.push(await seen);
}
show(`acknowledged, ${MESSAGES} messages one at a time`, acks);
show('visitor to operator', path);
say(`ratio to the floor: ${(quantile(path, 0.5) / quantile(floor, 0.5)).toFixed(1)}`);
say(`resident after it: ${rss(child.pid).toFixed(0)} MB`);
socket.close();
await stop(child);
rmSync(data, { recursive: true });

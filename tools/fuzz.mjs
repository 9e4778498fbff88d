// `npm run fuzz`: starts the product on a folder of its own, signs in as an operator and as a visitor and sends it generated
// requests by its own description of the API, odd packets to its sockets too. `-- --seed 7 --requests 20000 --minutes 5`
// repeats or lengthens it. The result is a table, the seed, and each answer that must not be; the last makes it fail.
import { spawn } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { buildBeseda } from '../deploy/build.mjs';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(randomInt(1e9)) },
    requests: { type: 'string', default: '5000' },
    minutes: { type: 'string', default: '3' },
  },
});
buildBeseda('npm run fuzz');
const { fuzz, fuzzLines } = await import('../libs/testing/dist/fuzz/fuzz.js');

const folder = mkdtempSync(join(tmpdir(), 'beseda-fuzz-'));
const login = { email: 'fuzz@example.test', password: randomUUID() };
const child = spawn(
  process.execPath,
  ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, '../deploy/all-in-one/dist/main.js')],
  {
    env: {
      ...process.env,
      ...{ BESEDA_DATA: join(folder, 'data'), BESEDA_PORT: '0', LOG_LEVEL: 'error', BESEDA_TRUST_PROXY: '1' },
      ...{ BESEDA_WIDGET_RATE_FACTOR: '100', BESEDA_ADMIN_EMAIL: login.email, BESEDA_ADMIN_PASSWORD: login.password },
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
const ready = new Promise((resolve) => {
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('BESEDA_READY ')) resolve(JSON.parse(line.slice('BESEDA_READY '.length)));
    else if (line.startsWith('{')) process.stderr.write(`${line}\n`);
  });
});

async function post(url, body, token) {
  const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

/** Tokens that work now, and ids of things that are there. */
async function means({ url, siteId }) {
  const { accessToken } = await post(`${url}/api/auth/login`, login);
  const { token, contact } = await post(`${url}/api/widget/sessions`, { siteId });
  const sent = { clientMessageId: randomUUID(), text: 'Good day!' };
  const { dialogId } = await post(`${url}/api/widget/messages`, sent, token);
  const ids = [siteId, contact?.id, dialogId, 'unknown'].filter((id) => typeof id === 'string');
  return { tokens: { operator: accessToken, visitor: token }, siteId, ids };
}

try {
  const started = await Promise.race([ready, ended.then((how) => Promise.reject(new Error(`it ended: ${how}`)))]);
  const document = await (await fetch(`${started.url}/api/openapi.json`)).json();
  const report = await fuzz({
    ...{ url: started.url, document, seed: values.seed, requests: Number(values.requests) },
    ...{ withinMs: Number(values.minutes) * 60_000, means: () => means(started) },
  });
  if (child.exitCode !== null || child.signalCode !== null) report.faults.push('the process ended');
  process.stdout.write(`${fuzzLines(report).join('\n')}\n`);
  if (report.faults.length > 0) process.exitCode = 1;
} finally {
  child.kill('SIGTERM');
  await ended;
  rmSync(folder, { recursive: true, force: true });
}

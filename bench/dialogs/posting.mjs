/**
 * Speed of posting and reading through the gRPC edge of `dialogs`, with the embedded MongoDB in a worker and the embedded
 * bus, both on disk.
 *
 *   npm run build && npx node bench/dialogs/posting.mjs [--posts 1000] [--parallel 20]
 *
 * Prints for people on standard error and one line of JSON on standard output.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { Keys } from '@beseda/auth';
import { adminV1, dialogsV1 } from '@beseda/contracts';
import { dialogsService } from '@beseda/dialogs';
import { startEmbeddedMongo } from '@beseda/embedded-mongo';
import { createGrpcClient } from '@beseda/grpc';
import { startService } from '@beseda/service-defaults';

const { values } = parseArgs({
  options: { posts: { type: 'string', default: '1000' }, parallel: { type: 'string', default: '20' } },
});
const POSTS = Number(values.posts);
const PARALLEL = Number(values.parallel);
const SECRET = 's'.repeat(40);
const SITE = 'bench';

const folder = mkdtempSync(join(tmpdir(), 'beseda-bench-'));
const mongo = await startEmbeddedMongo({ path: join(folder, 'mongo.sqlite') });
const admin = new Server();
admin.addService(adminV1.SettingsServiceService, { snapshot: (_, answer) => answer(null, { settings: [] }) });
const adminPort = await new Promise((resolve, reject) =>
  admin.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
    error ? reject(error) : resolve(port),
  ),
);
const service = await startService(dialogsService, {
  BESEDA_SECRET: SECRET,
  MONGO_URL: mongo.uri,
  BESEDA_BUS: join(folder, 'bus.sqlite'),
  BESEDA_ADMIN_GRPC: `127.0.0.1:${adminPort}`,
  LOG_LEVEL: 'error',
});
const client = createGrpcClient(dialogsV1.DialogsServiceService, {
  address: service.grpcAddress,
  keys: new Keys(SECRET),
  service: 'dialogs',
});

const contact = (id) => ({ kind: 'contact', id, siteId: SITE });
const operator = (id) => ({ kind: 'operator', id, siteId: SITE, role: 'operator' });
const post = (actor, text, dialogId = '') =>
  client.call(
    'postMessage',
    { clientMessageId: randomUUID(), dialogId, text, file: undefined, channel: 0, sentVia: 0 },
    { actor, deadlineMs: 60_000 },
  );

/** Runs `work` so many times, some at once; gives the rate and what single calls took. */
async function measure(name, count, work) {
  const times = [];
  let next = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: PARALLEL }, async () => {
      for (let i = next++; i < count; i = next++) {
        const from = performance.now();
        await work(i);
        times.push(performance.now() - from);
      }
    }),
  );
  const perSecond = Math.round((count * 1000) / (performance.now() - began));
  times.sort((a, b) => a - b);
  const at = (part) => Number(times[Math.floor(part * (times.length - 1))].toFixed(1));
  const result = { perSecond, p50: at(0.5), p99: at(0.99) };
  process.stderr.write(`${name.padEnd(34)} ${perSecond}/s  p50 ${result.p50} ms  p99 ${result.p99} ms\n`);
  return result;
}

try {
  const dialogs = [];
  const results = {
    firstMessages: await measure('first messages of new contacts', POSTS, async (i) => {
      dialogs[i] = (await post(contact(`c${i}`), `Question number ${i}: where is my order?`)).dialogId;
    }),
    answers: await measure('answers, one dialog each', POSTS, (i) => post(operator('o'), `Answer ${i}`, dialogs[i])),
    oneDialog: await measure('messages to one dialog', POSTS, (i) => post(operator('o'), `Answer ${i}`, dialogs[0])),
    list: await measure('first page of the list', POSTS, () =>
      client.call('listDialogs', { filter: undefined, cursor: '', limit: 30 }, { actor: operator('o') }),
    ),
    events: await measure('last 50 events', POSTS, () =>
      client.call(
        'listEvents',
        { dialogId: dialogs[0], afterSeq: 0, beforeSeq: POSTS, limit: 50 },
        { actor: operator('o') },
      ),
    ),
  };
  process.stdout.write(
    `${JSON.stringify({ bench: 'dialogs.posting', posts: POSTS, parallel: PARALLEL, ...results })}\n`,
  );
} finally {
  client.close();
  await service.stop();
  admin.forceShutdown();
  await mongo.stop();
  rmSync(folder, { recursive: true, force: true });
}

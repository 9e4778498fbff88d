// One MongoDB for a whole run of Jest: that of MONGO_URL, else the embedded one in this thread, with everything in memory.
// Spec files take databases of their own (`startTestMongo` of @beseda/testing).
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = import.meta.dirname;

/** The server as its sources are now: nobody has to build before a test. */
async function embeddedMongo() {
  const folder = join(root, 'node_modules/.cache/beseda');
  const outfile = join(folder, `embedded-mongo-${process.pid}.mjs`);
  await mkdir(folder, { recursive: true });
  await build({
    entryPoints: [join(root, 'libs/embedded-mongo/src/index.ts')],
    ...{ outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external', logLevel: 'error' },
  });
  try {
    return await import(outfile);
  } finally {
    await rm(outfile);
  }
}

export default async function start() {
  if (process.env.MONGO_URL) return;
  const { startEmbeddedMongo } = await embeddedMongo();
  globalThis.testMongo = await startEmbeddedMongo({ path: ':memory:', inThread: true });
  process.env.BESEDA_TEST_MONGO = globalThis.testMongo.uri;
}

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { openMongo } from '@beseda/mongo';
import { startEmbeddedMongo } from '@beseda/embedded-mongo';
import { tempDir, type TempDir, until } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { Operator, Visitor } from './support/api.js';
import { type Product, ROOT, startProduct } from './support/product.js';
import { story } from './support/story.js';

type Connection = Awaited<ReturnType<typeof openMongo>>;

describe('npm run verify-dialog', () => {
  let data: TempDir;
  let product: Product;
  let dialogId: string;

  beforeAll(async () => {
    data = await tempDir();
    product = await startProduct({ dataDir: data.path });
    const visitor = await Visitor.open(product.ready.url, product.ready.siteId);
    ({ dialogId } = await visitor.send('раз'));
    const operator = await Operator.login(product.ready.url, product.ready.siteId);
    await operator.answer(dialogId, 'два');
    await visitor.send('три');
  }, 120_000);

  afterAll(async () => {
    await product?.stop();
    await data?.remove();
  });

  function verify(id = dialogId): Promise<{ code: number; stdout: string; stderr: string }> {
    const env = {
      PATH: process.env['PATH'] ?? '',
      BESEDA_DATA: data.path,
      ...(process.env['MONGO_URL'] ? { MONGO_URL: process.env['MONGO_URL'] } : {}),
    };
    return new Promise((resolve) => {
      const cli = [
        '--disable-warning=ExperimentalWarning',
        join(ROOT, 'deploy/all-in-one/cli.mjs'),
        'verify-dialog',
        id,
      ];
      execFile(process.execPath, cli, { env }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
      );
    });
  }

  /** Does something bad to the stored events of the stopped product. */
  async function tamper(work: (db: Connection) => Promise<void>): Promise<void> {
    const own = process.env['MONGO_URL']
      ? undefined
      : await startEmbeddedMongo({ path: join(data.path, 'mongo.sqlite'), inThread: true });
    const connection = await openMongo({
      uri: own?.uri ?? process.env['MONGO_URL'] ?? '',
      dbName: 'beseda_dialogs',
      maxPoolSize: 2,
    });
    await work(connection);
    await connection.close();
    await own?.stop();
  }

  story(
    'tells whole dialogs from damaged ones',
    {
      'says ok beside a running Beseda, and on stopped data': async () => {
        const running = await verify();
        expect(running).toMatchObject({ code: 0 });
        expect(running.stdout).toMatch(/ok, \d+ events/);
        await product.stop();
        expect(await verify()).toMatchObject({ code: 0 });
      },

      'says which event was altered, and which is missing, with exit code 1': async () => {
        await tamper(async (db) => {
          await until(() => db.collection('dialog_events').findOne({ dialogId, seq: 2 }), { what: 'the stored event' });
          await db
            .collection('dialog_events')
            .updateOne({ dialogId, seq: 2 }, { $set: { body: Buffer.from('altered') } });
        });
        const altered = await verify();
        expect(altered.code).toBe(1);
        expect(altered.stdout).toMatch(/event 2: altered/);

        await tamper(async (db) => {
          await db.collection('dialog_events').deleteOne({ dialogId, seq: 3 });
        });
        const missing = await verify();
        expect(missing.code).toBe(1);
        expect(missing.stdout).toMatch(/event 3: missing/);
      },

      'says when there is no such dialog or no data': async () => {
        expect((await verify('nothing')).code).not.toBe(0);
      },
    },
    240_000,
  );
});

import { type TempDir, tempDir, testCertificates } from '@beseda/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Clients } from '@beseda/service-defaults';
import { loadConfig } from './config/config.js';
import { type FakeAdmin, TEST_KEYS, TEST_SECRET, siteSetting, startFakeAdmin } from '@beseda/service-defaults/testing';

describe('asking admin for settings', () => {
  let folder: TempDir;
  let admin: FakeAdmin;
  let clients: Clients;

  beforeEach(async () => {
    folder = await tempDir();
    const { certFile, keyFile, caFile } = await testCertificates(folder.path);
    const tls = { GRPC_TLS_CERT: certFile, GRPC_TLS_KEY: keyFile, GRPC_TLS_CA: caFile };
    admin = await startFakeAdmin({ settings: [siteSetting('site-1')], env: tls });
    const own = { BESEDA_SECRET: TEST_SECRET, MONGO_URL: 'mongodb://127.0.0.1:1', BESEDA_ADMIN_GRPC: admin.address };
    const config = loadConfig({ ...own, ...tls }, ['admin']);
    clients = new Clients({ name: 'dialogs', config, keys: TEST_KEYS });
  });
  afterEach(async () => {
    clients.onApplicationShutdown();
    await admin.stop();
    await folder.remove();
  });

  it('goes over TLS when that is configured', async () => {
    const settings = await clients.settings('site');
    expect(settings.map(({ id }) => id)).toEqual(['site-1']);
  });
});

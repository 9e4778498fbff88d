import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadInstallationConfig } from '@beseda/installation';
import { type TempDir, type TestCertificates, tempDir, testCertificates } from '@beseda/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Beseda, startBeseda } from './beseda.js';
import { writeAsVisitor } from './testing/visitor.js';

describe('the whole installation with gRPC on TLS', () => {
  let folder: TempDir;
  let certificates: TestCertificates;
  let beseda: Beseda | undefined;

  beforeEach(async () => {
    folder = await tempDir();
    await mkdir(join(folder.path, 'tls'));
    certificates = await testCertificates(join(folder.path, 'tls'));
  });
  afterEach(async () => {
    await beseda?.stop();
    beseda = undefined;
    await folder.remove();
  });

  const start = async (more: Record<string, string>): Promise<Beseda> => {
    const env = { BESEDA_DATA: join(folder.path, 'data'), BESEDA_PORT: '0', LOG_LEVEL: 'silent', ...more };
    return (beseda = await startBeseda(loadInstallationConfig(env), env));
  };
  const login = ({ ready }: Beseda): Promise<Response> =>
    fetch(`${ready.url}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: ready.login, password: ready.password }),
    });

  it('every service finds every other: an operator gets in, a visitor writes', async () => {
    const { certFile, keyFile, caFile } = certificates;
    const running = await start({ GRPC_TLS_CERT: certFile, GRPC_TLS_KEY: keyFile, GRPC_TLS_CA: caFile });
    expect((await login(running)).status).toBe(200);
    await writeAsVisitor(running, 'Secret words', {});
    expect(await (await fetch(`${running.ready.url}/health/ready`)).json()).toMatchObject({ status: 'ready' });
  });

  it('does not start half way, and says which settings are missing', async () => {
    await expect(start({ GRPC_TLS_CERT: certificates.certFile })).rejects.toThrow(/GRPC_TLS_CERT and GRPC_TLS_KEY/);
  });
});

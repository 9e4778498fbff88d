import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TempDir, type TestCertificates, tempDir, testCertificates } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadBaseConfig, parseEnv } from './config.js';
import { grpcTls, grpcTlsEnvSchema } from './grpc-tls-config.js';

const read = (env: Record<string, string>): unknown => grpcTls(parseEnv(grpcTlsEnvSchema, env));

describe('configuration of TLS for gRPC', () => {
  let folder: TempDir;
  let one: TestCertificates;
  let other: TestCertificates;

  beforeAll(async () => {
    folder = await tempDir();
    const make = async (name: string): Promise<TestCertificates> => {
      await mkdir(join(folder.path, name));
      return testCertificates(join(folder.path, name));
    };
    one = await make('one');
    other = await make('other');
  });
  afterAll(() => folder.remove());

  it('is off when nothing is set', () => {
    expect(read({})).toBeUndefined();
    expect(read({ GRPC_TLS_CERT: '', GRPC_TLS_KEY: '', GRPC_TLS_CA: '' })).toBeUndefined();
  });

  it('reads the files', () => {
    const pair = { GRPC_TLS_CERT: one.certFile, GRPC_TLS_KEY: one.keyFile };
    const pem = expect.any(Buffer) as unknown;
    expect(read(pair)).toEqual({ cert: pem, key: pem });
    expect(read({ ...pair, GRPC_TLS_CA: one.caFile })).toEqual({ cert: pem, key: pem, ca: Buffer.from(one.ca) });
  });

  it.each([
    ['GRPC_TLS_CERT'],
    ['GRPC_TLS_KEY'],
    ['GRPC_TLS_CA'],
    ['GRPC_TLS_CERT', 'GRPC_TLS_CA'],
    ['GRPC_TLS_KEY', 'GRPC_TLS_CA'],
  ])('refuses %s alone', (...keys) => {
    const env = Object.fromEntries(keys.map((key) => [key, one.pemFile]));
    expect(() => read(env)).toThrow(/Configuration: GRPC_TLS_CERT and GRPC_TLS_KEY go together.*GRPC_TLS_CA/);
  });

  it('names the key whose file cannot be used, never the file', async () => {
    const text = join(folder.path, 'text');
    await writeFile(text, 'no certificate');
    const locked = join(folder.path, 'locked.key');
    const lock = ['ec', '-in', one.keyFile, '-aes256', '-passout', 'pass:x', '-out', locked];
    execFileSync('openssl', lock, { stdio: 'ignore' });
    const good = { GRPC_TLS_CERT: one.certFile, GRPC_TLS_KEY: one.keyFile, GRPC_TLS_CA: one.caFile };
    const bad = (change: Partial<typeof good>, message: RegExp): void => {
      expect(() => read({ ...good, ...change })).toThrow(message);
      expect(() => read({ ...good, ...change })).not.toThrow(folder.path);
    };
    bad({ GRPC_TLS_CERT: join(folder.path, 'none') }, /GRPC_TLS_CERT names a file that cannot be read/);
    bad({ GRPC_TLS_KEY: folder.path }, /GRPC_TLS_KEY names a file that cannot be read/);
    bad({ GRPC_TLS_CERT: text }, /the file of GRPC_TLS_CERT does not hold a certificate/);
    bad({ GRPC_TLS_KEY: one.certFile }, /the file of GRPC_TLS_KEY does not hold a private key/);
    bad({ GRPC_TLS_KEY: locked }, /GRPC_TLS_KEY does not hold a private key in PEM without a passphrase/);
    bad({ GRPC_TLS_CA: text }, /the file of GRPC_TLS_CA does not hold certificates/);
    bad({ GRPC_TLS_KEY: other.keyFile }, /GRPC_TLS_KEY is not the key of the certificate in GRPC_TLS_CERT/);
  });

  it('is part of what every service reads', () => {
    const env = { BESEDA_SECRET: 's'.repeat(32), MONGO_URL: 'mongodb://localhost' };
    const config = (more: Record<string, string>) => loadBaseConfig({ ...env, ...more });
    expect(config({}).grpcTls).toBeUndefined();
    expect(config({ GRPC_TLS_CERT: one.certFile, GRPC_TLS_KEY: one.keyFile }).grpcTls).toBeDefined();
    expect(() => config({ GRPC_TLS_CA: one.caFile })).toThrow(/GRPC_TLS_CERT/);
  });
});

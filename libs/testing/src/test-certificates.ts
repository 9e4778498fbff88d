import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Certificates of one test: an authority of its own and a server's certificate it has signed. */
export interface TestCertificates {
  /** PEM of the authority, for clients. */
  readonly ca: string;
  readonly caFile: string;
  readonly certFile: string;
  /** Private key of the server (PKCS #8). */
  readonly keyFile: string;
  /** Key and certificate chain in one file, as Kafka wants them. */
  readonly pemFile: string;
}

const run = promisify(execFile);

async function openssl(...args: readonly string[]): Promise<void> {
  try {
    await run('openssl', args);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error('Certificates for tests need openssl (on Debian: apt-get install openssl).', { cause: error });
  }
}

/**
 * Makes an authority and a certificate in a folder; both are good for two days.
 * @param names whom the certificate is for, as openssl writes it.
 * @throws Error when openssl is missing
 */
export async function testCertificates(
  folder: string,
  names = 'DNS:localhost,IP:127.0.0.1',
): Promise<TestCertificates> {
  const file = (name: string): string => join(folder, name);
  const [caFile, caKey] = [file('ca.pem'), file('ca.key')];
  const [certFile, keyFile, pemFile, request] = [
    file('server.pem'),
    file('server.key'),
    file('chain.pem'),
    file('csr.pem'),
  ];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await openssl('req', '-x509', ...key, '-keyout', caKey, '-out', caFile, '-days', '2', '-subj', '/CN=Test authority');
  await openssl('req', ...key, '-keyout', keyFile, '-out', request, '-subj', '/CN=localhost');
  await writeFile(file('san.cnf'), `subjectAltName=${names}\n`);
  const sign = ['-CA', caFile, '-CAkey', caKey, '-CAcreateserial', '-days', '2', '-extfile', file('san.cnf')];
  await openssl('x509', '-req', '-in', request, '-out', certFile, ...sign);
  const [ca, cert, secret] = await Promise.all([caFile, certFile, keyFile].map((name) => readFile(name, 'utf8')));
  await writeFile(pemFile, `${secret}${cert}${ca}`, { mode: 0o600 });
  return { ca: ca ?? '', caFile, certFile, keyFile, pemFile };
}

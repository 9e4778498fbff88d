import { accessSync, constants } from 'node:fs';
import { z } from 'zod';

/** Parameters of a connection string that name files of PEM; the driver reads them when it connects. */
const FILES = ['tlsCAFile', 'tlsCertificateKeyFile', 'tlsCRLFile'];

/**
 * What is wrong with TLS in a connection string. The driver would take no notice of TLS parameters without `tls=true` and
 * send everything in the clear, and its complaint of a file does not say where its name comes from.
 *
 * @returns sentences that go on after `MONGO_URL`; they name parameters, never values.
 */
export function mongoTlsProblems(url: string): string[] {
  // Several hosts make it no URL in the sense of `URL`; parameters are told apart without regard to case.
  const query = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');
  const given = new Map([...query].map(([name, value]) => [name.toLowerCase(), value]));
  const on = given.get('tls') ?? given.get('ssl') ?? String(url.startsWith('mongodb+srv://'));
  if (on !== 'true') return [...given.keys()].some(isTlsDetail) ? ['has parameters of TLS but not tls=true'] : [];
  return FILES.filter((name) => !readable(given.get(name.toLowerCase()))).map(
    (name) => `names a file (${name}) that cannot be read`,
  );
}

const isTlsDetail = (name: string): boolean => name.startsWith('tls') && name !== 'tls';

function readable(file: string | undefined): boolean {
  if (file === undefined) return true;
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    // not there or not readable: both are for the reader of the message to mend
    return false;
  }
}

/** `MONGO_URL`: a connection string of MongoDB, handed to the driver as it is. */
export const mongoUrlSchema = z
  .string()
  .regex(/^mongodb(\+srv)?:\/\//, 'must begin with mongodb:// or mongodb+srv://')
  .superRefine((url, context) => {
    for (const message of mongoTlsProblems(url)) context.addIssue({ code: 'custom', message });
  });

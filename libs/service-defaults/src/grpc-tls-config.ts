import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type AppError, appError } from '@beseda/errors';
import type { GrpcTls } from '@beseda/grpc';
import { z } from 'zod';

/** The keys of the environment that put gRPC on TLS: names of PEM files. */
export const grpcTlsEnvSchema = z.object({
  /** The service's certificate, with those between it and the authority. */
  GRPC_TLS_CERT: z.string().optional(),
  /** The certificate's private key, without a passphrase. */
  GRPC_TLS_KEY: z.string().optional(),
  /** Authorities of the other services: both sides then show certificates. */
  GRPC_TLS_CA: z.string().optional(),
});

type GrpcTlsEnv = z.output<typeof grpcTlsEnvSchema>;

/**
 * Reads the certificates for gRPC; undefined when none is set: connections are plain.
 *
 * @throws AppError FAILED_PRECONDITION that names the keys that are missing or whose files cannot be used.
 */
export function grpcTls(env: GrpcTlsEnv): GrpcTls | undefined {
  const { GRPC_TLS_CERT: certFile, GRPC_TLS_KEY: keyFile, GRPC_TLS_CA: caFile } = env;
  if (certFile === undefined && keyFile === undefined && caFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined)
    throw problem('GRPC_TLS_CERT and GRPC_TLS_KEY go together, and GRPC_TLS_CA needs both; one is missing.');
  const cert = contentOf('GRPC_TLS_CERT', certFile);
  const key = contentOf('GRPC_TLS_KEY', keyFile);
  const ca = caFile === undefined ? undefined : contentOf('GRPC_TLS_CA', caFile);
  const own = usable('GRPC_TLS_CERT', 'a certificate in PEM', () => new X509Certificate(cert));
  const secret = usable('GRPC_TLS_KEY', 'a private key in PEM without a passphrase', () => createPrivateKey(key));
  if (!own.checkPrivateKey(secret)) throw problem('GRPC_TLS_KEY is not the key of the certificate in GRPC_TLS_CERT.');
  if (ca === undefined) return { cert, key };
  usable('GRPC_TLS_CA', 'certificates in PEM', () => new X509Certificate(ca));
  return { cert, key, ca };
}

const problem = (text: string, cause?: unknown): AppError =>
  appError('FAILED_PRECONDITION', `Configuration: ${text}`, { cause });

function contentOf(name: keyof GrpcTlsEnv, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    // not there or not readable: which of both is in the cause
    throw problem(`${name} names a file that cannot be read.`, error);
  }
}

function usable<T>(name: keyof GrpcTlsEnv, what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    // not PEM, or PEM of something else
    throw problem(`the file of ${name} does not hold ${what}.`, error);
  }
}

import { readFileSync } from 'node:fs';
import type { KafkaOptions } from '@beseda/bus';
import { appError } from '@beseda/errors';
import { z } from 'zod';

/** The keys of the environment that say where Kafka is and how to get in. */
export const kafkaEnvSchema = z.object({
  /** `host:port`, several separated by commas; unset: the embedded bus. */
  KAFKA_BROKERS: z
    .string()
    .regex(/^\s*[\w.-]+:\d{1,5}(\s*,\s*[\w.-]+:\d{1,5})*\s*$/, 'must be host:port, several separated by commas')
    .optional(),
  /** File with the authorities that sign the brokers' certificates (PEM), or `system` for those of the operating system. */
  KAFKA_TLS_CA: z.string().optional(),
  KAFKA_SASL_MECHANISM: z
    .string()
    .transform((name) => name.toLowerCase())
    .pipe(z.enum(['plain', 'scram-sha-512'], 'must be SCRAM-SHA-512 or PLAIN'))
    .optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
});

/** Where Kafka is and how to get in, as the adapter of the bus takes it. */
export type KafkaSettings = Pick<KafkaOptions, 'brokers' | 'tls' | 'sasl'>;

/**
 * Reads the Kafka part of a parsed environment; undefined when Kafka is not used.
 *
 * @throws AppError FAILED_PRECONDITION that names the keys that are missing or cannot be used.
 */
export function kafkaSettings(env: z.output<typeof kafkaEnvSchema>): KafkaSettings | undefined {
  if (env.KAFKA_BROKERS === undefined) return undefined;
  const sasl = saslOf(env);
  return {
    brokers: env.KAFKA_BROKERS.split(',').map((broker) => broker.trim()),
    ...(env.KAFKA_TLS_CA !== undefined && { tls: tlsOf(env.KAFKA_TLS_CA) }),
    ...(sasl && { sasl }),
  };
}

function tlsOf(ca: string): NonNullable<KafkaSettings['tls']> {
  if (ca === 'system') return {};
  try {
    return { ca: readFileSync(ca, 'utf8') };
  } catch (error) {
    // not there or not readable: which of both is in the cause
    throw appError('FAILED_PRECONDITION', 'Configuration: KAFKA_TLS_CA names a file that cannot be read.', {
      cause: error,
    });
  }
}

function saslOf(env: z.output<typeof kafkaEnvSchema>): KafkaSettings['sasl'] {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = env;
  if (mechanism !== undefined && username !== undefined && password !== undefined)
    return { mechanism, username, password };
  if (mechanism === undefined && username === undefined && password === undefined) return undefined;
  throw appError(
    'FAILED_PRECONDITION',
    'Configuration: KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD go together; one is missing.',
  );
}

import { join } from 'node:path';
import { AppError, appError } from '@beseda/errors';
import type { GrpcTls } from '@beseda/grpc';
import { z } from 'zod';
import { grpcTls, grpcTlsEnvSchema } from './grpc-tls-config.js';
import { type KafkaSettings, kafkaEnvSchema, kafkaSettings } from './kafka-config.js';
import { mongoUrlSchema } from './mongo-config.js';
import { type TracesSettings, tracesEnvSchema, tracesSettings } from './traces-config.js';

/** The environment as a process sees it. */
export type Env = Readonly<Record<string, string | undefined>>;

const address = z.string().regex(/^[\w.:[\]-]+:\d{1,5}$/, 'must be host:port');

/** What every service reads from its environment; a service extends it with its own keys. */
export const baseEnvSchema = z.object({
  BESEDA_SECRET: z.string().min(32, 'must have at least 32 characters'),
  BESEDA_PREFIX: z
    .string()
    .regex(/^[a-z0-9_-]{0,40}$/i, 'may have at most 40 letters, digits, "-" and "_"')
    .default(''),
  BESEDA_DATA: z.string().default('./data'),
  MONGO_URL: mongoUrlSchema,
  /** How many connections each database may hold open. */
  BESEDA_MONGO_POOL: z.coerce.number().int().min(1).max(500).default(20),
  /** File of the embedded bus; default: `bus.sqlite` in the data folder. */
  BESEDA_BUS: z.string().optional(),
  BESEDA_HTTP_LISTEN: address.default('127.0.0.1:0'),
  BESEDA_GRPC_LISTEN: address.default('127.0.0.1:0'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  ...grpcTlsEnvSchema.shape,
  ...kafkaEnvSchema.shape,
  ...tracesEnvSchema.shape,
});

/** Host and port to listen on; port 0 = any free one. */
export interface Listen {
  host: string;
  port: number;
}

/** The part of the configuration that all services share. */
export interface BaseConfig {
  secret: string;
  prefix: string;
  dataDir: string;
  mongo: { uri: string; maxPoolSize: number };
  /** The bus: Kafka when that is configured, else the embedded one in the file `path`. */
  bus: { path: string; kafka?: KafkaSettings | undefined };
  http: Listen;
  grpc: Listen;
  /** Certificates for gRPC, as server and as client; unset: plain connections. */
  grpcTls?: GrpcTls | undefined;
  logLevel: string;
  /** Where spans are sent; unset: there are none. */
  traces?: TracesSettings | undefined;
  /** Where each service answers that this one calls, by its name. */
  backends: Readonly<Record<string, string>>;
}

/** The key under which a service is told where another one answers: `BESEDA_DIALOGS_GRPC`. */
export const grpcAddressKey = (service: string): string => `BESEDA_${service.toUpperCase().replaceAll('-', '_')}_GRPC`;

/** Splits `host:port`. */
export function parseListen(value: string): Listen {
  const at = value.lastIndexOf(':');
  return { host: value.slice(0, at), port: Number(value.slice(at + 1)) };
}

/**
 * Reads an environment by a schema. Errors name keys and what to change, never values.
 *
 * @throws AppError FAILED_PRECONDITION that lists every wrong key.
 */
export function parseEnv<S extends z.ZodObject>(schema: S, env: Env): z.output<S> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw configError(
    result.error.issues.map((i) => `${i.path.join('.')} ${i.code === 'invalid_type' ? 'is missing' : i.message}`),
  );
}

const configError = (problems: readonly string[]): AppError =>
  appError('FAILED_PRECONDITION', `Configuration: ${problems.join('; ')}.`);

/**
 * Makes the reader of a service's environment: what every service needs, the addresses of those it calls, and keys of its own.
 *
 * @param shape the service's own keys
 * @param own the service's own part of the configuration; it may replace parts of the shared one
 */
export const configReader =
  <S extends z.ZodRawShape, C extends object>(
    shape: S,
    own: (parsed: z.output<z.ZodObject<typeof baseEnvSchema.shape & S>>) => C,
  ) =>
  (env: Env, calls: readonly string[] = []): BaseConfig & C => {
    const addresses = Object.fromEntries(calls.map((service) => [grpcAddressKey(service), z.string().min(1)]));
    const parsed = parseEnv(baseEnvSchema.extend(shape).extend(addresses), env);
    const all = parsed as z.output<z.ZodObject<typeof baseEnvSchema.shape & S>>;
    const given = parsed as Record<string, unknown>;
    const backends = Object.fromEntries(calls.map((service) => [service, String(given[grpcAddressKey(service)])]));
    return { ...baseConfig(parsed as z.output<typeof baseEnvSchema>), backends, ...own(all) };
  };

/** The reader for a service without keys of its own. */
export const loadBaseConfig = configReader({}, () => ({}));

/** The shared part of a parsed environment. */
function baseConfig(env: z.output<typeof baseEnvSchema>): Omit<BaseConfig, 'backends'> {
  return {
    secret: env.BESEDA_SECRET,
    prefix: env.BESEDA_PREFIX,
    dataDir: env.BESEDA_DATA,
    mongo: { uri: env.MONGO_URL, maxPoolSize: env.BESEDA_MONGO_POOL },
    bus: { path: env.BESEDA_BUS ?? join(env.BESEDA_DATA, 'bus.sqlite'), kafka: kafkaSettings(env) },
    http: parseListen(env.BESEDA_HTTP_LISTEN),
    grpc: parseListen(env.BESEDA_GRPC_LISTEN),
    grpcTls: grpcTls(env),
    logLevel: env.LOG_LEVEL,
    traces: tracesSettings(env),
  };
}

import { resolve } from 'node:path';
import { type Env, parseEnv } from '@beseda/service-defaults';
import { z } from 'zod';

const schema = z.object({
  BESEDA_PORT: z.coerce
    .number()
    .int('must be a whole number')
    .min(0, 'must be 0–65535')
    .max(65_535, 'must be 0–65535')
    .default(4300),
  BESEDA_HOST: z.string().default('127.0.0.1'),
  BESEDA_DATA: z.string().default('./data'),
  BESEDA_PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'must begin with http:// or https://' }).optional(),
  BESEDA_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  MONGO_URL: z.string().optional(),
});

/** What whoever starts the services reads itself; the services read the rest from the same environment. */
export interface InstallationConfig {
  host: string;
  /** 0 = any free one. */
  port: number;
  dataDir: string;
  publicUrl?: string;
  secret?: string;
  /** Unset: the embedded MongoDB server. */
  mongoUrl?: string;
}

/** Reads the environment; errors name keys, never values. */
export function loadInstallationConfig(env: Env): InstallationConfig {
  const parsed = parseEnv(schema, env);
  return {
    host: parsed.BESEDA_HOST,
    port: parsed.BESEDA_PORT,
    dataDir: resolve(parsed.BESEDA_DATA),
    ...(parsed.BESEDA_PUBLIC_URL === undefined ? {} : { publicUrl: parsed.BESEDA_PUBLIC_URL.replace(/\/+$/, '') }),
    ...(parsed.BESEDA_SECRET === undefined ? {} : { secret: parsed.BESEDA_SECRET }),
    ...(parsed.MONGO_URL === undefined ? {} : { mongoUrl: parsed.MONGO_URL }),
  };
}

import { type BaseConfig, type Env, baseConfig, baseEnvSchema, parseEnv } from '@beseda/service-defaults';
import { z } from 'zod';

const envSchema = baseEnvSchema.extend({
  /** Where `admin` answers: who the operators are. */
  BESEDA_ADMIN_GRPC: z.string().min(1),
});

export interface RoutingConfig extends BaseConfig {
  adminGrpc: string;
}

/** Reads the environment; throws with the names of wrong keys. */
export function loadConfig(env: Env): RoutingConfig {
  const parsed = parseEnv(envSchema, env);
  return { ...baseConfig(parsed), adminGrpc: parsed.BESEDA_ADMIN_GRPC };
}

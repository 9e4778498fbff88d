import { type BaseConfig, type Env, baseConfig, baseEnvSchema, parseEnv } from '@beseda/service-defaults';
import { z } from 'zod';

/** What the service needs beside what every service needs. */
const schema = baseEnvSchema.extend({
  /** Where `admin` answers: the owner of the settings this service keeps copies of. */
  BESEDA_ADMIN_GRPC: z.string().min(1),
  /** Pause between two looks for dialogs whose reopen window has passed; milliseconds. */
  BESEDA_DIALOGS_TIMER_MS: z.coerce.number().int().min(10).max(60_000).default(1_000),
});

export interface DialogsConfig extends BaseConfig {
  adminGrpc: string;
  timerMs: number;
}

export function loadConfig(env: Env): DialogsConfig {
  const parsed = parseEnv(schema, env);
  return { ...baseConfig(parsed), adminGrpc: parsed.BESEDA_ADMIN_GRPC, timerMs: parsed.BESEDA_DIALOGS_TIMER_MS };
}

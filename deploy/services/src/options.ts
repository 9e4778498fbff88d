import { parseArgs } from 'node:util';
import { appError } from '@beseda/errors';
import { type InstallationConfig, SERVICE_NAMES, type ServiceName, loadInstallationConfig } from '@beseda/installation';
import {
  type Env,
  type KafkaSettings,
  baseEnvSchema,
  kafkaEnvSchema,
  kafkaSettings,
  parseEnv,
} from '@beseda/service-defaults';

/** More processes of one service than this on one machine are a slip of the finger. */
const MOST_REPLICAS = 32;

/** What the starter of the services was asked for. */
export interface ServicesConfig extends InstallationConfig {
  replicas: Record<ServiceName, number>;
  /** Put before names of topics. */
  prefix: string;
  kafka: KafkaSettings;
}

/**
 * Reads environment and command line.
 *
 * @throws AppError that names what is missing or wrong.
 */
export function loadServicesConfig(env: Env, args: readonly string[]): ServicesConfig {
  const replicas = parseReplicas(replicasOption(args));
  const schema = kafkaEnvSchema.extend({ BESEDA_PREFIX: baseEnvSchema.shape.BESEDA_PREFIX });
  const parsed = parseEnv(schema, env);
  const kafka = kafkaSettings(parsed);
  if (!kafka) {
    throw appError(
      'FAILED_PRECONDITION',
      'KAFKA_BROKERS is missing: name your brokers (host:port, several separated by commas), or run "npm run kafka" in another terminal and take what it prints.',
    );
  }
  return { ...loadInstallationConfig(env), replicas, prefix: parsed.BESEDA_PREFIX, kafka };
}

function replicasOption(args: readonly string[]): string {
  try {
    return parseArgs({ args: [...args], options: { replicas: { type: 'string', default: '' } } }).values.replicas;
  } catch (error) {
    // An option that does not exist, or one without its value: Node says which.
    throw appError('INVALID_ARGUMENT', `${(error as Error).message} Known: --replicas gateway=2,dialogs=3`);
  }
}

/** `gateway=2,dialogs=3` → how many of each; one of those that are not named. */
export function parseReplicas(text: string): Record<ServiceName, number> {
  const replicas = Object.fromEntries(SERVICE_NAMES.map((name) => [name, 1])) as Record<ServiceName, number>;
  for (const part of text.split(',').filter(Boolean)) {
    const [, name, count] = /^\s*([a-z-]+)=(\d{1,3})\s*$/.exec(part) ?? [];
    const service = SERVICE_NAMES.find((known) => known === name);
    if (!service || Number(count) < 1 || Number(count) > MOST_REPLICAS) {
      throw appError(
        'INVALID_ARGUMENT',
        `--replicas: "${part}" is not service=count, with 1 to ${MOST_REPLICAS} of ${SERVICE_NAMES.join(', ')}.`,
      );
    }
    replicas[service] = Number(count);
  }
  return replicas;
}

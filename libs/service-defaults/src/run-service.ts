import { toAppError } from '@beseda/errors';
import type { BaseConfig, Env } from './config.js';
import { createLogger } from './logger.js';
import type { ServiceDefinition } from './service.js';
import { type RunningService, startService } from './start-service.js';

/** After this many ms a stop that hangs is cut short. */
const STOP_LIMIT_MS = 9_000;

/**
 * Runs one service as this process: starts it, stops it on SIGTERM or SIGINT, exits 1 with one clear line when it cannot start.
 * `onReady` is told once, when it answers.
 */
export async function runService<C extends BaseConfig>(
  definition: ServiceDefinition<C>,
  env: Env = process.env,
  onReady?: (service: RunningService) => void,
): Promise<void> {
  const logger = createLogger(definition.name, 'info');
  process.on('unhandledRejection', (error) => {
    logger.fatal({ err: error }, 'a promise was rejected and nobody listened');
    process.exit(1);
  });
  try {
    const service = await startService(definition, env);
    onSignal(() => service.stop());
    onReady?.(service);
  } catch (error) {
    // The detail says what to change; the cause, if any, is for the log.
    const known = toAppError(error);
    logger.fatal(
      { ...(known.code === 'INTERNAL' ? { err: error } : {}) },
      `${definition.name} cannot start: ${known.detail}`,
    );
    process.exitCode = 1;
    setImmediate(() => process.exit(1));
  }
}

/** Runs `stop` once at SIGTERM or SIGINT, then exits 0; exits 1 when it takes longer than {@link STOP_LIMIT_MS}. */
export function onSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const handle = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', handle);
  process.on('SIGINT', handle);
}

import { toAppError } from '@beseda/errors';
import type { BaseConfig, Env } from './config.js';
import { type Logger, createLogger } from './logger.js';
import type { ServiceDefinition } from './service.js';
import { type RunningService, startService } from './start-service.js';
import { onStarter, tellStarter, untilListen, untilStop } from './starter-channel.js';

/** After this many ms a stop that hangs is cut short. */
const STOP_LIMIT_MS = 9_000;

/** What a service's process may do beside its service. */
export interface RunOptions {
  /** Default: the process's own. */
  env?: Env;
  /** What the starter is told for people to read; it never reaches a log. */
  facts?(service: RunningService): Record<string, string>;
  /** People could read the facts. */
  announced?(service: RunningService): Promise<void>;
}

/**
 * Runs one service as this process: starts it; stops it on SIGTERM or SIGINT, or when the process that started it (by
 * `child_process.fork` or with an IPC channel) has ended; exits 1 with one clear line when it cannot start. Told to end, it
 * goes on until the starter has a successor that stands by, so that nobody answers for a moment only.
 */
export async function runService<C extends BaseConfig>(
  definition: ServiceDefinition<C>,
  options: RunOptions = {},
): Promise<void> {
  const logger = createLogger(definition.name, 'info');
  process.on('unhandledRejection', (error) => {
    logger.fatal({ err: error }, 'a promise was rejected and nobody listened');
    process.exit(1);
  });
  let service: RunningService | undefined;
  // During the start there is nothing yet that would have to end in order.
  const stop = onSignal(
    async () => service?.stop(),
    async () => (service ? untilStop() : undefined),
  );
  process.once('disconnect', stop);
  const env = options.env ?? process.env;
  try {
    service = await startService(definition, env, { earlyHealth: true, beforeListen: () => untilListen(env) });
    listen(service, options, logger);
    await tellStarter({ kind: 'ready', facts: options.facts?.(service) ?? {} });
  } catch (error) {
    // The detail says what to change; the cause, if any, is for the log.
    const known = toAppError(error);
    logger.fatal(
      { ...(known.code === 'INTERNAL' ? { err: error } : {}) },
      `${definition.name} cannot start: ${known.detail}`,
    );
    process.exitCode = 1;
    await tellStarter({ kind: 'failed', detail: known.detail });
    setImmediate(() => process.exit(1));
  }
}

function listen(service: RunningService, options: RunOptions, logger: Logger): void {
  onStarter('announced', () => {
    options.announced?.(service).catch((error: unknown) => {
      // Nothing is lost: what was shown may be shown once more.
      logger.warn({ err: error }, 'it could not be noted that people were told');
    });
  });
}

/**
 * Runs `stop` once at SIGTERM or SIGINT, after `before`, then exits 0; exits 1 when it takes longer than
 * {@link STOP_LIMIT_MS}. Returns what does the same without a signal.
 */
export function onSignal(stop: () => Promise<void>, before?: () => Promise<void>): () => void {
  let stopping = false;
  const handle = (): void => {
    if (stopping) return;
    stopping = true;
    const end = async (): Promise<void> => {
      await before?.();
      setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
      await stop();
    };
    end().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', handle);
  process.on('SIGINT', handle);
  return handle;
}

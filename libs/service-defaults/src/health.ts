import { toAppError } from '@beseda/errors';

/** A part a service needs to be ready; throws or rejects when it is not. */
export type HealthCheck = () => void | Promise<void>;

/** Answer of `/health/ready`. */
export interface Readiness {
  status: 'ready' | 'starting' | 'stopping' | 'not ready';
  checks: Record<string, 'ok' | string>;
}

/** A check that does not answer within this many ms counts as failed. */
const CHECK_TIMEOUT_MS = 2_000;

/** The parts a service needs, each under a name. */
export class HealthChecks {
  readonly #checks = new Map<string, HealthCheck>();
  #phase: 'starting' | 'running' | 'stopping' = 'starting';

  /** Adds a part; the service is not ready while its check fails. */
  add(name: string, check: HealthCheck): void {
    this.#checks.set(name, check);
  }

  /** Set by the starter only. */
  enter(phase: 'running' | 'stopping'): void {
    this.#phase = phase;
  }

  async readiness(): Promise<Readiness> {
    const results = await Promise.all(
      [...this.#checks].map(async ([name, check]) => [name, await outcome(check)] as const),
    );
    const checks = Object.fromEntries(results);
    if (this.#phase !== 'running') return { status: this.#phase, checks };
    return { status: results.every(([, result]) => result === 'ok') ? 'ready' : 'not ready', checks };
  }
}

async function outcome(check: HealthCheck): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, CHECK_TIMEOUT_MS, 'no answer');
    timer.unref();
  });
  try {
    return await Promise.race([Promise.resolve(check()).then(() => 'ok'), late]);
  } catch (error) {
    // Any failure means "not ready"; the safe detail says why.
    return toAppError(error).detail;
  } finally {
    clearTimeout(timer);
  }
}

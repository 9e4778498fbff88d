import { type Clock, SYSTEM_CLOCK } from './clock.js';
import { type Backoff, pauseMs } from './retry.js';

/** The part of a logger this library uses; pino's loggers fit. */
export interface TimerLogger {
  warn(fields: object, message: string): void;
}

/** Options of {@link every}. */
export interface EveryOptions {
  /** Names the work in logs and metrics: `session-end`. */
  name: string;
  /** Pause between the end of a run and the next one, milliseconds. */
  ms: number;
  /**
   * The work. What it throws is logged and counted, and the next run comes all the same. `true`: there is more to do, the
   * next run comes at once.
   */
  run: (signal: AbortSignal) => Promise<unknown>;
  /** The first run comes after a pause; default: at once. */
  later?: boolean;
  /** Share of the pause that is left to chance, so that replicas do not run at the same moment; 0 (default) to 1. */
  jitter?: number;
  /** Pauses while runs fail; default: the same as ever. */
  backoff?: Backoff;
  /** How long the end waits for a run that is under way, milliseconds; default: until it is over. */
  drainMs?: number;
  /** What the log says of a failed run; default: that it failed. */
  failed?: string;
  logger: TimerLogger;
  /** Told of each failed run. */
  onFailure?: (name: string) => void;
  clock?: Clock;
}

/** Work that is done again and again. */
export interface Repetition {
  /** Runs as soon as can be, without waiting for the pause; once more if a run is under way. */
  wake(): void;
  /** Ends it: nothing new begins, what is under way is waited for. Repeatable. */
  stop(): Promise<void>;
}

/** Does work again and again, one run at a time, until it is stopped. */
export function every(options: EveryOptions): Repetition {
  const { clock = SYSTEM_CLOCK } = options;
  const stop = new AbortController();
  /** Cuts a pause short. */
  let interrupt = new AbortController();
  let failures = 0;

  const once = async (): Promise<boolean> => {
    try {
      const more = (await options.run(stop.signal)) === true;
      failures = 0;
      return more;
    } catch (error) {
      // Such as an outage: whatever it was, the next run tries again.
      failures++;
      const message = options.failed ?? 'work that is repeated failed';
      options.logger.warn({ err: error, timer: options.name }, message);
      options.onFailure?.(options.name);
      return false;
    }
  };
  const pause = async (): Promise<void> => {
    const { ms, jitter = 0, backoff } = options;
    const own = ms * (1 + jitter * (clock.random() - 0.5));
    const length = failures > 0 && backoff ? pauseMs(failures, backoff, () => clock.random()) : own;
    await clock.sleep(length, interrupt.signal, true);
  };
  const loop = async (): Promise<void> => {
    if (options.later) await pause();
    while (!stop.signal.aborted) {
      interrupt = new AbortController();
      if (!(await once())) await pause();
    }
  };
  const running = loop();
  return {
    wake: () => interrupt.abort(),
    async stop() {
      stop.abort();
      interrupt.abort();
      if (options.drainMs === undefined) return running;
      const enough = new AbortController();
      await Promise.race([running, clock.sleep(options.drainMs, enough.signal, true)]);
      enough.abort();
    },
  };
}

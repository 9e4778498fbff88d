import { setTimeout as delay } from 'node:timers/promises';

/** Time and chance as work that waits sees them. Tests pass a clock of their own and move it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Waits; resolves early, without an error, when the signal is aborted. Never keeps the process alive by itself. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** A number in [0, 1). */
  random(): number;
}

/** The real one. */
export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await delay(ms, undefined, { ...(signal === undefined ? {} : { signal }), ref: false });
    } catch (error) {
      // Aborted: whoever waits looks at the signal.
      if (!signal?.aborted) throw error;
    }
  },
  random: () => Math.random(),
};

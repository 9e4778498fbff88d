import { setTimeout as delay } from 'node:timers/promises';

/** Time and chance as work that waits sees them. Tests pass a clock of their own and move it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /**
   * Waits; resolves early, without an error, when the signal is aborted.
   *
   * @param idle such waiting does not keep the process alive
   */
  sleep(ms: number, signal?: AbortSignal, idle?: boolean): Promise<void>;
  /** A number in [0, 1). */
  random(): number;
}

/** The real one. */
export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal, idle = false) {
    try {
      await delay(ms, undefined, { ...(signal === undefined ? {} : { signal }), ref: !idle });
    } catch (error) {
      // Aborted: whoever waits looks at the signal.
      if (!signal?.aborted) throw error;
    }
  },
  random: () => Math.random(),
};

import { setTimeout as sleep } from 'node:timers/promises';

/** Time and chance as the core sees them; tests pass their own. */
export interface BusTiming {
  /** Waits; resolves early, without an error, when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** A number in [0, 1). */
  random(): number;
}

export const systemTiming: BusTiming = {
  async sleep(ms, signal) {
    try {
      await sleep(ms, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error; // only an AbortError is expected
    }
  },
  random: Math.random,
};

/** First pause between two tries, milliseconds. */
const FIRST_MS = 50;
/** Longest pause: a service that is back after an outage goes on within this time. */
export const LONGEST_BACKOFF_MS = 5_000;

/**
 * Pause before the next try: doubles from 50 ms up to 5 s; the upper half of each is jitter, so that lanes that failed
 * together do not come back together.
 */
export function backoffMs(attempt: number, random: () => number, retryAfterMs = 0): number {
  const full = Math.min(LONGEST_BACKOFF_MS, Math.max(FIRST_MS * 2 ** Math.min(attempt - 1, 10), retryAfterMs));
  return full / 2 + (full / 2) * random();
}

import { appError } from '@beseda/errors';
import { type Clock, SYSTEM_CLOCK } from './clock.js';

/** Given by a piece of work that came to nothing this time, without an error: it is done again. */
export const AGAIN = Symbol('again');

/** Pauses between attempts: the first, doubled each time up to the longest; milliseconds. Jitter halves them at most. */
export interface Backoff {
  firstMs: number;
  longestMs: number;
}

/** Options of {@link retry}. */
export interface RetryOptions extends Backoff {
  /** No attempt begins at or after this moment; milliseconds since 1970. */
  until: number;
  /** Whether an error is worth another attempt; default: none is, only {@link AGAIN}. */
  while?: (error: unknown) => boolean;
  /** The error when there is no time left for work that gave {@link AGAIN}; default: retryable ABORTED. */
  exhausted?: () => Error;
  /** Each attempt that is followed by another one. */
  onRetry?: (attempt: number, error: unknown) => void;
  /** Ends the waiting between attempts: what the last one threw is thrown. */
  signal?: AbortSignal;
  clock?: Clock;
}

/** The pause after an attempt (1, 2 …): the upper half of it is jitter, so that those who failed together part. */
export function pauseMs(attempt: number, { firstMs, longestMs }: Backoff, random: () => number): number {
  const full = Math.min(longestMs, firstMs * 2 ** Math.min(attempt - 1, 30));
  return full / 2 + (full / 2) * random();
}

/**
 * Does a piece of work until it gives a result, with growing, jittered pauses. It gives up when an error is not worth
 * another attempt, or when the next one would not begin in time.
 *
 * @throws what the last attempt threw; `exhausted` when it gave {@link AGAIN}.
 */
export async function retry<T>(
  work: (attempt: number) => Promise<T | typeof AGAIN>,
  options: RetryOptions,
): Promise<T> {
  const { until, signal, onRetry, exhausted = tooBusy, clock = SYSTEM_CLOCK } = options;
  for (let attempt = 1; ; attempt++) {
    let failure: unknown = AGAIN;
    try {
      const result = await work(attempt);
      if (result !== AGAIN) return result as T;
    } catch (error) {
      // The caller says which errors pass by themselves.
      if (!options.while?.(error)) throw error;
      failure = error;
    }
    const pause = pauseMs(attempt, options, () => clock.random());
    if (signal?.aborted || clock.now() + pause >= until) throw failure === AGAIN ? exhausted() : failure;
    onRetry?.(attempt, failure);
    await clock.sleep(pause, signal);
    if (signal?.aborted) throw failure === AGAIN ? exhausted() : failure;
  }
}

const tooBusy = (): Error => appError('ABORTED', 'Others were faster all the time; try again.');

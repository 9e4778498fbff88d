/** How {@link until} waits. */
export interface UntilOptions {
  /** How long to wait, in milliseconds (default 20,000: what is awaited comes late on a busy machine, and waiting for it costs nothing). */
  readonly timeoutMs?: number;
  /** Pause between two looks, in milliseconds (default 10). */
  readonly everyMs?: number;
  /** What is awaited; stands in the error message. */
  readonly what: string;
}

/**
 * Waits until `predicate` gives something truthy and returns that.
 * A predicate that throws counts as "not yet", so that an assertion can be the predicate.
 * @throws Error that names `what` and what was seen last, when the time is over.
 */
export async function until<T>(predicate: () => T | Promise<T>, options: UntilOptions): Promise<T> {
  const timeoutMs = options.timeoutMs ?? 20_000;
  const deadline = performance.now() + timeoutMs;
  let seen = '';
  for (;;) {
    try {
      const value = await predicate();
      if (value) return value;
      seen = `last value: ${String(value)}`;
    } catch (error) {
      // "not yet": kept for the message only
      seen = `last error: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (performance.now() >= deadline) throw new Error(`waited ${timeoutMs} ms for ${options.what}; ${seen}`);
    await new Promise((resolve) => setTimeout(resolve, options.everyMs ?? 10));
  }
}

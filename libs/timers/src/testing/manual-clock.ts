import type { Clock } from '../clock.js';

interface Sleeper {
  at: number;
  wake: () => void;
}

/** A clock that stands still until it is moved. Chance is always the middle. */
export class ManualClock implements Clock {
  #now = 0;
  #sleepers: Sleeper[] = [];

  now(): number {
    return this.#now;
  }

  random(): number {
    return 0.5;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper = { at: this.#now + ms, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', () => this.#wake(sleeper), { once: true });
    });
  }

  /** How long the next sleeper still sleeps; undefined: nobody does. */
  get next(): number | undefined {
    if (this.#sleepers.length === 0) return undefined;
    return Math.min(...this.#sleepers.map(({ at }) => at)) - this.#now;
  }

  /** Lets time pass and everything that follows from it happen. */
  async move(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    for (let due = this.#due(end); due; due = this.#due(end)) {
      this.#now = due.at;
      this.#wake(due);
      await settled();
    }
    this.#now = end;
  }

  #due(end: number): Sleeper | undefined {
    return this.#sleepers.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
  }

  #wake(sleeper: Sleeper): void {
    this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
    sleeper.wake();
  }
}

/** Resolves when everything has happened that waits for nothing but promises. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

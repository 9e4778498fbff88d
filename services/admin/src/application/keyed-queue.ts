import { appError } from '@beseda/errors';

/** Runs work one after the other per key, in this process. */
export class KeyedQueue {
  readonly #waiting = new Map<string, { tail: Promise<unknown>; count: number }>();

  /** @param limit more than this many for one key are turned away with RATE_LIMITED */
  constructor(private readonly limit: number) {}

  /** Waits for the earlier work of the key, then runs. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const lane = this.#waiting.get(key) ?? { tail: Promise.resolve(), count: 0 };
    if (lane.count >= this.limit) throw appError('RATE_LIMITED', 'Too many sign-ins at once.', { retryAfterMs: 1_000 });
    const turn = lane.tail.then(work);
    lane.tail = turn.catch(() => undefined); // the caller gets the failure; the next in line only waits for the end
    lane.count++;
    this.#waiting.set(key, lane);
    try {
      return await turn;
    } finally {
      lane.count--;
      if (lane.count === 0) this.#waiting.delete(key);
    }
  }
}

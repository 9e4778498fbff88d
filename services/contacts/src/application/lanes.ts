import { appError } from '@beseda/errors';

/** Commands that may wait for one contact; a page that sends more at once is out of order. */
const MAX_WAITING = 200;

/** Runs the commands of one contact one after the other, so that replicas race only with each other. */
export class Lanes {
  readonly #lanes = new Map<string, { tail: Promise<unknown>; count: number }>();

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const lane = this.#lanes.get(key) ?? { tail: Promise.resolve(), count: 0 };
    if (lane.count >= MAX_WAITING) {
      throw appError('RATE_LIMITED', `At most ${MAX_WAITING} changes of one contact may wait.`, {
        retryAfterMs: 1_000,
      });
    }
    const turn = lane.tail.then(work);
    lane.tail = turn.catch(() => undefined); // its caller gets the failure; the next in line only waits for the end
    lane.count++;
    this.#lanes.set(key, lane);
    try {
      return await turn;
    } finally {
      lane.count--;
      if (lane.count === 0) this.#lanes.delete(key);
    }
  }
}

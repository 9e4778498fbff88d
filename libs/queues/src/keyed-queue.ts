import type { AppError } from '@beseda/errors';

/** How much may wait, and what the next one is told. */
export interface QueueLimit {
  /** Pieces of work that may be there at once, the one that runs included. */
  most: number;
  /** The refusal of one more. */
  refuse: () => AppError;
}

interface Lane {
  tail: Promise<unknown>;
  count: number;
}

/** Work of one key runs one after another, in the order it came; work of different keys side by side. */
export class KeyedQueue {
  readonly #lanes = new Map<string, Lane>();

  /** @param limit of the work of one key; default: none */
  constructor(private readonly limit?: QueueLimit) {}

  /** How many keys have work. */
  get size(): number {
    return this.#lanes.size;
  }

  /**
   * Runs work when all earlier work of the key has ended, however it ended.
   *
   * @throws the limit's refusal; what the work throws.
   */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const lane = this.#lanes.get(key) ?? { tail: Promise.resolve(), count: 0 };
    if (this.limit && lane.count >= this.limit.most) throw this.limit.refuse();
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

import type { QueueLimit } from './keyed-queue.js';

/** Lets so many pieces of work run at once; the others wait for their turn, in the order they came. */
export class Limiter {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** @param waiting limit of the work that waits; default: none */
  constructor(
    atOnce: number,
    private readonly waiting?: QueueLimit,
  ) {
    this.#free = atOnce;
  }

  /**
   * Waits for a turn, then runs.
   *
   * @throws the limit's refusal; what the work throws.
   */
  async run<T>(work: () => Promise<T> | T): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await this.#turn();
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift(); // the turn is handed on, so that nobody can overtake
      if (next) next();
      else this.#free++;
    }
  }

  #turn(): Promise<void> {
    if (this.waiting && this.#waiting.length >= this.waiting.most) throw this.waiting.refuse();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

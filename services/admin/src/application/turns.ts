import { appError } from '@beseda/errors';
import { currentContext } from '@beseda/grpc';

/** Passwords under work at once: each takes 19 MiB and a core. */
const AT_ONCE = 2;
/** Callers that may wait for their turn; more than these are turned away before they cost anything. */
const MAX_WAITING = 200;

/** Bounds how many passwords are worked on at once, so that a flood of sign-ins takes neither all memory nor all cores. */
export class Turns {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #limits: { atOnce: number; waiting: number };

  constructor(limits = { atOnce: AT_ONCE, waiting: MAX_WAITING }) {
    this.#limits = limits;
  }

  /** Waits for a turn, then runs. Work whose caller has stopped waiting meanwhile is not begun. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#turn();
    try {
      if ((currentContext()?.deadline ?? Infinity) < Date.now()) {
        throw appError('DEADLINE_EXCEEDED', 'There was no turn for this in time.');
      }
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }

  async #turn(): Promise<void> {
    if (this.#running < this.#limits.atOnce) {
      this.#running++;
      return;
    }
    if (this.#waiting.length >= this.#limits.waiting) {
      throw appError('UNAVAILABLE', 'Too many people sign in right now.', { retryAfterMs: 1_000 });
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

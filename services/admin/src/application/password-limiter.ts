import { appError } from '@beseda/errors';
import { currentContext } from '@beseda/grpc';
import { Limiter } from '@beseda/queues';

/** Passwords under work at once: each takes 19 MiB and a core. */
const AT_ONCE = 2;
/** Callers that may wait for their turn; more than these are turned away before they cost anything. */
const MAX_WAITING = 200;

/** Bounds how many passwords are worked on at once, so that a flood of sign-ins takes neither all memory nor all cores. */
export class PasswordLimiter {
  readonly #limiter: Limiter;

  constructor(limits = { atOnce: AT_ONCE, waiting: MAX_WAITING }) {
    this.#limiter = new Limiter(limits.atOnce, {
      most: limits.waiting,
      refuse: () => appError('UNAVAILABLE', 'Too many people sign in right now.', { retryAfterMs: 1_000 }),
    });
  }

  /** Waits for a turn, then runs. Work whose caller has stopped waiting meanwhile is not begun. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return this.#limiter.run(() => {
      if ((currentContext()?.deadline ?? Infinity) >= Date.now()) return work();
      throw appError('DEADLINE_EXCEEDED', 'There was no turn for this in time.');
    });
  }
}

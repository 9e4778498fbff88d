import { appError } from '@beseda/errors';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** What a limited request of the widget is. */
export type WidgetRate = 'session' | 'send' | 'request';
/** What a limited request is. */
export type RateKind = WidgetRate | 'sign-in' | 'reset' | 'avatar';

interface Rule {
  points: number;
  seconds: number;
  /** In words, after "at most N". */
  what: string;
}

/**
 * Per contact: 50 messages at once must pass, and nobody types faster than 60 in 10 s. Reads and receipts come with every
 * event of the other side, so they have more room.
 */
const PER_CONTACT: Record<Exclude<WidgetRate, 'session'>, Rule> = {
  send: { points: 60, seconds: 10, what: 'messages from one visitor' },
  request: { points: 600, seconds: 10, what: 'requests from one visitor' },
};
/** Per address: an office or a mobile network has many visitors behind one. */
const PER_ADDRESS: Record<RateKind, Rule> = {
  session: { points: 600, seconds: 60, what: 'widget sessions from one address' },
  send: { points: 1_200, seconds: 10, what: 'messages from one address' },
  request: { points: 6_000, seconds: 10, what: 'requests from one address' },
  // Guesses at a code or a ticket; the service behind counts them by ticket and operator as well.
  'sign-in': { points: 120, seconds: 60, what: 'steps of signing in from one address' },
  // Each may send a mail to somebody who did not ask for it.
  reset: { points: 20, seconds: 600, what: 'password resets from one address' },
  avatar: { points: 6_000, seconds: 10, what: 'pictures for one address' },
};

interface Limiter {
  rule: Rule;
  memory: RateLimiterMemory;
}

/**
 * Limits of the routes that anybody on the web can call. Counted in this process: with several replicas each
 * allows the whole number, which is still a limit.
 */
export class RateLimits {
  readonly #limiters = new Map<string, Limiter>();

  /** @param factor multiplies every limit */
  constructor(private readonly factor = 1) {}

  /** Counts one request. @throws AppError RATE_LIMITED that names the limit and when to come again */
  async consume(kind: RateKind, by: { address: string; contactId?: string }): Promise<void> {
    await this.#take('address', kind, PER_ADDRESS[kind], networkOf(by.address));
    if (by.contactId !== undefined && (kind === 'send' || kind === 'request'))
      await this.#take('contact', kind, PER_CONTACT[kind], by.contactId);
  }

  async #take(scope: string, kind: RateKind, rule: Rule, key: string): Promise<void> {
    const { rule: scaled, memory } = this.#limiter(`${scope}:${kind}`, rule);
    try {
      await memory.consume(key);
    } catch (thrown) {
      // The limiter rejects with the state of the key when it is used up; anything else is a defect.
      if (!(thrown instanceof RateLimiterRes)) throw thrown;
      const retryAfterMs = Math.max(1, thrown.msBeforeNext);
      throw appError(
        'RATE_LIMITED',
        `At most ${scaled.points} ${scaled.what} in ${scaled.seconds} seconds. Try again in ${Math.ceil(retryAfterMs / 1_000)} s.`,
        { retryAfterMs },
      );
    }
  }

  #limiter(name: string, rule: Rule): Limiter {
    let limiter = this.#limiters.get(name);
    if (!limiter) {
      const scaled = { ...rule, points: Math.max(1, Math.round(rule.points * this.factor)) };
      limiter = { rule: scaled, memory: new RateLimiterMemory({ points: scaled.points, duration: scaled.seconds }) };
      this.#limiters.set(name, limiter);
    }
    return limiter;
  }
}

/** The network an address is counted by: IPv4 as it is, IPv6 by its first 64 bits, which one household has for itself. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1]) return mapped[1];
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.toLowerCase().split('%')[0]?.split('::') ?? [];
  const left = head.split(':').filter(Boolean);
  const right = (tail ?? '').split(':').filter(Boolean);
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...right];
  return groups
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':');
}

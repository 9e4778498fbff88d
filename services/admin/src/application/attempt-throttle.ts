import { appError } from '@beseda/errors';
import { KeyedQueue } from '@beseda/queues';
import { Injectable } from '@nestjs/common';
import { ADDRESS_RULE, EMAIL_RULE, type ThrottleRule } from '../domain/throttle.js';
import { LoginAttemptsRepository } from '../infrastructure/mongo/login-attempts.repository.js';
import { SignInAudit } from './sign-in-audit.js';

/** Something that is counted, and how much of it is too much. */
export interface Counted {
  key: string;
  rule: ThrottleRule;
}

/** Guesses at what belongs to one person. */
export const personKey = (kind: string, id: string): Counted => ({ key: `${kind}:${id}`, rule: EMAIL_RULE });

/** Guesses from one network address; none when it is unknown. */
export const addressKeys = (address: string): Counted[] =>
  address ? [{ key: `address:${address}`, rule: ADDRESS_RULE }] : [];

const tooMany = (ms: number): Error =>
  appError('RATE_LIMITED', `Too many failed attempts. Try again in ${Math.ceil(ms / 1000)} s.`, {
    retryAfterMs: ms,
    logLevel: 'info',
  });

/** Attempts on one key wait for each other, so that each is counted before the next is looked at; so many may wait. */
export const attemptQueue = (most: number): KeyedQueue =>
  new KeyedQueue({
    most,
    refuse: () => appError('RATE_LIMITED', 'Too many sign-ins at once.', { retryAfterMs: 1_000 }),
  });

/** Bounds how often secrets can be guessed: passwords, codes, links. Shared by all replicas. */
@Injectable()
export class AttemptThrottle {
  constructor(
    private readonly attempts: LoginAttemptsRepository,
    private readonly audit: SignInAudit,
  ) {}

  /** @throws AppError RATE_LIMITED while one of these is locked */
  async assertFree(counted: readonly Counted[], now: Date): Promise<void> {
    const locked = await this.attempts.lockedFor(
      counted.map(({ key }) => key),
      now,
    );
    if (locked > 0) throw tooMany(locked);
  }

  /** Counts a wrong guess. */
  async wrong(counted: readonly Counted[], now: Date): Promise<void> {
    for (const { key, rule } of counted) {
      const lockedMs = await this.attempts.fail(key, rule, now);
      // Not waited for: a locked address of somebody known must not answer later than one of nobody.
      if (lockedMs > 0) void this.audit.locked(key, lockedMs);
    }
  }

  /** A right guess: what was wrong before is forgotten. */
  async right({ key }: Counted): Promise<void> {
    await this.attempts.forget(key);
  }
}

import { appError } from '@beseda/errors';
import { Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import { type Operator, normalEmail } from '../domain/operator.js';
import { ADDRESS_RULE, EMAIL_RULE } from '../domain/throttle.js';
import { Passwords } from '../infrastructure/crypto/passwords.js';
import { LoginAttemptsRepository } from '../infrastructure/mongo/login-attempts.repository.js';
import { OperatorsRepository } from '../infrastructure/mongo/operators.repository.js';
import { SessionsRepository } from '../infrastructure/mongo/sessions.repository.js';
import { KeyedQueue } from './keyed-queue.js';
import { SessionTokens, type SignedIn } from './session-tokens.js';
import { Turns } from './turns.js';

export interface LoginCommand {
  email: string;
  password: string;
  /** The browser's network address; empty: unknown. */
  address: string;
  userAgent: string;
}

/** Sign-ins with one e-mail that may wait for each other. */
const MAX_QUEUE = 100;

/** Signs an operator in with e-mail and password. */
@Injectable()
export class LoginHandler {
  readonly #perEmail = new KeyedQueue(MAX_QUEUE);

  constructor(
    private readonly operators: OperatorsRepository,
    private readonly sessions: SessionsRepository,
    private readonly attempts: LoginAttemptsRepository,
    private readonly passwords: Passwords,
    private readonly turns: Turns,
    private readonly tokens: SessionTokens,
  ) {}

  /**
   * One after the other for an e-mail, and a few at once in all: guesses sent together are counted before the next is looked
   * at. An address, or another replica, can get one guess more past its limit at most.
   */
  execute(command: LoginCommand): Promise<SignedIn> {
    const email = normalEmail(command.email);
    return this.#perEmail.run(email, () => this.turns.run(() => this.#login({ ...command, email })));
  }

  async #login(command: LoginCommand): Promise<SignedIn> {
    const now = new Date();
    const emailKey = `email:${command.email}`;
    const addressKey = command.address ? `address:${command.address}` : undefined;
    const locked = await this.attempts.lockedFor(addressKey ? [emailKey, addressKey] : [emailKey], now);
    if (locked > 0) throw tooMany(locked);
    const operator = await this.#check(command);
    if (!operator) {
      await this.attempts.fail(emailKey, EMAIL_RULE, now);
      if (addressKey) await this.attempts.fail(addressKey, ADDRESS_RULE, now);
      throw wrongCredentials();
    }
    // Failures of the address stay: who owns one account must not buy guesses at others with it.
    await this.attempts.forget(emailKey);
    const session = await this.sessions.insert({
      _id: v7(),
      operatorId: operator.id,
      tokenVersion: operator.tokenVersion,
      createdAt: now,
      address: command.address,
      userAgent: command.userAgent,
    });
    return this.tokens.issue(session, operator);
  }

  /** The operator whose password this is; an unknown e-mail takes as long as a known one. */
  async #check({ email, password }: LoginCommand): Promise<Operator | undefined> {
    const found = await this.operators.byEmail(email);
    if (!found) {
      await this.passwords.verifyNobody(password);
      return undefined;
    }
    const right = await this.passwords.verify(found.passwordHash, password);
    return right && !found.operator.disabled ? found.operator : undefined;
  }
}

const tooMany = (ms: number): Error =>
  appError('RATE_LIMITED', `Too many failed sign-ins. Try again in ${Math.ceil(ms / 1000)} s.`, {
    retryAfterMs: ms,
    logLevel: 'info',
  });

function wrongCredentials(): Error {
  const message = 'E-mail or password are wrong.';
  return appError('UNAUTHENTICATED', message, { fields: [{ path: 'password', code: 'wrong_credentials', message }] });
}

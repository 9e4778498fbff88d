import { type FieldError, appError } from '@beseda/errors';
import type { Keys } from '@beseda/auth';
import { KEYS } from '@beseda/service-defaults';
import { Inject, Injectable } from '@nestjs/common';
import { type LoginStep, TICKET_MS, nextStep, ranOut } from '../domain/one-time.js';
import { maySignIn, normalEmail } from '../domain/operator.js';
import { makeTicket, proofOf } from '../infrastructure/crypto/login-tickets.js';
import { Passwords } from '../infrastructure/crypto/passwords.js';
import { OperatorsRepository } from '../infrastructure/mongo/operators.repository.js';
import type { OperatorDocument } from '../infrastructure/mongo/people.documents.js';
import { AttemptThrottle, addressKeys, personKey, attemptQueue } from './attempt-throttle.js';
import { type Browser, SessionStart } from './session-start.js';
import type { SignedIn } from './session-tokens.js';
import { SignInOptions } from './sign-in-options.js';
import { PasswordLimiter } from './password-limiter.js';

export interface LoginCommand extends Browser {
  email: string;
  password: string;
}

/** What a login has come to: a session, or what is still to be shown. */
export type LoginOutcome =
  { session: SignedIn } | { next: { step: LoginStep; ticket: string; /** Seconds. */ expiresIn: number } };

/** Sign-ins with one e-mail that may wait for each other. */
const MAX_QUEUE = 100;

/** Signs an operator in with e-mail and password. */
@Injectable()
export class LoginHandler {
  readonly #perEmail = attemptQueue(MAX_QUEUE);

  constructor(
    private readonly operators: OperatorsRepository,
    private readonly throttle: AttemptThrottle,
    private readonly passwords: Passwords,
    private readonly passwordLimiter: PasswordLimiter,
    private readonly options: SignInOptions,
    private readonly start: SessionStart,
    @Inject(KEYS) private readonly keys: Keys,
  ) {}

  /**
   * One after the other for an e-mail, and a few at once in all: guesses sent together are counted before the next is looked
   * at. An address, or another replica, can get one guess more past its limit at most.
   */
  execute(command: LoginCommand): Promise<LoginOutcome> {
    const email = normalEmail(command.email);
    return this.#perEmail.run(email, () => this.passwordLimiter.run(() => this.#login({ ...command, email })));
  }

  async #login(command: LoginCommand): Promise<LoginOutcome> {
    const now = new Date();
    const ofEmail = personKey('email', command.email);
    const counted = [ofEmail, ...addressKeys(command.address)];
    await this.throttle.assertFree(counted, now);
    const operator = await this.#check(command);
    if (!operator) {
      await this.throttle.wrong(counted, now);
      throw refused('UNAUTHENTICATED', 'wrong_credentials', 'E-mail or password are wrong.');
    }
    // Failures of the address stay: who owns one account must not buy guesses at others with it.
    await this.throttle.right(ofEmail);
    if (ranOut(operator, now)) {
      throw refused('UNAUTHENTICATED', 'expired', 'The one-time password has run out. Ask for a new invitation.');
    }
    if (!this.options.mayUsePassword(operator)) {
      throw refused('PERMISSION_DENIED', 'passwords_off', 'Sign in through your company: passwords are off here.');
    }
    return this.proceed(operator, [], command);
  }

  /** The next step after what is done, or the session when nothing is left to do. */
  async proceed(operator: OperatorDocument, done: readonly LoginStep[], browser: Browser): Promise<LoginOutcome> {
    const step = nextStep(operator, done);
    if (!step) return { session: await this.start.begin(operator, browser) };
    const claims = { operatorId: operator._id, done: [...done], proof: proofOf(operator.passwordHash) };
    return { next: { step, ticket: makeTicket(this.keys, claims, new Date()), expiresIn: TICKET_MS / 1000 } };
  }

  /** The operator whose password this is; an unknown e-mail takes as long as a known one. */
  async #check({ email, password }: LoginCommand): Promise<OperatorDocument | undefined> {
    const found = await this.operators.storedByEmail(email);
    if (!found?.passwordHash) {
      await this.passwords.verifyNobody(password);
      return undefined;
    }
    const right = await this.passwords.verify(found.passwordHash, password);
    return right && maySignIn(found) ? found : undefined;
  }
}

function refused(code: 'UNAUTHENTICATED' | 'PERMISSION_DENIED', word: string, message: string): Error {
  const field: FieldError = { path: 'password', code: word, message };
  return appError(code, message, { fields: [field] });
}

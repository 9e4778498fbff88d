import type { OperatorActor } from '@beseda/auth';
import { invalidField } from '@beseda/errors';
import { clientInfo } from '@beseda/grpc';
import { Injectable } from '@nestjs/common';
import { Passwords } from '../infrastructure/crypto/passwords.js';
import type { OperatorDocument } from '../infrastructure/mongo/people.documents.js';
import { Account, refused } from './account.js';
import { type Counted, AttemptThrottle, addressKeys, personKey, attemptQueue } from './attempt-throttle.js';
import { SecondFactorCheck } from './second-factor-check.js';
import { PasswordLimiter } from './password-limiter.js';

/** Guesses at the secrets of one person that may wait for each other. */
const MAX_QUEUE = 20;

/** Asks a signed-in operator for his password or a code. Guesses are counted as those of a login are. */
@Injectable()
export class AccountSecrets {
  readonly #perPerson = attemptQueue(MAX_QUEUE);

  constructor(
    private readonly account: Account,
    private readonly throttle: AttemptThrottle,
    private readonly passwords: Passwords,
    private readonly passwordLimiter: PasswordLimiter,
    private readonly factor: SecondFactorCheck,
  ) {}

  /** Uses a code of the second factor up. @returns whose it was */
  async useCode(actor: OperatorActor, code: string): Promise<OperatorDocument> {
    const operator = await this.account.get(actor);
    if (!operator.secondFactor) throw refused('secondFactor', 'off', 'The second factor is off.');
    const used = await this.counted(personKey('code', actor.id), async () =>
      (await this.factor.use(operator, code, new Date())) ? true : undefined,
    );
    if (!used) throw wrongCode();
    return operator;
  }

  /** @throws AppError INVALID_ARGUMENT when it is wrong: the session is good, so the caller must not look signed out */
  async assertPassword(operator: OperatorDocument, password: string): Promise<void> {
    if (!operator.passwordHash) throw refused('currentPassword', 'no_password', 'You sign in without a password.');
    const right = await this.counted(personKey('account', operator._id), async () =>
      (await this.passwordLimiter.run(() => this.passwords.verify(operator.passwordHash, password))) ? true : undefined,
    );
    if (!right) throw invalidField('currentPassword', 'wrong_credentials', 'This is not your password.');
  }

  /**
   * Runs a guess that undefined means to be wrong. One after the other for a person: guesses sent together are counted before
   * the next is looked at, or a stolen session could try codes by the thousand at once.
   */
  counted<T>(ofPerson: Counted, guess: () => Promise<T | undefined>): Promise<T | undefined> {
    return this.#perPerson.run(ofPerson.key, () => this.#guess(ofPerson, guess));
  }

  async #guess<T>(ofPerson: Counted, guess: () => Promise<T | undefined>): Promise<T | undefined> {
    const now = new Date();
    const counted = [ofPerson, ...addressKeys(clientInfo().address)];
    await this.throttle.assertFree(counted, now);
    const found = await guess();
    if (found === undefined) await this.throttle.wrong(counted, now);
    else await this.throttle.right(ofPerson);
    return found;
  }
}

/** A code that is not right, or was used. */
export const wrongCode = (): Error => invalidField('code', 'wrong_code', 'The code is wrong or was used before.');

import { type Keys, type OperatorActor, seal, unseal } from '@beseda/auth';
import { appError, invalidField } from '@beseda/errors';
import { clientInfo, correlationId } from '@beseda/grpc';
import { bytesOf } from '@beseda/mongo';
import { KEYS } from '@beseda/service-defaults';
import { Inject, Injectable } from '@nestjs/common';
import type { Session } from '../domain/session.js';
import { sessionLives } from '../domain/session.js';
import { recoveryCodes, recoveryHash } from '../infrastructure/crypto/one-time-passwords.js';
import { Passwords } from '../infrastructure/crypto/passwords.js';
import { newTotpSecret, totpStep, totpUri } from '../infrastructure/crypto/totp.js';
import { OperatorsRepository } from '../infrastructure/mongo/operators.repository.js';
import type { OperatorDocument } from '../infrastructure/mongo/people.documents.js';
import { SessionsRepository } from '../infrastructure/mongo/sessions.repository.js';
import { Account, aboutSelf } from './account.js';
import { Audit } from './audit.js';
import { type Counted, Guesses, addressKeys, personKey } from './guesses.js';
import { KeyedQueue } from './keyed-queue.js';
import { MailSender } from './mail-sender.js';
import { NewPassword } from './new-password.js';
import { SecondFactorCheck, factorContext } from './second-factor-check.js';
import { SessionEnd } from './session-end.js';
import { passwordChanged } from './set-new-password.handler.js';
import { Turns } from './turns.js';

/** How long a secret waits for its first code; milliseconds. */
const START_MS = 15 * 60_000;
const ISSUER = 'Beseda';
/** Guesses at the secrets of one person that may wait for each other. */
const MAX_QUEUE = 20;

/** Password, second factor and sessions of an operator, by himself. Guesses are counted as those of a login are. */
@Injectable()
export class AccountSecurity {
  readonly #perPerson = new KeyedQueue(MAX_QUEUE);

  constructor(
    private readonly account: Account,
    private readonly operators: OperatorsRepository,
    private readonly sessions: SessionsRepository,
    private readonly sessionEnd: SessionEnd,
    private readonly guesses: Guesses,
    private readonly passwords: Passwords,
    private readonly turns: Turns,
    private readonly newPassword: NewPassword,
    private readonly factor: SecondFactorCheck,
    private readonly sender: MailSender,
    private readonly audit: Audit,
    @Inject(KEYS) private readonly keys: Keys,
  ) {}

  /**
   * Every other session ends; the one named goes on, with a new access token.
   * @param sessionId of the caller
   */
  async changePassword(actor: OperatorActor, current: string, chosen: string, sessionId: string): Promise<void> {
    const operator = await this.account.get(actor);
    await this.#assertPassword(operator, current);
    const passwordHash = await this.newPassword.hash(chosen, operator.passwordHash);
    const keep = (await this.#live(operator)).some(({ id }) => id === sessionId) ? sessionId : undefined;
    await this.audit.change(
      { ...aboutSelf(actor, operator, 'account.password_changed'), after: { passwordHash } },
      async () => {
        await this.operators.change(actor.id, correlationId(), (present) => {
          if (present.passwordHash !== operator.passwordHash)
            throw appError('ABORTED', 'The password was changed meanwhile.', { retryable: false });
          const tokenVersion = present.tokenVersion + 1;
          return {
            set: {
              ...{ passwordHash, tokenVersion, endedSessions: [] },
              ...(keep === undefined ? {} : { keptSession: { sessionId: keep, tokenVersion } }),
            },
            unset: ['reset'],
            mail: passwordChanged(present),
          };
        });
        return { result: undefined };
      },
      { collection: 'operators', id: actor.id, version: operator.version },
    );
    await this.sessions.removeAllOf(actor.id, keep);
    this.sender.wake();
  }

  async listSessions(actor: OperatorActor): Promise<Session[]> {
    return this.#live(await this.account.get(actor));
  }

  /** Ends one session, or all but one; one that is over already is no error. */
  async endSessions(actor: OperatorActor, which: { only: string } | { allBut: string }): Promise<void> {
    const live = await this.#live(await this.account.get(actor));
    const ids = live.map(({ id }) => id);
    if ('only' in which)
      return this.sessionEnd.end(
        actor.id,
        ids.filter((id) => id === which.only),
      );
    await this.sessionEnd.end(
      actor.id,
      ids.filter((id) => id !== which.allBut),
      which.allBut,
    );
  }

  /** A secret for an authenticator; nothing is on until a code of it was shown. */
  async startSecondFactor(actor: OperatorActor, current: string): Promise<{ secret: string; uri: string }> {
    const operator = await this.account.get(actor);
    if (operator.secondFactor) throw refused('secondFactor', 'already_on', 'The second factor is on.');
    await this.#assertPassword(operator, current);
    const secret = newTotpSecret();
    const sealed = seal(this.keys, factorContext(actor.id), secret);
    await this.operators.change(actor.id, correlationId(), () => ({
      set: { secondFactorStart: { secret: sealed, at: new Date() } },
    }));
    return { secret, uri: totpUri(secret, operator.email, ISSUER) };
  }

  /** Switches the second factor on. @returns the recovery codes; they are stored only as hashes */
  async confirmSecondFactor(actor: OperatorActor, code: string): Promise<string[]> {
    const operator = await this.account.get(actor);
    const start = operator.secondFactorStart;
    const now = new Date();
    if (!start || now.getTime() - start.at.getTime() > START_MS)
      throw refused('code', 'expired', 'This took too long. Begin again.');
    const secret = unseal(this.keys, factorContext(actor.id), bytesOf(start.secret));
    const step = await this.#counted(personKey('code', actor.id), async () => totpStep(secret, code, now));
    if (step === undefined) throw wrongCode();
    const codes = recoveryCodes();
    const recovery = codes.map((one) => recoveryHash(this.keys, actor.id, one));
    await this.#changeFactor(actor, operator, 'account.second_factor_on', (present) => {
      if (present.secondFactorStart?.at.getTime() !== start.at.getTime())
        throw refused('code', 'expired', 'Begin again.');
      return {
        set: { secondFactor: { secret: start.secret, lastStep: step, recovery } },
        unset: ['secondFactorStart'],
      };
    });
    return codes;
  }

  async stopSecondFactor(actor: OperatorActor, code: string): Promise<void> {
    const operator = await this.#useCode(actor, code);
    await this.#changeFactor(actor, operator, 'account.second_factor_off', () => ({
      unset: ['secondFactor', 'secondFactorStart'],
    }));
  }

  /** New recovery codes in place of the old ones. */
  async renewRecoveryCodes(actor: OperatorActor, code: string): Promise<string[]> {
    const operator = await this.#useCode(actor, code);
    const codes = recoveryCodes();
    const recovery = codes.map((one) => recoveryHash(this.keys, actor.id, one));
    await this.#changeFactor(actor, operator, 'account.recovery_codes_renewed', (present) =>
      present.secondFactor ? { set: { secondFactor: { ...present.secondFactor, recovery } } } : undefined,
    );
    return codes;
  }

  #changeFactor(
    actor: OperatorActor,
    operator: OperatorDocument,
    action: string,
    decide: Parameters<OperatorsRepository['change']>[2],
  ): Promise<void> {
    return this.audit.change(
      aboutSelf(actor, operator, action),
      async () => {
        await this.operators.change(actor.id, correlationId(), decide);
        return { result: undefined };
      },
      { collection: 'operators', id: actor.id, version: operator.version },
    );
  }

  async #useCode(actor: OperatorActor, code: string): Promise<OperatorDocument> {
    const operator = await this.account.get(actor);
    if (!operator.secondFactor) throw refused('secondFactor', 'off', 'The second factor is off.');
    const used = await this.#counted(personKey('code', actor.id), async () =>
      (await this.factor.use(operator, code, new Date())) ? true : undefined,
    );
    if (!used) throw wrongCode();
    return operator;
  }

  /** @throws AppError INVALID_ARGUMENT when it is wrong: the session is good, so the caller must not look signed out */
  async #assertPassword(operator: OperatorDocument, password: string): Promise<void> {
    if (!operator.passwordHash) throw refused('currentPassword', 'no_password', 'You sign in without a password.');
    const right = await this.#counted(personKey('account', operator._id), async () =>
      (await this.turns.run(() => this.passwords.verify(operator.passwordHash, password))) ? true : undefined,
    );
    if (!right) throw invalidField('currentPassword', 'wrong_credentials', 'This is not your password.');
  }

  /**
   * Runs a guess that undefined means to be wrong. One after the other for a person: guesses sent together are counted before
   * the next is looked at, or a stolen session could try codes by the thousand at once.
   */
  #counted<T>(ofPerson: Counted, guess: () => Promise<T | undefined>): Promise<T | undefined> {
    return this.#perPerson.run(ofPerson.key, () => this.#guess(ofPerson, guess));
  }

  async #guess<T>(ofPerson: Counted, guess: () => Promise<T | undefined>): Promise<T | undefined> {
    const now = new Date();
    const counted = [ofPerson, ...addressKeys(clientInfo().address)];
    await this.guesses.assertFree(counted, now);
    const found = await guess();
    if (found === undefined) await this.guesses.wrong(counted, now);
    else await this.guesses.right(ofPerson);
    return found;
  }

  async #live(operator: OperatorDocument): Promise<Session[]> {
    const all = await this.sessions.ofOperator(operator._id, new Date());
    return all.filter((session) => sessionLives(session, operator));
  }
}

const wrongCode = (): Error => invalidField('code', 'wrong_code', 'The code is wrong or was used before.');

const refused = (path: string, code: string, message: string): Error =>
  appError('FAILED_PRECONDITION', message, { fields: [{ path, code, message }] });

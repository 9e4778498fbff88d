import type { Keys } from '@beseda/auth';
import { appError, invalidField } from '@beseda/errors';
import { correlationId } from '@beseda/grpc';
import { KEYS } from '@beseda/service-defaults';
import { Inject, Injectable } from '@nestjs/common';
import { nextStep, ranOut } from '../domain/one-time.js';
import { maySignIn } from '../domain/operator.js';
import { type TicketClaims, proofOf, readTicket } from '../infrastructure/crypto/login-tickets.js';
import { OperatorsRepository } from '../infrastructure/mongo/operators.repository.js';
import type { OperatorDocument } from '../infrastructure/mongo/people.documents.js';
import { AttemptThrottle, addressKeys, personKey, attemptQueue } from './attempt-throttle.js';
import { LoginHandler, type LoginOutcome } from './login.handler.js';
import { NewPassword } from './new-password.js';
import { SecondFactorCheck } from './second-factor-check.js';
import type { Browser } from './session-start.js';
import { SignInOptions } from './sign-in-options.js';

export interface ContinueLoginCommand extends Browser {
  ticket: string;
  code?: string | undefined;
  newPassword?: string | undefined;
}

const MAX_QUEUE = 20;

/** The second step of a login: a code of the second factor, or a password instead of the one-time one. */
@Injectable()
export class ContinueLoginHandler {
  readonly #perPerson = attemptQueue(MAX_QUEUE);

  constructor(
    private readonly operators: OperatorsRepository,
    private readonly throttle: AttemptThrottle,
    private readonly factor: SecondFactorCheck,
    private readonly newPassword: NewPassword,
    private readonly login: LoginHandler,
    private readonly options: SignInOptions,
    @Inject(KEYS) private readonly keys: Keys,
  ) {}

  execute(command: ContinueLoginCommand): Promise<LoginOutcome> {
    const ticket = readTicket(this.keys, command.ticket, new Date());
    if (!ticket) throw ticketExpired();
    return this.#perPerson.run(ticket.operatorId, () => this.#continue(ticket, command));
  }

  async #continue(ticket: TicketClaims, command: ContinueLoginCommand): Promise<LoginOutcome> {
    const operator = await this.operators.stored(ticket.operatorId);
    if (!operator || !isGood(ticket, operator) || !this.options.mayUsePassword(operator)) throw ticketExpired();
    switch (nextStep(operator, ticket.done)) {
      case 'code':
        await this.#useCode(operator, command);
        return this.login.proceed(operator, [...ticket.done, 'code'], command);
      case 'password':
        return this.login.proceed(await this.#replace(ticket, operator, command.newPassword), ticket.done, command);
      case undefined:
        // The second factor was taken away meanwhile.
        return this.login.proceed(operator, ticket.done, command);
    }
  }

  async #useCode(operator: OperatorDocument, { code, address }: ContinueLoginCommand): Promise<void> {
    if (!code) throw invalidField('code', 'required', 'A code of the second factor is asked for.');
    const now = new Date();
    const ofPerson = personKey('code', operator._id);
    const counted = [ofPerson, ...addressKeys(address)];
    await this.throttle.assertFree(counted, now);
    if (await this.factor.use(operator, code, now)) return this.throttle.right(ofPerson);
    await this.throttle.wrong(counted, now);
    const message = 'The code is wrong or was used before.';
    throw appError('UNAUTHENTICATED', message, { fields: [{ path: 'code', code: 'wrong_code', message }] });
  }

  async #replace(ticket: TicketClaims, operator: OperatorDocument, chosen = ''): Promise<OperatorDocument> {
    const passwordHash = await this.newPassword.hash(chosen, operator.passwordHash);
    return this.operators.change(operator._id, correlationId(), (present) => {
      // Another tab was faster, or somebody sent a new invitation.
      if (!isGood(ticket, present)) throw ticketExpired();
      return { set: { passwordHash, invited: false }, unset: ['oneTimeUntil', 'invitation', 'reset'] };
    });
  }
}

/** Whether a ticket is still about the same password of somebody who may sign in. */
const isGood = ({ proof }: TicketClaims, operator: OperatorDocument): boolean =>
  maySignIn(operator) && proof === proofOf(operator.passwordHash) && !ranOut(operator, new Date());

function ticketExpired(): Error {
  const message = 'This took too long. Sign in again.';
  return appError('UNAUTHENTICATED', message, { fields: [{ path: 'ticket', code: 'expired', message }] });
}

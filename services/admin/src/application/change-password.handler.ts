import type { OperatorActor } from '@beseda/auth';
import { appError } from '@beseda/errors';
import { correlationId } from '@beseda/grpc';
import { Injectable } from '@nestjs/common';
import { OperatorsRepository } from '../infrastructure/mongo/operators.repository.js';
import { SessionsRepository } from '../infrastructure/mongo/sessions.repository.js';
import { AccountSecrets } from './account-secrets.js';
import { Account, aboutSelf } from './account.js';
import { Audit } from './audit.js';
import { MailSender } from './mail-sender.js';
import { NewPassword } from './new-password.js';
import { OwnSessions } from './own-sessions.js';
import { passwordChanged } from './set-new-password.handler.js';

/** Gives an operator the password he chooses. */
@Injectable()
export class ChangePasswordHandler {
  constructor(
    private readonly account: Account,
    private readonly secrets: AccountSecrets,
    private readonly newPassword: NewPassword,
    private readonly own: OwnSessions,
    private readonly operators: OperatorsRepository,
    private readonly sessions: SessionsRepository,
    private readonly sender: MailSender,
    private readonly audit: Audit,
  ) {}

  /**
   * Every other session ends; the one named goes on, with a new access token.
   * @param sessionId of the caller
   */
  async execute(actor: OperatorActor, current: string, chosen: string, sessionId: string): Promise<void> {
    const operator = await this.account.get(actor);
    await this.secrets.assertPassword(operator, current);
    const passwordHash = await this.newPassword.hash(chosen, operator.passwordHash);
    const keep = (await this.own.live(operator)).some(({ id }) => id === sessionId) ? sessionId : undefined;
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
}

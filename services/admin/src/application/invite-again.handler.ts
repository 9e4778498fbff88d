import type { OperatorActor } from '@beseda/auth';
import { appError } from '@beseda/errors';
import { correlationId } from '@beseda/grpc';
import { Injectable } from '@nestjs/common';
import type { Locale } from '../domain/operator.js';
import { OperatorsRepository } from '../infrastructure/mongo/operators.repository.js';
import { Audit } from './audit.js';
import { type InvitationState, Invitations } from './invitations.js';
import { MailSender } from './mail-sender.js';
import { People, assertManages } from './people.js';

/** Sends somebody who has not signed in yet a new one-time password; the one before stops working. */
@Injectable()
export class InviteAgainHandler {
  constructor(
    private readonly operators: OperatorsRepository,
    private readonly people: People,
    private readonly invitations: Invitations,
    private readonly sender: MailSender,
    private readonly audit: Audit,
  ) {}

  async execute(actor: OperatorActor, operatorId: string, locale: Locale | ''): Promise<InvitationState> {
    const caller = await this.people.caller(actor);
    const target = await this.people.target(caller, operatorId);
    assertManages(caller, target);
    assertWaiting(target);
    const { siteId } = caller.scope;
    const { set, unset, mail } = await this.invitations.fresh(
      {
        siteId,
        by: caller.name,
        locale: locale || target.locale || caller.locale || 'en',
      },
      target,
    );
    await this.audit.change(
      {
        ...{ siteId, actor, action: 'operator.invited_again', subject: 'operator', subjectId: operatorId },
        subjectName: target.name,
        after: { email: target.email },
      },
      async () => {
        await this.operators.change(operatorId, correlationId(), (present) => {
          assertWaiting(present);
          return { set, unset, mail };
        });
        return { result: undefined };
      },
      { collection: 'operators', id: operatorId, version: target.version },
    );
    this.sender.wake();
    return { state: 'waiting', at: mail.at, detail: '', expiresAt: set.oneTimeUntil };
  }
}

function assertWaiting({ invited, disabled }: { invited: boolean; disabled: boolean }): void {
  if (disabled) throw refused('disabled', 'This operator is disabled.');
  if (!invited)
    throw refused(
      'not_invited',
      'This operator has signed in already; a forgotten password is reset from the login page.',
    );
}

const refused = (code: string, message: string): Error =>
  appError('FAILED_PRECONDITION', message, { fields: [{ path: 'operatorId', code, message }] });

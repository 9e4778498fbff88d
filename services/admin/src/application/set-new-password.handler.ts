import { invalidField } from '@beseda/errors';
import { correlationId } from '@beseda/grpc';
import { Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import { maySignIn } from '../domain/operator.js';
import { resetDigest } from '../infrastructure/crypto/one-time-passwords.js';
import { OperatorsRepository } from '../infrastructure/mongo/operators.repository.js';
import type { MailIntent, OperatorDocument } from '../infrastructure/mongo/people.documents.js';
import { SessionsRepository } from '../infrastructure/mongo/sessions.repository.js';
import { Audit } from './audit.js';
import { AttemptThrottle, addressKeys, personKey } from './attempt-throttle.js';
import { MailSender } from './mail-sender.js';
import { NewPassword } from './new-password.js';

/** Sets a new password by the token of a link, once, and ends every session. */
@Injectable()
export class SetNewPasswordHandler {
  constructor(
    private readonly operators: OperatorsRepository,
    private readonly sessions: SessionsRepository,
    private readonly throttle: AttemptThrottle,
    private readonly newPassword: NewPassword,
    private readonly sender: MailSender,
    private readonly audit: Audit,
  ) {}

  async execute({
    token,
    newPassword,
    address,
  }: {
    token: string;
    newPassword: string;
    address: string;
  }): Promise<void> {
    const now = new Date();
    const counted = addressKeys(address);
    await this.throttle.assertFree(counted, now);
    const digest = resetDigest(token);
    const operator = await this.operators.storedByReset(digest);
    if (!operator || !isGood(operator, digest)) {
      await this.throttle.wrong(counted, now);
      throw expired();
    }
    const passwordHash = await this.newPassword.hash(newPassword, operator.oneTimeUntil ? '' : operator.passwordHash);
    await this.#change(operator, digest, passwordHash);
    await this.sessions.removeAllOf(operator._id);
    await this.throttle.right(personKey('email', operator.email));
    this.sender.wake();
  }

  #change(operator: OperatorDocument, digest: string, passwordHash: string): Promise<void> {
    const siteIds = operator.sites.map(({ siteId }) => siteId);
    return this.audit.change(
      {
        ...{ siteId: undefined, siteIds, actor: undefined, action: 'operator.password_reset', subject: 'operator' },
        ...{ subjectId: operator._id, subjectName: operator.name },
        after: { passwordHash },
      },
      async () => {
        await this.operators.change(operator._id, correlationId(), (present) => {
          if (!isGood(present, digest)) throw expired();
          return {
            set: { passwordHash, invited: false, tokenVersion: present.tokenVersion + 1, endedSessions: [] },
            unset: ['reset', 'oneTimeUntil', 'invitation', 'keptSession'],
            mail: passwordChanged(present),
          };
        });
        return { result: undefined };
      },
      { collection: 'operators', id: operator._id, version: operator.version },
    );
  }
}

/** Tells the owner of an account, whoever changed the password. */
export const passwordChanged = ({ locale }: Pick<OperatorDocument, 'locale'>): MailIntent => ({
  mailId: v7(),
  template: 'password-changed',
  locale: locale || 'en',
  at: new Date(),
});

const isGood = (operator: OperatorDocument, digest: string): boolean =>
  maySignIn(operator) && operator.reset?.digest === digest && operator.reset.expiresAt > new Date();

const expired = (): Error =>
  invalidField('token', 'expired', 'This link has been used or is too old. Ask for a new one.');

import { type Keys, seal } from '@beseda/auth';
import { KEYS } from '@beseda/service-defaults';
import { Inject, Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import type { MailState } from '../domain/mail.js';
import { ONE_TIME_MS } from '../domain/one-time.js';
import type { Locale, Operator } from '../domain/operator.js';
import { mailContext, oneTimePassword } from '../infrastructure/crypto/one-time-passwords.js';
import { Passwords } from '../infrastructure/crypto/passwords.js';
import { MailsRepository } from '../infrastructure/mongo/mails.repository.js';
import type { MailIntent, OperatorDocument } from '../infrastructure/mongo/people.documents.js';
import { SignInOptions } from './sign-in-options.js';
import { PasswordLimiter } from './password-limiter.js';

/** What became of an invitation. */
export interface InvitationState {
  state: MailState;
  at: Date;
  /** Why it failed, or the file's name. */
  detail: string;
  /** Until when its one-time password works; absent: the mail holds none. */
  expiresAt?: Date | undefined;
}

/** What an invitation changes of an operator, and its mail. */
export interface FreshInvitation {
  set: {
    passwordHash: string;
    invited: boolean;
    oneTimeUntil?: Date;
    invitation: NonNullable<OperatorDocument['invitation']>;
  };
  unset: 'oneTimeUntil'[];
  mail: MailIntent;
}

/** Who invites, and to what. */
export interface InvitationAbout {
  siteId: string;
  /** Name of who invites. */
  by: string;
  locale: Locale;
}

/** Makes invitations and tells what became of them. */
@Injectable()
export class Invitations {
  constructor(
    private readonly passwords: Passwords,
    private readonly passwordLimiter: PasswordLimiter,
    private readonly mails: MailsRepository,
    private readonly options: SignInOptions,
    @Inject(KEYS) private readonly keys: Keys,
  ) {}

  /**
   * A new one-time password and the mail that brings it; the one before stops working. Who may not use a password gets none:
   * that mail says how to sign in.
   */
  async fresh({ siteId, by, locale }: InvitationAbout, operator: Pick<Operator, 'sites'>): Promise<FreshInvitation> {
    const mailId = v7();
    const at = new Date();
    const mail = { mailId, locale, siteId, by, at };
    if (!this.options.mayUsePassword(operator)) {
      const set = { passwordHash: '', invited: true, invitation: { mailId, at } };
      return { set, unset: ['oneTimeUntil'], mail: { ...mail, template: 'welcome' } };
    }
    const password = oneTimePassword();
    const passwordHash = await this.passwordLimiter.run(() => this.passwords.hash(password));
    const expiresAt = new Date(at.getTime() + ONE_TIME_MS);
    const sealed = seal(this.keys, mailContext(mailId), password);
    const set = { passwordHash, oneTimeUntil: expiresAt, invited: true, invitation: { mailId, at, expiresAt } };
    return { set, unset: [], mail: { ...mail, template: 'invitation', sealed } };
  }

  /** The mail that tells somebody who has a login that it is good for one more site. */
  added({ siteId, by, locale }: InvitationAbout): MailIntent {
    return { mailId: v7(), template: 'added', locale, siteId, by, at: new Date() };
  }

  /** The present invitations of those who have not come yet, by operator. */
  async statesOf(operators: readonly OperatorDocument[]): Promise<Map<string, InvitationState>> {
    const invited = operators.flatMap(({ _id, invited, invitation }) =>
      invited && invitation ? [{ _id, ...invitation }] : [],
    );
    if (invited.length === 0) return new Map();
    const mails = new Map(
      (await this.mails.byIds(invited.map(({ mailId }) => mailId))).map((mail) => [mail._id, mail]),
    );
    return new Map(
      invited.map(({ _id, mailId, at, expiresAt }) => {
        const mail = mails.get(mailId);
        return [_id, { state: mail?.state ?? 'waiting', at: mail?.at ?? at, detail: mail?.detail ?? '', expiresAt }];
      }),
    );
  }
}

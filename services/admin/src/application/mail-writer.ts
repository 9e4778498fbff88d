import { type Keys, seal, siteScope, unseal } from '@beseda/auth';
import { correlationId } from '@beseda/grpc';
import { bytesOf } from '@beseda/mongo';
import { KEYS, SERVICE_CONFIG } from '@beseda/service-defaults';
import { Inject, Injectable } from '@nestjs/common';
import type { AdminConfig } from '../config/config.js';
import { mailText } from '../domain/mail-texts.js';
import { RESET_MS } from '../domain/one-time.js';
import { maySignIn } from '../domain/operator.js';
import { mailContext, resetDigest, resetToken } from '../infrastructure/crypto/one-time-passwords.js';
import type { OutgoingMail } from '../infrastructure/mail/mail-transport.js';
import { MailsRepository } from '../infrastructure/mongo/mails.repository.js';
import { OperatorsRepository } from '../infrastructure/mongo/operators.repository.js';
import type { MailDocument, OperatorDocument } from '../infrastructure/mongo/people.documents.js';
import { SitesRepository } from '../infrastructure/mongo/sites.repository.js';
import { SignInOptions } from './sign-in-options.js';

/** A mail as it is sent, or `obsolete`: nobody needs it any more. */
export type Written = OutgoingMail | 'obsolete';

/** Writes the mails of the queue, from what is true when they are sent. */
@Injectable()
export class MailWriter {
  constructor(
    private readonly operators: OperatorsRepository,
    private readonly sites: SitesRepository,
    private readonly mails: MailsRepository,
    private readonly options: SignInOptions,
    @Inject(KEYS) private readonly keys: Keys,
    @Inject(SERVICE_CONFIG) private readonly config: AdminConfig,
  ) {}

  async write(mail: MailDocument, lease: string): Promise<Written> {
    const operator = await this.#addressee(mail);
    if (!operator) return 'obsolete';
    switch (mail.template) {
      case 'invitation':
      case 'welcome': {
        // The password of an invitation that another one has replaced does not work.
        const present = operator.invited && operator.invitation?.mailId === mail._id && maySignIn(operator);
        if (!present || (mail.template === 'invitation' && !mail.sealed)) return 'obsolete';
        const password = mail.sealed ? unseal(this.keys, mailContext(mail._id), bytesOf(mail.sealed)) : '';
        return this.#compose(mail, operator, { link: `${this.config.publicUrl}/login`, password });
      }
      case 'reset': {
        const token = await this.#token(mail, operator, lease);
        const link = `${this.config.publicUrl}/reset?token=${token}`;
        return token === undefined ? 'obsolete' : this.#compose(mail, operator, { link });
      }
      case 'added':
      case 'password-changed':
      case 'email-changed':
        return this.#compose(mail, operator, { link: `${this.config.publicUrl}/login` });
    }
  }

  async #addressee({ operatorId, email }: MailDocument): Promise<OperatorDocument | undefined> {
    if (operatorId !== undefined) return this.operators.stored(operatorId);
    return email === undefined ? undefined : this.operators.storedByEmail(email);
  }

  /**
   * The token of a link to set a new password, made when the mail is written: asking for it does the same work for every
   * address, known or not. Undefined: this operator gets none.
   */
  async #token(mail: MailDocument, operator: OperatorDocument, lease: string): Promise<string | undefined> {
    if (!maySignIn(operator) || !this.options.mayUsePassword(operator)) return undefined;
    if (mail.sealed) return unseal(this.keys, mailContext(mail._id), bytesOf(mail.sealed));
    const token = resetToken();
    const reset = { digest: resetDigest(token), expiresAt: new Date(mail.createdAt.getTime() + RESET_MS) };
    const given = await this.operators.change(operator._id, correlationId(), ({ email }) =>
      email === operator.email ? { set: { reset } } : undefined,
    );
    // The account has moved to another address since it was looked up: a link to it must not go to the former one.
    if (given.reset?.digest !== reset.digest) return undefined;
    // Whoever lost the lease meanwhile sends nothing: the token of the other counts.
    const kept = await this.mails.keepSecret(mail._id, lease, seal(this.keys, mailContext(mail._id), token));
    return kept ? token : undefined;
  }

  async #compose(
    mail: MailDocument,
    operator: OperatorDocument,
    { link, password = '' }: { link: string; password?: string },
  ): Promise<OutgoingMail> {
    const { siteId, by = '', to = operator.email } = mail;
    const site = siteId === undefined ? undefined : await this.sites.find(siteScope(siteId));
    const locale = operator.locale || mail.locale;
    const facts = { name: operator.name, login: to, site: site?.name ?? '', by, link, password };
    return { id: mail._id, to, createdAt: mail.createdAt, ...mailText(mail.template, locale, facts) };
  }
}

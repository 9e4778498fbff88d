import { type Keys, seal } from '@beseda/auth';
import { KEYS } from '@beseda/service-defaults';
import { Inject, Injectable } from '@nestjs/common';
import { v5, v7 } from 'uuid';
import type { MailTemplate } from '../domain/mail.js';
import type { Locale } from '../domain/operator.js';
import { mailContext } from '../infrastructure/crypto/one-time-passwords.js';
import { MailsRepository } from '../infrastructure/mongo/mails.repository.js';
import { MailSender } from './mail-sender.js';

/** Namespace of mail ids that are made of keys; a random UUID of this program's own. */
const NAMESPACE = '0d7b8c57-4f0e-4b53-9a3f-6f3f2a5f3c1e';

/** A mail somebody asks for. */
export interface MailRequest {
  to: { operatorId: string } | { email: string };
  template: MailTemplate;
  locale: Locale;
  data?: {
    siteId?: string | undefined;
    by?: string | undefined;
    /** Encrypted until it is sent. */ secret?: string | undefined;
  };
  /** The same key again is the same mail. Absent: a mail of its own. */
  key?: string | undefined;
}

/** Records the intent to send a mail; the sender does it. */
@Injectable()
export class Mailer {
  constructor(
    private readonly mails: MailsRepository,
    private readonly sender: MailSender,
    @Inject(KEYS) private readonly keys: Keys,
  ) {}

  /** @returns id of the mail, under which its state can be asked for */
  async send({ to, template, locale, data = {}, key }: MailRequest): Promise<string> {
    const id = key === undefined ? v7() : v5(key, NAMESPACE);
    await this.mails.queue({
      _id: id,
      template,
      locale,
      ...('operatorId' in to ? { operatorId: to.operatorId } : { email: to.email }),
      ...(data.siteId === undefined ? {} : { siteId: data.siteId }),
      ...(data.by === undefined ? {} : { by: data.by }),
      ...(data.secret === undefined ? {} : { sealed: seal(this.keys, mailContext(id), data.secret) }),
      createdAt: new Date(),
    });
    this.sender.wake();
    return id;
  }
}

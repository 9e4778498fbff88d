import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SERVICE_CONFIG } from '@beseda/service-defaults';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { type Transporter, createTransport } from 'nodemailer';
import type { AdminConfig } from '../../config/config.js';
import type { MailConfig } from '../../config/people.js';
import { type MailFailure, isPermanent } from '../../domain/mail.js';
import type { MailText } from '../../domain/mail-texts.js';

/** A mail as it goes out. */
export interface OutgoingMail extends MailText {
  id: string;
  to: string;
  createdAt: Date;
}

/** What became of an attempt. */
export type Delivery =
  | { state: 'sent' | 'kept'; detail: string }
  | { state: 'refused' | 'delayed'; /** What the server said. */ detail: string };

/** A server that is silent for longer is not there. Milliseconds; together less than a sender holds a mail. */
const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000, dnsTimeout: 10_000 };
const MAX_DETAIL = 300;

/** Hands mails to the mail server; without one keeps them as files that any mail program opens. */
@Injectable()
export class MailTransport implements OnModuleDestroy {
  readonly #config: MailConfig;
  readonly #domain: string;
  #server: Transporter | undefined;

  constructor(@Inject(SERVICE_CONFIG) { mail }: AdminConfig) {
    this.#config = mail;
    this.#domain = /@([^\s@>]+)>?$/.exec(mail.from)?.[1] ?? 'localhost';
    if (mail.smtpUrl !== undefined) this.#server = createTransport({ url: mail.smtpUrl, ...TIMEOUTS });
  }

  onModuleDestroy(): void {
    this.#server?.close();
  }

  async deliver(mail: OutgoingMail): Promise<Delivery> {
    return this.#server ? this.#send(this.#server, mail) : this.#keep(mail);
  }

  /** The id stays the same: should it go out twice, mail programs show it once. */
  #message({ id, to, createdAt, subject, text, html }: OutgoingMail): object {
    return {
      from: this.#config.from,
      to: { name: '', address: to },
      ...{ subject, text, html },
      messageId: `<${id}@${this.#domain}>`,
      date: createdAt,
      headers: { 'Auto-Submitted': 'auto-generated' },
      disableFileAccess: true,
      disableUrlAccess: true,
    };
  }

  async #send(server: Transporter, mail: OutgoingMail): Promise<Delivery> {
    try {
      await server.sendMail(this.#message(mail));
      return { state: 'sent', detail: '' };
    } catch (error) {
      // Whatever the server, or the way to it, has against this mail: tried again unless it is for good.
      const failure = failureOf(error);
      return { state: isPermanent(failure) ? 'refused' : 'delayed', detail: failure.said };
    }
  }

  async #keep(mail: OutgoingMail): Promise<Delivery> {
    const writer = createTransport({ streamTransport: true, buffer: true, newline: 'unix' });
    const { message } = await writer.sendMail(this.#message(mail));
    const time = mail.createdAt.toISOString().replace(/[-:]|\.\d+/g, '');
    const name = `${time}-${mail.id}.eml`;
    const folder = this.#config.outboxDir;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const unfinished = join(folder, `.${name}.part`);
    // A one-time password may be in it: nobody but the owner of the data folder reads it.
    await writeFile(unfinished, message, { mode: 0o600 });
    await rename(unfinished, join(folder, name));
    return { state: 'kept', detail: name };
  }
}

function failureOf(error: unknown): MailFailure & { said: string } {
  const record = typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : {};
  const { response, message, responseCode, code } = record;
  const said = typeof response === 'string' && response ? response : typeof message === 'string' ? message : 'unknown';
  return {
    said: said.replace(/\s+/g, ' ').slice(0, MAX_DETAIL),
    responseCode: typeof responseCode === 'number' ? responseCode : undefined,
    code: typeof code === 'string' ? code : undefined,
  };
}

import { LOGGER, type Logger, Timers } from '@beseda/service-defaults';
import type { Repetition } from '@beseda/timers';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { v7 } from 'uuid';
import { GIVE_UP_MS, retryMs } from '../domain/mail.js';
import { ONE_TIME_MS, RESET_MS } from '../domain/one-time.js';
import { type Delivery, MailTransport } from '../infrastructure/mail/mail-transport.js';
import { MailsRepository } from '../infrastructure/mongo/mails.repository.js';
import { OperatorsRepository } from '../infrastructure/mongo/operators.repository.js';
import type { MailDocument } from '../infrastructure/mongo/people.documents.js';
import { MailWriter } from './mail-writer.js';

const POLL_MS = 2_000;
/** A sender that holds a mail for longer has died; an attempt takes 50 s at most. Milliseconds. */
const LEASE_MS = 120_000;
/** Ending Beseda waits this long for a mail that is under way. Milliseconds. */
const STOP_MS = 2_000;
const BATCH = 100;

/** How long a mail is worth sending; a link that has run out is worth nothing. Milliseconds. */
const worthMs = ({ template }: MailDocument): number =>
  template === 'reset' ? RESET_MS : Math.min(GIVE_UP_MS, ONE_TIME_MS);

/**
 * Drains the mails: first from the documents that ask for them into the queue, then from the queue to the mail server, or into
 * files where there is none. Every replica does; a mail is taken by one at a time.
 */
@Injectable()
export class MailSender implements OnApplicationBootstrap {
  #sending: Repetition | undefined;

  constructor(
    private readonly operators: OperatorsRepository,
    private readonly mails: MailsRepository,
    private readonly writer: MailWriter,
    private readonly transport: MailTransport,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly timers: Timers,
  ) {}

  onApplicationBootstrap(): void {
    this.#sending = this.timers.every({
      name: 'mails',
      ms: POLL_MS,
      // A server that hangs is not waited for: whoever takes the mail next sends it, once this hold on it has run out.
      drainMs: STOP_MS,
      run: (signal) => this.#drain(signal),
      failed: 'mails wait: the queue cannot be read',
    });
  }

  /** There is something to do; nobody waits for it. */
  wake(): void {
    this.#sending?.wake();
  }

  async #drain(signal: AbortSignal): Promise<void> {
    await this.#collect();
    while (!signal.aborted) {
      const now = new Date();
      const lease = v7();
      const mail = await this.mails.take(lease, now, new Date(now.getTime() + LEASE_MS));
      if (!mail) return;
      await this.#attempt(mail, lease);
    }
  }

  /** Puts mails that documents ask for into the queue. Cut short, or done by two replicas at once, it queues nothing twice. */
  async #collect(): Promise<void> {
    for (const { _id, mailIntents = [] } of await this.operators.withMail(new Date(), BATCH)) {
      for (const { mailId, template, locale, siteId, by, to, sealed, at } of mailIntents) {
        await this.mails.queue({
          ...{ _id: mailId, operatorId: _id, template, locale, createdAt: at },
          ...(siteId === undefined ? {} : { siteId }),
          ...(by === undefined ? {} : { by }),
          ...(to === undefined ? {} : { to }),
          ...(sealed === undefined ? {} : { sealed }),
        });
      }
      await this.operators.mailQueued(
        _id,
        mailIntents.map(({ mailId }) => mailId),
      );
    }
  }

  async #attempt(mail: MailDocument, lease: string): Promise<void> {
    const age = Date.now() - mail.createdAt.getTime();
    if (age > worthMs(mail)) {
      return this.mails.finish(mail._id, lease, 'failed', mail.detail || 'It could not be sent in time.');
    }
    try {
      const written = await this.writer.write(mail, lease);
      if (written === 'obsolete') return await this.mails.drop(mail._id, lease);
      await this.#settle(mail, lease, await this.transport.deliver(written));
    } catch (error) {
      // Not the mail server: our database, the disk, or a secret of another installation. Others must not wait for this one.
      this.logger.error({ err: error, mail: mail._id, template: mail.template }, 'a mail could not be written');
      await this.#settle(mail, lease, { state: 'delayed', detail: 'Beseda could not write the mail; see its log.' });
    }
  }

  async #settle({ _id, template, attempts }: MailDocument, lease: string, delivery: Delivery): Promise<void> {
    const { state, detail } = delivery;
    if (state === 'delayed') {
      this.logger.warn({ mail: _id, template, attempts, detail }, 'a mail is tried again later');
      return this.mails.postpone(_id, lease, new Date(Date.now() + retryMs(attempts, Math.random())), detail);
    }
    if (state === 'refused') this.logger.warn({ mail: _id, template, detail }, 'a mail was refused for good');
    await this.mails.finish(_id, lease, state === 'refused' ? 'failed' : state, detail);
  }
}

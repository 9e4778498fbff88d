import { Injectable } from '@nestjs/common';
import { type Locale, normalEmail } from '../domain/operator.js';
import { RESET_ADDRESS_RULE, RESET_EMAIL_RULE } from '../domain/throttle.js';
import { AttemptThrottle } from './attempt-throttle.js';
import { Mailer } from './mailer.js';

/**
 * Asks for a link to set a new password. What is done, and how long it takes, is the same for every address: whether it
 * belongs to somebody is looked up when the mail is written.
 */
@Injectable()
export class RequestPasswordResetHandler {
  constructor(
    private readonly throttle: AttemptThrottle,
    private readonly mailer: Mailer,
  ) {}

  /** @throws AppError RATE_LIMITED */
  async execute(command: { email: string; address: string; locale: Locale }): Promise<void> {
    const email = normalEmail(command.email);
    const now = new Date();
    const counted = [
      { key: `reset:${email}`, rule: RESET_EMAIL_RULE },
      ...(command.address ? [{ key: `reset-address:${command.address}`, rule: RESET_ADDRESS_RULE }] : []),
    ];
    await this.throttle.assertFree(counted, now);
    // Every request counts: each may cost somebody a mail.
    await this.throttle.wrong(counted, now);
    await this.mailer.send({ to: { email }, template: 'reset', locale: command.locale });
  }
}

import { SERVICE_CONFIG } from '@beseda/service-defaults';
import { Inject, Injectable } from '@nestjs/common';
import type { AdminConfig } from '../config/config.js';
import type { Operator } from '../domain/operator.js';

/** The ways people may sign in to this installation. */
@Injectable()
export class SignInOptions {
  /** There is a provider of single sign-on. */
  readonly singleSignOn: boolean;
  /** Passwords of everybody but superadmins are off. */
  readonly passwordsOff: boolean;
  /** Mails leave by a server; else they are kept as files. */
  readonly mailServer: boolean;

  constructor(@Inject(SERVICE_CONFIG) { oidc, mail }: AdminConfig) {
    this.singleSignOn = oidc !== undefined;
    this.passwordsOff = oidc?.only ?? false;
    this.mailServer = mail.smtpUrl !== undefined;
  }

  /** Superadmins keep their passwords: somebody has to get in when the provider is out of order. */
  mayUsePassword({ sites }: Pick<Operator, 'sites'>): boolean {
    return !this.passwordsOff || sites.some(({ role }) => role === 'superadmin');
  }
}

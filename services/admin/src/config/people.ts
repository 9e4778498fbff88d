import { join } from 'node:path';
import { z } from 'zod';
import { mailDomainOf } from '../domain/sender.js';

/** Keys about mail to operators. */
export const peopleEnvSchema = {
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'must begin with smtp:// or smtps://' }).optional(),
  BESEDA_MAIL_FROM: z
    .string()
    .regex(/^([^<>\r\n]{0,200}<)?[^\s@<>]+@[^\s@<>]+>?$/, 'must look like "Beseda <no-reply@example.com>"')
    .optional(),
  BESEDA_HOST: z.string().optional(),
  BESEDA_PORT: z.string().optional(),
} as const;

export interface MailConfig {
  /** Absent: there is no server, mails are kept as files. */
  smtpUrl?: string;
  /** Sender of mails to operators, with a name. */
  from: string;
  /** Folder of kept mails. */
  outboxDir: string;
}

export interface PeopleConfig {
  mail: MailConfig;
  /** Where browsers reach Beseda, without a slash at the end; for links in mails. */
  publicUrl: string;
}

type PeopleEnv = z.output<z.ZodObject<typeof peopleEnvSchema>> & {
  BESEDA_DATA: string;
  BESEDA_PUBLIC_URL?: string | undefined;
  BESEDA_MAIL_DOMAIN?: string | undefined;
};

/** The host as it stands in an address of this machine. */
function localHost(host: string | undefined): string {
  if (!host || host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

export function peopleConfig(env: PeopleEnv): PeopleConfig {
  const port = env.BESEDA_PORT && env.BESEDA_PORT !== '0' ? env.BESEDA_PORT : '4300';
  const publicUrl = (env.BESEDA_PUBLIC_URL ?? `http://${localHost(env.BESEDA_HOST)}:${port}`).replace(/\/+$/, '');
  const domain = env.BESEDA_MAIL_DOMAIN ?? mailDomainOf(publicUrl);
  return {
    publicUrl,
    mail: {
      ...(env.SMTP_URL === undefined ? {} : { smtpUrl: env.SMTP_URL }),
      from: env.BESEDA_MAIL_FROM ?? `Beseda <no-reply@${domain}>`,
      outboxDir: join(env.BESEDA_DATA, 'outbox'),
    },
  };
}

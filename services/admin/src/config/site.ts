import { z } from 'zod';
import { isMailDomain, mailDomainOf } from '../domain/sender.js';

/** Keys about mail addresses of sites. */
export const siteEnvSchema = {
  BESEDA_MAIL_DOMAIN: z
    .string()
    .transform((text) => text.trim().toLowerCase())
    .refine(isMailDomain, 'must be a domain such as mail.example.com')
    .optional(),
} as const;

export interface SiteConfig {
  /** Domain under which each site has a subdomain that automatic messages come from. */
  mailDomain: string;
}

type SiteEnv = z.output<z.ZodObject<typeof siteEnvSchema>> & { BESEDA_PUBLIC_URL?: string | undefined };

export const siteConfig = (env: SiteEnv): SiteConfig => ({
  mailDomain: env.BESEDA_MAIL_DOMAIN ?? mailDomainOf(env.BESEDA_PUBLIC_URL),
});

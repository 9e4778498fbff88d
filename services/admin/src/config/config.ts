import { type BaseConfig, configReader } from '@beseda/service-defaults';
import { z } from 'zod';
import { MAX_PASSWORD, MIN_PASSWORD, isEmail, normalEmail } from '../domain/operator.js';
import { type PeopleConfig, peopleConfig, peopleEnvSchema } from './people.js';
import { type SiteConfig, siteConfig, siteEnvSchema } from './site.js';
import { type SystemConfig, systemConfig, systemEnvSchema } from './system.js';

const shape = {
  BESEDA_ADMIN_EMAIL: z.string().refine(isEmail, 'must be an e-mail address').default('admin@localhost'),
  BESEDA_ADMIN_PASSWORD: z
    .string()
    .min(MIN_PASSWORD, `must have at least ${MIN_PASSWORD} characters`)
    .max(MAX_PASSWORD, `may have at most ${MAX_PASSWORD} characters`)
    .optional(),
  BESEDA_PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).optional(),
  ...peopleEnvSchema,
  ...siteEnvSchema,
  ...systemEnvSchema,
  BESEDA_SITE_NAME: z.string().trim().min(1, 'must not be blank').max(100).default('Beseda'),
};

/** What the very first start makes; ignored afterwards. */
export interface FirstRunConfig {
  siteName: string;
  email: string;
  /** Absent: one is generated. */
  password?: string;
}

export interface AdminConfig extends BaseConfig, PeopleConfig, SiteConfig, SystemConfig {
  first: FirstRunConfig;
}

/** Reads the environment; throws with the names of wrong keys. */
export const loadConfig = configReader(shape, (parsed) => {
  const password = parsed.BESEDA_ADMIN_PASSWORD;
  return {
    ...peopleConfig(parsed),
    ...siteConfig(parsed),
    ...systemConfig(parsed),
    first: {
      siteName: parsed.BESEDA_SITE_NAME,
      email: normalEmail(parsed.BESEDA_ADMIN_EMAIL),
      ...(password === undefined ? {} : { password }),
    },
  };
});

import { z } from 'zod';
import { colorField, domainsField, siteNameField } from './fields.js';
import { CHAT_LANGUAGES, LOCALES, ROLES, THEMES, VISIBILITIES } from './words.js';

const role = z.enum(ROLES);

export const operatorSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    internalName: z.string().optional(),
    email: z.string(),
    role,
    sites: z.array(
      z.object({
        siteId: z.string(),
        name: z.string(),
        role,
        visibility: z.enum(VISIBILITIES),
        noContactExport: z.boolean(),
        noMassMailing: z.boolean(),
      }),
    ),
    avatarUrl: z.string().nullable(),
    locale: z.enum(LOCALES).nullable(),
    theme: z.enum(THEMES).nullable(),
  })
  .meta({ id: 'Operator' });
export type OperatorShape = z.infer<typeof operatorSchema>;

export const siteSchema = z
  .object({ id: z.string(), name: z.string(), role, domains: z.array(z.string()), avatarUrl: z.string().nullable() })
  .meta({ id: 'Site' });
export const sitesAnswer = z.object({ items: z.array(siteSchema) }).meta({ id: 'Sites' });
export const siteDetailsSchema = siteSchema
  .extend({ language: z.string(), color: z.string(), maxFileBytes: z.int(), reopenWindowHours: z.int() })
  .meta({ id: 'SiteDetails' });
export type SiteDetails = z.infer<typeof siteDetailsSchema>;

export const createSiteBody = z
  .strictObject({ name: siteNameField, domains: domainsField.optional() })
  .meta({ id: 'CreateSite' });
export const patchSiteBody = z
  .strictObject({
    name: siteNameField.optional(),
    domains: domainsField.optional(),
    language: z.enum(CHAT_LANGUAGES).optional(),
    color: colorField.optional(),
  })
  .meta({ id: 'SitePatch' });
export const createdSite = z.object({ siteId: z.string() }).meta({ id: 'CreatedSite' });

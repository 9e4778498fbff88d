import { z } from 'zod';
import { timeSchema } from './common.js';
import { chatLookSchema } from './chat-look.js';
import { domainsField, siteNameField, versionField } from './fields.js';
import { LIMITS } from './limits.js';
import { localizedField, manyLines, oneLine } from './text.js';
import { OFFLINE_ASKS, POWERED_BY_LOCKS } from './words.js';

/** Shown on opening the chat while no operator of the site is online. */
export const offlineSchema = z.strictObject({
  enabled: z.boolean(),
  text: localizedField(LIMITS.offlineText, manyLines),
  ask: z.enum(OFFLINE_ASKS),
  consentText: localizedField(LIMITS.consentText, oneLine),
  /** Empty: no link. */
  consentUrl: z.string().trim().max(LIMITS.url),
});
export type OfflineLook = z.infer<typeof offlineSchema>;

export const reopenWindowField = z.int().min(0).max(LIMITS.reopenWindowHours);
export const maxFileBytesField = z.int().min(1).max(LIMITS.fileBytes);

export const siteSettingsSchema = z
  .object({
    version: z.int(),
    name: z.string(),
    number: z.int(),
    domains: z.array(z.string()),
    reopenWindowHours: z.int(),
    maxFileBytes: z.int(),
    senderName: z.string(),
    senderAddress: z.string(),
    mailDomain: z.string(),
    poweredByLocked: z.enum(POWERED_BY_LOCKS).nullable(),
    seen: z.array(z.object({ host: z.string(), at: timeSchema })),
    widget: chatLookSchema.extend({ avatarUrl: z.string().nullable() }),
    offline: offlineSchema,
  })
  .meta({ id: 'SiteSettings' });
export type SiteSettingsShape = z.infer<typeof siteSettingsSchema>;

export const siteSettingsPatch = z
  .strictObject({
    version: versionField,
    name: siteNameField.optional(),
    domains: domainsField.optional(),
    reopenWindowHours: reopenWindowField.optional(),
    maxFileBytes: maxFileBytesField.optional(),
    senderName: siteNameField.optional(),
    widget: chatLookSchema.partial().optional(),
    offline: offlineSchema.optional(),
  })
  .meta({ id: 'SiteSettingsPatch' });
export type SiteSettingsPatch = z.infer<typeof siteSettingsPatch>;

export const secretAnswer = z.object({ secret: z.string(), version: z.int() }).meta({ id: 'IdentitySecret' });
export const mailAnswer = z.object({ server: z.boolean(), from: z.string() }).meta({ id: 'MailStatus' });

import { z } from 'zod';
import { localizedSchema, timeSchema } from './common.js';
import { CHAT_VISIBILITIES, CORNERS, LOCALES, OFFLINE_ASKS, THEMES } from './words.js';
import { colorField, domainField, localizedField, nameField, versionField } from './fields.js';

const offlineSchema = z.object({
  enabled: z.boolean(),
  text: localizedSchema,
  ask: z.enum(OFFLINE_ASKS),
  consentText: localizedSchema,
  consentUrl: z.string(),
});

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
    poweredByLocked: z.enum(['no_licence', 'expired', 'not_included']).nullable(),
    seen: z.array(z.object({ host: z.string(), at: timeSchema })),
    widget: z.object({
      color: z.string(),
      language: z.enum(['auto', 'ru', 'en']),
      fallbackLanguage: z.enum(LOCALES),
      greeting: localizedSchema,
      poweredBy: z.boolean(),
      avatarUrl: z.string().nullable(),
      caption: localizedSchema,
      hideCaption: z.boolean(),
      corner: z.enum(CORNERS),
      marginX: z.int(),
      marginY: z.int(),
      visibility: z.enum(CHAT_VISIBILITIES),
      theme: z.enum(THEMES),
    }),
    offline: offlineSchema,
  })
  .meta({ id: 'SiteSettings' });
export type SiteSettingsShape = z.infer<typeof siteSettingsSchema>;

const pixels = z.int().min(0).max(1_000);
const widgetPatch = z
  .strictObject({
    color: colorField,
    language: z.enum(['auto', 'ru', 'en']),
    fallbackLanguage: z.enum(LOCALES),
    greeting: localizedField(2_000),
    poweredBy: z.boolean(),
    caption: localizedField(200),
    hideCaption: z.boolean(),
    corner: z.enum(CORNERS),
    marginX: pixels,
    marginY: pixels,
    visibility: z.enum(CHAT_VISIBILITIES),
    theme: z.enum(THEMES),
  })
  .partial();

export const siteSettingsPatch = z
  .strictObject({
    version: versionField,
    name: nameField.optional(),
    domains: z.array(domainField).max(100).optional(),
    reopenWindowHours: z.int().min(0).max(100_000).optional(),
    maxFileBytes: z.int().min(1).max(2_147_483_647).optional(),
    senderName: z.string().trim().max(200).optional(),
    widget: widgetPatch.optional(),
    offline: z
      .strictObject({
        enabled: z.boolean(),
        text: localizedField(5_000),
        ask: z.enum(OFFLINE_ASKS),
        consentText: localizedField(1_000),
        consentUrl: z.string().trim().max(2_000),
      })
      .optional(),
  })
  .meta({ id: 'SiteSettingsPatch' });
export type SiteSettingsPatch = z.infer<typeof siteSettingsPatch>;

export const secretAnswer = z.object({ secret: z.string(), version: z.int() }).meta({ id: 'IdentitySecret' });
export const mailAnswer = z.object({ server: z.boolean(), from: z.string() }).meta({ id: 'MailStatus' });

import { z } from 'zod';
import {
  ASKS,
  CORNERS,
  LANGUAGES,
  MAX_CAPTION,
  MAX_CONSENT_TEXT,
  MAX_DOMAINS,
  MAX_FILE_BYTES,
  MAX_GREETING,
  MAX_MARGIN,
  MAX_OFFLINE_TEXT,
  MAX_REOPEN_HOURS,
  MAX_SITE_NAME,
  THEMES,
  WIDGET_LANGUAGES,
  WIDGET_VISIBILITIES,
  parseDomain,
  parsePageUrl,
} from '../../domain/site.js';

export const id = z.string().min(1, 'must not be empty').max(64, 'is too long');
/** What a change was made to. 0: whatever it is now. */
export const version = z.int().min(0);

const lengthOf = (text: string): number => [...text].length;

/** A text of so many characters, whatever they are made of. */
export const text = (max: number, clean: (text: string) => string): z.ZodType<string, string> =>
  z
    .string()
    .transform(clean)
    .refine((value) => lengthOf(value) <= max, {
      message: `may have at most ${max} characters`,
      params: { code: 'too_long' },
    });
const line = (value: string): string => value.trim().replace(/\s+/g, ' ');
const lines = (value: string): string => value.replace(/\r\n?/g, '\n').trim();

/** One line that says something. */
export const name = (max: number): z.ZodType<string, string> =>
  text(max, line).refine((value) => value !== '', { message: 'must not be blank', params: { code: 'required' } });

const localized = (max: number, clean: (text: string) => string) =>
  z.strictObject({ ru: text(max, clean), en: text(max, clean) });

const domain = z.string().transform((given, context) => {
  const parsed = parseDomain(given);
  if (parsed !== undefined) return parsed;
  context.addIssue({
    code: 'custom',
    message: 'must be a host name such as "shop.example", "*.shop.example" or "localhost:8080", without https://',
    params: { code: 'not_a_domain' },
  });
  return z.NEVER;
});
const domains = z
  .array(domain)
  .max(MAX_DOMAINS, `may have at most ${MAX_DOMAINS} entries`)
  .transform((list) => [...new Set(list)]);

export const color = z
  .string()
  .regex(/^#[0-9a-f]{6}$/i, 'must look like #0b6070')
  .transform((value) => value.toLowerCase());

const pageUrl = z.string().transform((given, context) => {
  if (given.trim() === '') return '';
  const url = parsePageUrl(given);
  if (url !== undefined) return url;
  context.addIssue({
    code: 'custom',
    message: 'must be a whole address that begins with https:// or http://',
    params: { code: 'not_a_url' },
  });
  return z.NEVER;
});

const offline = z
  .strictObject({
    enabled: z.boolean(),
    text: localized(MAX_OFFLINE_TEXT, lines).optional(),
    ask: z.enum(ASKS, 'must be "email", "phone" or "none"'),
    consentText: localized(MAX_CONSENT_TEXT, line).optional(),
    consentUrl: pageUrl,
  })
  .transform(({ text: said = NO_TEXT, consentText = NO_TEXT, ...rest }) => ({ ...rest, text: said, consentText }))
  .superRefine((given, context) => {
    const required = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message, params: { code: 'required' } });
    if (given.enabled && !given.text.ru && !given.text.en) required('text', 'must not be blank while it is on');
    if (given.consentUrl && !given.consentText.ru && !given.consentText.en) {
      required('consentText', 'must say something for the link to stand in');
    }
  });
const NO_TEXT = { ru: '', en: '' };

export const createSiteRequest = z.strictObject({ name: name(MAX_SITE_NAME), domains });

const margin = z.int().min(0, 'must be at least 0').max(MAX_MARGIN, `may be at most ${MAX_MARGIN}`).optional();

export const updateSiteRequest = z.strictObject({
  siteId: id,
  version: version.default(0),
  name: name(MAX_SITE_NAME).optional(),
  domains: z.strictObject({ items: domains }).optional(),
  language: z.enum(WIDGET_LANGUAGES, 'must be "auto", "ru" or "en"').optional(),
  color: color.optional(),
  fallbackLanguage: z.enum(LANGUAGES, 'must be "ru" or "en"').optional(),
  greeting: localized(MAX_GREETING, lines).optional(),
  poweredBy: z.boolean().optional(),
  avatarFileId: z.string().max(200).optional(),
  caption: localized(MAX_CAPTION, line).optional(),
  hideCaption: z.boolean().optional(),
  corner: z.enum(CORNERS, 'must name a corner').optional(),
  marginX: margin,
  marginY: margin,
  visibility: z.enum(WIDGET_VISIBILITIES, 'must be "always", "dialog" or "message"').optional(),
  theme: z.enum(THEMES, 'must be "auto", "light" or "dark"').optional(),
  senderName: name(MAX_SITE_NAME).optional(),
  offline: offline.optional(),
  reopenWindowHours: z.int().min(0).max(MAX_REOPEN_HOURS).optional(),
  maxFileBytes: z.int().min(1).max(MAX_FILE_BYTES, `may be at most ${MAX_FILE_BYTES}`).optional(),
});

/** Fields that people find among those of the widget. */
const OF_WIDGET =
  /^(fallbackLanguage|greeting|poweredBy|avatarFileId|caption|hideCaption|corner|margin[XY]|visibility|theme)\b/;

/** What a field of a site is called in forms. */
export const sitePath = (path: string): string =>
  path.replace(OF_WIDGET, 'widget.$1').replace(/^domains\.items\b/, 'domains');

export const siteIdRequest = z.strictObject({ siteId: id });
export const widgetSeenRequest = z.strictObject({ host: z.string().min(1).max(300) });

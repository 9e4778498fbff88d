import {
  LIMITS,
  chatLookSchema,
  colorField,
  maxFileBytesField,
  offlineSchema,
  reopenWindowField,
  siteNameField,
  versionField,
} from '@beseda/api';
import type { adminV1 } from '@beseda/contracts';
import { z } from 'zod';
import { DEFAULT_WIDGET, parseDomain, parsePageUrl } from '../../domain/site.js';

export const id = z.string().min(1).max(LIMITS.id);
/** What a change was made to. 0: whatever it is now. */
export const version = versionField;
export const color = colorField;

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
  .max(LIMITS.domains)
  .transform((list) => [...new Set(list)]);

const pageUrl = offlineSchema.shape.consentUrl.transform((given, context) => {
  if (given === '') return '';
  const url = parsePageUrl(given);
  if (url !== undefined) return url;
  context.addIssue({
    code: 'custom',
    message: 'must be a whole address that begins with https:// or http://',
    params: { code: 'not_a_url' },
  });
  return z.NEVER;
});

const { text, consentText } = offlineSchema.shape;
const offline = offlineSchema
  .extend({ text: text.optional(), consentText: consentText.optional(), consentUrl: pageUrl })
  .transform(({ text: said = NO_TEXT, consentText: consent = NO_TEXT, ...rest }) => ({
    ...rest,
    text: said,
    consentText: consent,
  }))
  .superRefine((given, context) => {
    const required = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message, params: { code: 'required' } });
    if (given.enabled && !given.text.ru && !given.text.en) required('text', 'must not be blank while it is on');
    if (given.consentUrl && !given.consentText.ru && !given.consentText.en) {
      required('consentText', 'must say something for the link to stand in');
    }
  });
const NO_TEXT = { ru: '', en: '' };

export const createSiteRequest = z.strictObject({ name: siteNameField, domains });

export const updateSiteRequest = z.strictObject({
  siteId: id,
  version: version.default(0),
  name: siteNameField.optional(),
  domains: z.strictObject({ items: domains }).optional(),
  senderName: siteNameField.optional(),
  offline: offline.optional(),
  reopenWindowHours: reopenWindowField.optional(),
  maxFileBytes: maxFileBytesField.optional(),
  widget: chatLookSchema.extend({ avatarFileId: z.string().max(LIMITS.id) }).partial(),
});

/** A change in today's form: gateways of an earlier version name settings of the widget beside the others. */
export function todaysForm(request: adminV1.UpdateSiteRequest): object {
  const earlier = Object.entries(request).filter(([key]) => Object.hasOwn(DEFAULT_WIDGET, key));
  const others = Object.entries(request).filter(([key]) => !Object.hasOwn(DEFAULT_WIDGET, key));
  return { ...Object.fromEntries(others), widget: { ...Object.fromEntries(earlier), ...request.widget } };
}

/** What a field of a site is called in forms. */
export const sitePath = (path: string): string => path.replace(/^domains\.items\b/, 'domains');

export const siteIdRequest = z.strictObject({ siteId: id });
export const widgetSeenRequest = z.strictObject({ host: z.string().min(1).max(LIMITS.host) });

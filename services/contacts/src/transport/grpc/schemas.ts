import {
  ID_PATTERN,
  LIMITS,
  contactEmailField,
  contactNameField,
  deviceField,
  eventNameField,
  eventPropsField,
  givenProperties,
  hmacField,
  pageTitleField,
  pageUrlField,
  phoneField,
  userIdField,
} from '@beseda/api';
import { z } from 'zod';
import { normalEmail, normalPhone } from '../../domain/addresses.js';

const id = z.string().min(1).max(LIMITS.id);
/** What pages send along without being asked is cut, not refused. */
const cut = (length: number) => (text: string) => text.trim().slice(0, length);
/** An address of a page; anything else (`javascript:`, a damaged one) counts as none. */
const pageUrl = pageUrlField.transform((text) => {
  const url = cut(LIMITS.pageUrlKept)(text);
  return URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol) ? url : '';
});

const page = z.strictObject({
  url: pageUrl,
  title: pageTitleField.transform(cut(LIMITS.pageTitleKept)),
  referrer: pageUrl,
});
const device = z.strictObject({
  userAgent: z.string().transform(cut(LIMITS.userAgentKept)),
  language: deviceField.trim(),
  timezone: deviceField.trim(),
  screen: deviceField.trim(),
});

/** A text that is kept in one form; an empty one removes what was there. Forms of the site's widget show the refusal. */
const normalized = (field: z.ZodString, normal: (text: string) => string | undefined, message: string) =>
  field.transform((text, context) => {
    const kept = text === '' ? '' : normal(text);
    if (kept !== undefined) return kept;
    context.addIssue({ code: 'custom', message, params: { code: 'invalid_value' } });
    return z.NEVER;
  });

const card = {
  name: contactNameField.optional(),
  email: normalized(contactEmailField, normalEmail, 'must be an e-mail address').optional(),
  phone: normalized(phoneField, normalPhone, 'must be a telephone number').optional(),
  properties: givenProperties.optional(),
};

export const openSessionRequest = z.strictObject({
  siteId: z.string(),
  // A damaged token quietly gets a new contact; one this long is not looked at.
  token: z.string().transform((text) => (text.length > LIMITS.visitorToken ? '' : text)),
  page: page.optional(),
  device: device.optional(),
});

export const identifyRequest = z.strictObject(card);
export const updateContactRequest = z.strictObject({ contactId: id, ...card });

export const authenticateRequest = z.strictObject({
  userId: userIdField,
  hmac: hmacField,
});

export const trackRequest = z.strictObject({
  event: eventNameField,
  props: eventPropsField.optional(),
  at: z.date().optional(),
});

export const pageViewRequest = z.strictObject({
  page: page.refine(({ url }) => url !== '', { path: ['url'], error: 'must be the address of a page' }),
});

const contactIds = z.array(id).max(LIMITS.leasedVisitors);
export const renewRequest = z.strictObject({
  // Becomes the name of a field.
  instance: z.string().regex(ID_PATTERN, 'must be letters, digits, "-" and "_"'),
  contactIds,
  releasedContactIds: contactIds,
});

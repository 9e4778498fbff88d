import { fromSchemaIssues } from '@beseda/errors';
import { z } from 'zod';
import { normalEmail, normalPhone } from '../../domain/addresses.js';
import { MAX_PROPERTIES } from '../../domain/card.js';

/** Checks a request; INVALID_ARGUMENT that names every wrong field. */
export function parse<S extends z.ZodType>(schema: S, request: unknown): z.output<S> {
  const result = schema.safeParse(request);
  if (result.success) return result.data;
  throw fromSchemaIssues(result.error.issues.map((issue) => ({ ...issue, code: codeOf(issue) })));
}

/** The rules of this file may name a code of their own; the others keep the library's. */
const codeOf = (issue: z.core.$ZodIssue): string =>
  issue.code === 'custom' && typeof issue.params?.['code'] === 'string' ? issue.params['code'] : issue.code;

/** What pages send along without being asked is cut to this many characters, not refused. */
const URL_LENGTH = 2_048;
const TITLE_LENGTH = 300;
/** One tracked event's properties, as JSON. Fifty of them stand in a contact's document. */
const MAX_PROPS_LENGTH = 4_096;
const MAX_PROPS_DEPTH = 4;

const id = z.string().min(1).max(64);
const cut = (length: number) => z.string().transform((text) => text.trim().slice(0, length));
/** An address of a page; anything else (`javascript:`, a damaged one) counts as none. */
const pageUrl = z.string().transform((text) => {
  const url = text.trim().slice(0, URL_LENGTH);
  return URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol) ? url : '';
});

const page = z.strictObject({ url: pageUrl, title: cut(TITLE_LENGTH), referrer: pageUrl });
const device = z.strictObject({ userAgent: cut(1_000), language: cut(35), timezone: cut(64), screen: cut(32) });

const propertyValue = z.union(
  [z.string().max(1_000, 'may have at most 1,000 characters'), z.number(), z.boolean(), z.null()],
  'must be a text of at most 1,000 characters, a number, true, false or null',
);
const properties = z
  .record(z.string().trim().min(1, 'must not be blank').max(64, 'may have at most 64 characters'), propertyValue)
  .refine((given) => Object.keys(given).length <= MAX_PROPERTIES, `may have at most ${MAX_PROPERTIES} keys`);

/** A text that is kept in one form; an empty one removes what was there. Forms of the site's widget show the refusal. */
const normalized = (normal: (text: string) => string | undefined, message: string) =>
  z
    .string()
    .trim()
    .transform((text, context) => {
      const kept = text === '' ? '' : normal(text);
      if (kept !== undefined) return kept;
      context.addIssue({ code: 'custom', message, params: { code: 'invalid_value' } });
      return z.NEVER;
    });

const card = {
  name: z.string().trim().max(200, 'may have at most 200 characters').optional(),
  email: normalized(normalEmail, 'must be an e-mail address').optional(),
  phone: normalized(normalPhone, 'must be a telephone number').optional(),
  properties: properties.optional(),
};

export const openSessionRequest = z.strictObject({
  siteId: z.string(),
  // A damaged token quietly gets a new contact; one this long is not looked at.
  token: z.string().transform((text) => (text.length > 2_048 ? '' : text)),
  page: page.optional(),
  device: device.optional(),
});

export const identifyRequest = z.strictObject(card);
export const updateContactRequest = z.strictObject({ contactId: id, ...card });

export const authenticateRequest = z.strictObject({
  userId: z.string().min(1, 'must not be empty').max(200, 'may have at most 200 characters'),
  hmac: z.string().regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits'),
});

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

export const trackRequest = z.strictObject({
  event: z.string().trim().min(1, 'must not be blank').max(100, 'may have at most 100 characters'),
  props: z
    .record(z.string(), z.unknown())
    .refine((given) => depthOf(given) <= MAX_PROPS_DEPTH, `may be nested at most ${MAX_PROPS_DEPTH} deep`)
    .refine(
      (given) => JSON.stringify(given).length <= MAX_PROPS_LENGTH,
      `may have at most ${MAX_PROPS_LENGTH} characters as JSON`,
    )
    .optional(),
  at: z.date().optional(),
});

export const pageViewRequest = z.strictObject({
  page: page.refine(({ url }) => url !== '', { path: ['url'], error: 'must be the address of a page' }),
});

/** Visitors of one gateway in one call. */
const MAX_VISITORS = 10_000;
const contactIds = z.array(id).max(MAX_VISITORS, `may have at most ${MAX_VISITORS} entries`);
export const renewRequest = z.strictObject({
  // Becomes the name of a field.
  instance: z.string().regex(/^[\w-]{1,64}$/, 'must have 1 to 64 letters, digits, "-" and "_"'),
  contactIds,
  releasedContactIds: contactIds,
});

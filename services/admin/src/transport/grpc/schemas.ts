import { fromSchemaIssues } from '@beseda/errors';
import { z } from 'zod';
import { MAX_PASSWORD, MIN_PASSWORD, isEmail } from '../../domain/operator.js';
import { MAX_DOMAINS, WIDGET_LANGUAGES, parseDomain } from '../../domain/site.js';

/** Checks a request; INVALID_ARGUMENT that names every wrong field. */
export function parse<S extends z.ZodType>(schema: S, request: unknown): z.output<S> {
  const result = schema.safeParse(request);
  if (result.success) return result.data;
  throw fromSchemaIssues(result.error.issues);
}

const id = z.string().min(1).max(64);
const siteName = z.string().trim().min(1, 'must not be blank').max(100, 'may have at most 100 characters');
const personName = siteName;

const domain = z.string().transform((text, context) => {
  const parsed = parseDomain(text);
  if (parsed !== undefined) return parsed;
  context.addIssue(
    'must be a host name such as "shop.example", "*.shop.example" or "localhost:8080", without https://',
  );
  return z.NEVER;
});
const domains = z
  .array(domain)
  .max(MAX_DOMAINS, `may have at most ${MAX_DOMAINS} entries`)
  .transform((list) => [...new Set(list)]);

export const loginRequest = z.strictObject({
  email: z.string().min(1, 'must not be empty').max(320, 'is too long'),
  password: z.string().min(1, 'must not be empty').max(1_000, 'is too long'),
  address: z.string().max(100),
  // Only shown in the list of sessions: what is too long is cut, not refused.
  userAgent: z.string().transform((text) => text.slice(0, 500)),
});

export const createSiteRequest = z.strictObject({ name: siteName, domains });

export const updateSiteRequest = z.strictObject({
  siteId: id,
  name: siteName.optional(),
  domains: z.strictObject({ items: domains }).optional(),
  language: z.enum(WIDGET_LANGUAGES, 'must be "auto", "ru" or "en"').optional(),
  color: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'must look like #0b6070')
    .transform((text) => text.toLowerCase())
    .optional(),
});

export const createOperatorRequest = z.strictObject({
  siteId: id,
  email: z.string().refine(isEmail, 'must be an e-mail address'),
  name: personName,
  role: z.number(),
  password: z
    .string()
    .min(MIN_PASSWORD, `must have at least ${MIN_PASSWORD} characters`)
    .max(MAX_PASSWORD, `may have at most ${MAX_PASSWORD} characters`),
});

import { z } from 'zod';
import { timeSchema } from './common.js';
import { LIMITS } from './limits.js';
import { textField } from './text.js';
import { HISTORY_KINDS } from './words.js';

export const contactBriefSchema = z
  .object({ id: z.string(), name: z.string().nullable(), email: z.string().nullable(), avatarSeed: z.string() })
  .meta({ id: 'ContactBrief' });

/** A value of a property that a site or an operator gave. */
export const propertyValueSchema = z.union([z.string().max(LIMITS.propertyText), z.number(), z.boolean(), z.null()]);
export type PropertyValue = z.infer<typeof propertyValueSchema>;
const properties = z.record(z.string(), propertyValueSchema);

const historyEntrySchema = z.object({
  id: z.string(),
  at: timeSchema,
  kind: z.enum(HISTORY_KINDS),
  name: z.string().optional(),
  url: z.string().optional(),
  title: z.string().optional(),
  props: z.record(z.string(), z.unknown()).optional(),
});

export const contactCardSchema = z
  .object({
    id: z.string(),
    siteId: z.string(),
    name: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    userId: z.string().nullable(),
    verified: z.boolean(),
    online: z.boolean(),
    firstSeenAt: timeSchema,
    lastSeenAt: timeSchema,
    visits: z.int(),
    pageViews: z.int(),
    properties,
    lastPage: z.object({ url: z.string(), title: z.string(), at: timeSchema }).nullable(),
    referrer: z.string().nullable(),
    utm: z
      .object({
        source: z.string().optional(),
        medium: z.string().optional(),
        campaign: z.string().optional(),
        term: z.string().optional(),
        content: z.string().optional(),
      })
      .nullable(),
    device: z.object({ browser: z.string(), os: z.string(), type: z.string() }).nullable(),
    language: z.string().nullable(),
    timezone: z.string().nullable(),
    history: z.array(historyEntrySchema),
  })
  .meta({ id: 'ContactCard' });
export type ContactCard = z.infer<typeof contactCardSchema>;

/** Given properties. */
export const givenProperties = z
  .record(z.string().trim().min(1).max(LIMITS.propertyKey), propertyValueSchema)
  .refine((given) => Object.keys(given).length <= LIMITS.properties, {
    error: `may have at most ${LIMITS.properties} entries`,
    params: { code: 'too_many' },
  });

export const contactNameField = textField(LIMITS.contactName);
export const contactEmailField = z.string().trim().max(LIMITS.email);
export const phoneField = z.string().trim().max(LIMITS.phone);

/** Empty or null: removed. */
const personal = {
  name: contactNameField.nullish(),
  email: contactEmailField.nullish(),
  phone: phoneField.nullish(),
  properties: givenProperties.nullish(),
};
export const contactPatch = z.strictObject(personal).meta({ id: 'ContactPatch' });
export type Personal = z.infer<typeof contactPatch>;
export const identifyBody = z.strictObject(personal).meta({ id: 'Identify' });

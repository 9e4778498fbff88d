import { z } from 'zod';
import { timeSchema } from './common.js';

export const contactBriefSchema = z
  .object({ id: z.string(), name: z.string().nullable(), email: z.string().nullable(), avatarSeed: z.string() })
  .meta({ id: 'ContactBrief' });

/** A value of a property that a site or an operator gave. */
export const propertyValueSchema = z.union([z.string().max(2_000), z.number(), z.boolean(), z.null()]);
export type PropertyValue = z.infer<typeof propertyValueSchema>;
const properties = z.record(z.string(), propertyValueSchema);

const historyEntrySchema = z.object({
  id: z.string(),
  at: timeSchema,
  kind: z.enum(['page', 'event', 'identified', 'session']),
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

/** Given properties; an object of at most 100 entries. */
export const givenProperties = z
  .record(z.string().min(1).max(100), propertyValueSchema)
  .refine((given) => Object.keys(given).length <= 100, 'has more than 100 entries');

/** Empty or null: removed. */
const personal = {
  name: z.string().trim().max(200).nullish(),
  email: z.string().trim().max(320).nullish(),
  phone: z.string().trim().max(50).nullish(),
  properties: givenProperties.nullish(),
};
export const contactPatch = z.strictObject(personal).meta({ id: 'ContactPatch' });
export type Personal = z.infer<typeof contactPatch>;
export const identifyBody = z.strictObject(personal).meta({ id: 'Identify' });

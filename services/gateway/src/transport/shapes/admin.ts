import { ROLES } from '@beseda/auth';
import { z } from 'zod';

const role = z.enum(ROLES);

export const operatorSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    internalName: z.string().optional(),
    email: z.string(),
    role,
    sites: z.array(z.object({ siteId: z.string(), name: z.string(), role })),
    avatarUrl: z.null(),
  })
  .meta({ id: 'Operator' });
export type OperatorShape = z.infer<typeof operatorSchema>;

export const loginBody = z
  .strictObject({ email: z.string().trim().min(1).max(320), password: z.string().min(1).max(1_000) })
  .meta({ id: 'Login' });
export const sessionAnswer = z
  .object({ accessToken: z.string(), expiresIn: z.int(), operator: operatorSchema })
  .meta({ id: 'OperatorSession' });
export const meAnswer = z.object({ operator: operatorSchema }).meta({ id: 'Me' });

export const siteSchema = z
  .object({ id: z.string(), name: z.string(), role, domains: z.array(z.string()) })
  .meta({ id: 'Site' });
export const sitesAnswer = z.object({ items: z.array(siteSchema) }).meta({ id: 'Sites' });
export const siteDetailsSchema = siteSchema
  .extend({ language: z.string(), color: z.string(), maxFileBytes: z.int(), reopenWindowHours: z.int() })
  .meta({ id: 'SiteDetails' });
export type SiteDetails = z.infer<typeof siteDetailsSchema>;

const domain = z.string().trim().min(1).max(253);
export const createSiteBody = z
  .strictObject({ name: z.string().trim().min(1).max(200), domains: z.array(domain).max(100).optional() })
  .meta({ id: 'CreateSite' });
export const patchSiteBody = z
  .strictObject({
    name: z.string().trim().min(1).max(200).optional(),
    domains: z.array(domain).max(100).optional(),
    language: z.enum(['auto', 'ru', 'en']).optional(),
    color: z
      .string()
      .regex(/^#[0-9a-fA-F]{6}$/, 'must be #rrggbb')
      .optional(),
  })
  .meta({ id: 'SitePatch' });
export const createdSite = z.object({ siteId: z.string() }).meta({ id: 'CreatedSite' });

export const createOperatorBody = z
  .strictObject({
    email: z.string().trim().min(3).max(320),
    name: z.string().trim().min(1).max(200),
    role,
    password: z.string().min(8, 'must have at least 8 characters').max(1_000),
  })
  .meta({ id: 'CreateOperator' });
export const createdOperator = z.object({ operatorId: z.string() }).meta({ id: 'CreatedOperator' });
export const operatorsAnswer = z
  .object({
    items: z.array(z.object({ id: z.string(), name: z.string(), email: z.string(), role, disabled: z.boolean() })),
  })
  .meta({ id: 'Operators' });
export const secretAnswer = z.object({ secret: z.string() }).meta({ id: 'IdentitySecret' });

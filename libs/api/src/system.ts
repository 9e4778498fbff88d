import { z } from 'zod';
import { idSchema, timeSchema } from './common.js';
import { cursorField, queryInt, searchField } from './fields.js';
import { LIMITS } from './limits.js';
import { oneLine, requiredText } from './text.js';
import { LICENCE_STATES, SCOPES } from './words.js';

export const apiKeySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string(),
    scopes: z.array(z.string()),
    createdAt: timeSchema,
    createdBy: z.string(),
    lastUsedAt: timeSchema.nullable(),
    revokedAt: timeSchema.nullable(),
  })
  .meta({ id: 'ApiKey' });
export type ApiKeyShape = z.infer<typeof apiKeySchema>;
export const apiKeysAnswer = z
  .object({ items: z.array(apiKeySchema), scopes: z.array(z.enum(SCOPES)) })
  .meta({ id: 'ApiKeys' });
export const createKeyBody = z
  .strictObject({
    name: requiredText(LIMITS.apiKeyName, oneLine),
    scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length),
  })
  .meta({ id: 'CreateApiKey' });
export const createdKey = z
  .object({ key: apiKeySchema, secret: z.string() })
  .meta({ id: 'CreatedApiKey', description: 'The secret is shown this once.' });

const auditFilter = {
  operatorId: idSchema.optional(),
  subject: z.string().max(LIMITS.auditSubject).optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  q: searchField.optional(),
};
export const auditExportQuery = z.strictObject(auditFilter);
export type AuditQuery = z.infer<typeof auditExportQuery>;
export const auditQuery = z.strictObject({
  ...auditFilter,
  cursor: cursorField.optional(),
  limit: queryInt(1, LIMITS.page),
});

export const auditEntrySchema = z
  .object({
    id: z.string(),
    at: timeSchema,
    operatorId: z.string().nullable(),
    operatorName: z.string(),
    address: z.string(),
    userAgent: z.string(),
    action: z.string(),
    subject: z.string(),
    subjectId: z.string(),
    subjectName: z.string(),
    changes: z.array(z.object({ path: z.string(), before: z.string(), after: z.string() })),
  })
  .meta({ id: 'AuditEntry', description: '`before` and `after` are JSON; secrets are masked.' });
export type AuditEntryShape = z.infer<typeof auditEntrySchema>;
export const auditAnswer = z
  .object({ items: z.array(auditEntrySchema), nextCursor: z.string().nullable() })
  .meta({ id: 'AuditPage' });

export const retentionAnswer = z.object({ days: z.int() }).meta({ id: 'AuditRetention' });
export const retentionBody = z
  .strictObject({ days: z.int().min(LIMITS.retentionDaysMin).max(LIMITS.retentionDays) })
  .meta({ id: 'SetAuditRetention' });

export const billingAnswer = z
  .object({
    state: z.enum(LICENCE_STATES),
    licence: z
      .object({
        holder: z.string(),
        plan: z.string(),
        operators: z.int(),
        features: z.array(z.string()),
        validFrom: timeSchema.nullable(),
        validTo: timeSchema.nullable(),
      })
      .nullable(),
    operators: z.int(),
  })
  .meta({
    id: 'Billing',
    description: '`licence.operators` is the most allowed, 0 any number; `operators` how many there are.',
  });
export type Billing = z.infer<typeof billingAnswer>;
export const billingBody = z
  .strictObject({ licence: z.string().trim().max(LIMITS.licence) })
  .meta({ id: 'SetLicence' });

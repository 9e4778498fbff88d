import { z } from 'zod';
import { MAX_KEY_NAME, SCOPES } from '../../domain/api-key.js';
import { RETENTION } from '../../domain/audit.js';
import { MAX_LICENCE_TEXT } from '../../infrastructure/crypto/licences.js';

/** A word of a filter; empty: any. */
const word = z
  .string()
  .max(200, 'is too long')
  .transform((text) => text.trim() || undefined);
const time = z.date().optional();

export const auditFilter = z
  .strictObject({ operatorId: word, subject: word, from: time, to: time, q: word })
  .optional()
  .transform((filter) => filter ?? {});

export const listAuditRequest = z.strictObject({
  filter: auditFilter,
  cursor: z
    .string()
    .regex(/^([\da-f-]{36})?$/, 'is no cursor of this list')
    .transform((text) => text || undefined),
  limit: z
    .number()
    .int()
    .min(0)
    .max(100, 'may be at most 100')
    .transform((limit) => limit || 50),
});

export const exportAuditRequest = z.strictObject({ filter: auditFilter });

export const setAuditRetentionRequest = z.strictObject({
  days: z
    .number()
    .int()
    .min(RETENTION.min, `must be at least ${RETENTION.min}`)
    .max(RETENTION.max, `may be at most ${RETENTION.max}`),
});

export const createApiKeyRequest = z.strictObject({
  name: z.string().trim().min(1, 'must not be blank').max(MAX_KEY_NAME, `may have at most ${MAX_KEY_NAME} characters`),
  scopes: z
    .array(z.enum(SCOPES, `must be one of ${SCOPES.join(', ')}`))
    .min(1, 'must name at least one scope')
    .max(100, 'are too many')
    .transform((scopes) => SCOPES.filter((scope) => scopes.includes(scope))),
});

export const keyId = z.strictObject({ id: z.string().min(1, 'must not be empty').max(64, 'is too long') });

export const setLicenceRequest = z.strictObject({
  licence: z.string().max(MAX_LICENCE_TEXT, 'is too long for a licence'),
});

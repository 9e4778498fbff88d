import { LIMITS, SCOPES, createKeyBody, retentionBody } from '@beseda/api';
import { z } from 'zod';

/** A word of a filter; empty: any. */
const word = z
  .string()
  .max(LIMITS.search)
  .transform((text) => text.trim() || undefined);
/** Entries of a page where nobody says how many. */
const USUAL_PAGE = 50;
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
    .max(LIMITS.page)
    .transform((limit) => limit || USUAL_PAGE),
});

export const exportAuditRequest = z.strictObject({ filter: auditFilter });

export const setAuditRetentionRequest = z.strictObject(retentionBody.shape);

const { name, scopes } = createKeyBody.shape;
export const createApiKeyRequest = z.strictObject({
  name,
  scopes: scopes.transform((given) => SCOPES.filter((scope) => given.includes(scope))),
});

export const keyId = z.strictObject({ id: z.string().min(1).max(LIMITS.id) });

export const setLicenceRequest = z.strictObject({
  licence: z.string().max(LIMITS.licence),
});

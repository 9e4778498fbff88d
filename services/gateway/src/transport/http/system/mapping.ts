import type { ApiKeyShape, AuditEntryShape, AuditQuery, Billing } from '@beseda/api';
import type { adminV1 } from '@beseda/contracts';
import { iso, isoOrNull, oneOf, orNull } from '../../mapping/words.js';

export const apiKeyShape = (key: adminV1.ApiKey): ApiKeyShape => ({
  id: key.id,
  name: key.name,
  prefix: key.prefix,
  scopes: key.scopes,
  createdAt: iso(key.createdAt),
  createdBy: key.createdBy,
  lastUsedAt: isoOrNull(key.lastUsedAt),
  revokedAt: isoOrNull(key.revokedAt),
});

/** A filter of the audit log as the service takes it. */
export const auditFilter = ({ operatorId = '', subject = '', from, to, q = '' }: AuditQuery): adminV1.AuditFilter => ({
  operatorId,
  subject,
  from: from === undefined ? undefined : new Date(from),
  to: to === undefined ? undefined : new Date(to),
  q: q.trim(),
});

export const auditEntryShape = (entry: adminV1.AuditEntry): AuditEntryShape => ({
  id: entry.id,
  at: iso(entry.at),
  operatorId: orNull(entry.operatorId),
  operatorName: entry.operatorName,
  address: entry.address,
  userAgent: entry.userAgent,
  action: entry.action,
  subject: entry.subject,
  subjectId: entry.subjectId,
  subjectName: entry.subjectName,
  changes: entry.changes.map(({ path, before, after }) => ({ path, before, after })),
});

const STATES = ['none', 'valid', 'expired', 'not_yet', 'no_key'] as const;

/** @throws TypeError when the service left the licence's state out */
export function billingShape(answer: adminV1.GetLicenceResponse | undefined): Billing {
  if (!answer) throw new TypeError('admin answered without the licence');
  const { state, licence, operators } = answer;
  return {
    state: oneOf(STATES, state, 'none'),
    licence: licence
      ? {
          holder: licence.holder,
          plan: licence.plan,
          operators: licence.operators,
          features: licence.features,
          validFrom: isoOrNull(licence.validFrom),
          validTo: isoOrNull(licence.validTo),
        }
      : null,
    operators,
  };
}

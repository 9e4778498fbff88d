import type { Role } from '@beseda/auth';
import { type EventRecord, settingRecord, settingsV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import type { Operator } from '../../domain/operator.js';
import type { Site } from '../../domain/site.js';
import type { OperatorDocument, SiteDocument } from '../mongo/documents.js';
import { operatorOf } from '../mongo/operators.repository.js';
import { siteOf } from '../mongo/sites.repository.js';

const ROLE: Record<Role, settingsV1.Role> = {
  operator: settingsV1.Role.ROLE_OPERATOR,
  admin: settingsV1.Role.ROLE_ADMIN,
  superadmin: settingsV1.Role.ROLE_SUPERADMIN,
};

/** The role of a message; INVALID_ARGUMENT when it is none. */
export function roleOfMessage(role: settingsV1.Role): Role {
  const found = (Object.keys(ROLE) as Role[]).find((name) => ROLE[name] === role);
  if (found) return found;
  const message = 'The role must be operator, admin or superadmin.';
  throw appError('INVALID_ARGUMENT', message, { fields: [{ path: 'role', code: 'invalid_value', message }] });
}

/** A site as other services know it. */
export const siteSettings = (site: Site): settingsV1.SiteSettings => ({
  id: site.id,
  name: site.name,
  domains: site.domains,
  widget: {
    color: site.widget.color,
    language: site.widget.language,
    greeting: site.widget.greeting,
    poweredBy: site.widget.poweredBy,
  },
  reopenWindowHours: site.reopenWindowHours,
  maxFileBytes: site.maxFileBytes,
  identitySecretVersion: site.identitySecretVersion,
});

/** An operator as other services know them. */
export const operatorSettings = (operator: Operator): settingsV1.OperatorSettings => ({
  id: operator.id,
  name: operator.name,
  internalName: operator.internalName,
  email: operator.email,
  sites: operator.sites.map(({ siteId, role }) => ({ siteId, role: ROLE[role] })),
  disabled: operator.disabled,
  tokenVersion: operator.tokenVersion,
});

export const siteSetting = (site: Site): settingsV1.Setting => ({
  kind: 'site',
  siteId: site.id,
  id: site.id,
  version: site.version,
  deleted: false,
  value: { $case: 'site', value: siteSettings(site) },
});

export const operatorSetting = (operator: Operator): settingsV1.Setting => ({
  kind: 'operator',
  siteId: '',
  id: operator.id,
  version: operator.version,
  deleted: false,
  value: { $case: 'operator', value: operatorSettings(operator) },
});

/** What is put on the bus for a stored site. */
export const siteRecord = (doc: SiteDocument): EventRecord =>
  settingRecord(siteSetting(siteOf(doc)), doc.correlationId);

/** What is put on the bus for a stored operator. */
export const operatorRecord = (doc: OperatorDocument): EventRecord =>
  settingRecord(operatorSetting(operatorOf(doc)), doc.correlationId);

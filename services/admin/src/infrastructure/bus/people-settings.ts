import type { Role, Visibility } from '@beseda/api';
import { type EventRecord, settingRecord, settingsV1 } from '@beseda/contracts';
import { appError, invalidField } from '@beseda/errors';
import type { Operator } from '../../domain/operator.js';
import type { Team } from '../../domain/team.js';
import { operatorOf } from '../mongo/operators.repository.js';
import type { OperatorDocument, TeamDocument } from '../mongo/people.documents.js';
import { teamOf } from '../mongo/teams.repository.js';

const ROLE: Record<Role, settingsV1.Role> = {
  operator: settingsV1.Role.ROLE_OPERATOR,
  admin: settingsV1.Role.ROLE_ADMIN,
  superadmin: settingsV1.Role.ROLE_SUPERADMIN,
};

const VISIBILITY: Record<Visibility, settingsV1.Visibility> = {
  all: settingsV1.Visibility.VISIBILITY_ALL,
  team: settingsV1.Visibility.VISIBILITY_TEAM,
  unassigned: settingsV1.Visibility.VISIBILITY_UNASSIGNED,
  own: settingsV1.Visibility.VISIBILITY_OWN,
};

/** The role of a message; INVALID_ARGUMENT when it is none. */
export function roleOfMessage(role: settingsV1.Role): Role {
  const found = (Object.keys(ROLE) as Role[]).find((name) => ROLE[name] === role);
  if (found) return found;
  const message = 'The role must be operator, admin or superadmin.';
  throw appError('INVALID_ARGUMENT', message, { fields: [{ path: 'role', code: 'invalid_value', message }] });
}

/** The visibility of a message, where nothing said means all; INVALID_ARGUMENT when it is none. */
export function visibilityOfMessage(visibility: settingsV1.Visibility): Visibility {
  if (visibility === settingsV1.Visibility.VISIBILITY_UNSPECIFIED) return 'all';
  const found = (Object.keys(VISIBILITY) as Visibility[]).find((name) => VISIBILITY[name] === visibility);
  if (found) return found;
  throw invalidField('visibility', 'invalid_value', 'The visibility must be all, team, unassigned or own.');
}

/** An operator as other services know them. */
export const operatorSettings = (operator: Operator): settingsV1.OperatorSettings => ({
  id: operator.id,
  name: operator.name,
  internalName: operator.internalName,
  email: operator.email,
  sites: operator.sites.map(({ siteId, role, visibility, noContactExport, noMassMailing }) => ({
    siteId,
    role: ROLE[role],
    visibility: VISIBILITY[visibility],
    noContactExport,
    noMassMailing,
  })),
  disabled: operator.disabled,
  tokenVersion: operator.tokenVersion,
  endedSessions: operator.endedSessions,
  avatarFileId: operator.avatarFileId,
  locale: operator.locale,
  theme: operator.theme,
  invited: operator.invited,
});

export const operatorSetting = (operator: Operator): settingsV1.Setting => ({
  kind: 'operator',
  siteId: '',
  id: operator.id,
  version: operator.version,
  deleted: false,
  value: { $case: 'operator', value: operatorSettings(operator) },
});

/** A team as other services know it; a deleted one is only its version. */
export const teamSetting = (
  { id, siteId, version, name, operatorIds }: Team,
  deleted: boolean,
): settingsV1.Setting => ({
  kind: 'team',
  siteId,
  id,
  version,
  deleted,
  value: deleted ? undefined : { $case: 'team', value: { id, name, operatorIds } },
});

/** What is put on the bus for a stored operator. */
export const operatorRecord = (doc: OperatorDocument): EventRecord =>
  settingRecord(operatorSetting(operatorOf(doc)), doc.correlationId);

/** What is put on the bus for a stored team. */
export const teamRecord = (doc: TeamDocument): EventRecord =>
  settingRecord(teamSetting(teamOf(doc), doc.deletedAt !== undefined), doc.correlationId);

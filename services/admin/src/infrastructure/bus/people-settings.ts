import type { Role, Visibility } from '@beseda/api';
import { type EventRecord, roleWords, settingRecord, settingsV1, visibilityWords } from '@beseda/contracts';
import { appError, invalidField } from '@beseda/errors';
import type { Operator } from '../../domain/operator.js';
import type { Team } from '../../domain/team.js';
import { operatorOf } from '../mongo/operators.repository.js';
import type { OperatorDocument, TeamDocument } from '../mongo/people.documents.js';
import { teamOf } from '../mongo/teams.repository.js';

/** The role of a message; INVALID_ARGUMENT when it is none. */
export function roleOfMessage(role: settingsV1.Role): Role {
  const found = roleWords.word(role);
  if (found) return found;
  const message = 'The role must be operator, admin or superadmin.';
  throw appError('INVALID_ARGUMENT', message, { fields: [{ path: 'role', code: 'invalid_value', message }] });
}

/** The visibility of a message, where nothing said means all; INVALID_ARGUMENT when it is none. */
export function visibilityOfMessage(visibility: settingsV1.Visibility): Visibility {
  if (visibility === settingsV1.Visibility.VISIBILITY_UNSPECIFIED) return 'all';
  const found = visibilityWords.word(visibility);
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
    role: roleWords.number(role),
    visibility: visibilityWords.number(visibility),
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

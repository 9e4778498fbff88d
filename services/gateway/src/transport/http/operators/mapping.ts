import { INVITATION_STATES, type InvitationShape, type ManagedOperator, type OperatorPatch, ROLES } from '@beseda/api';
import { type OperatorActor, hasRole } from '@beseda/auth';
import type { adminV1, settingsV1 } from '@beseda/contracts';
import { type Directory, roleName, roleValue } from '../../../application/directory.js';
import type { Presence } from '../../../application/presence.js';
import { visibilityValue } from '../../../application/visibility.js';
import { rightsOn } from '../../mapping/admin.js';
import { operatorAvatar } from '../../mapping/avatars.js';
import { iso, isoOrNull } from '../../mapping/words.js';

/** What became of an invitation; null when there was none. */
export function invitationShape(invitation: adminV1.Invitation | undefined): InvitationShape | null {
  const state = INVITATION_STATES.find((word) => word === invitation?.state);
  if (!invitation || !state) return null;
  const { at, detail, expiresAt } = invitation;
  return { state, at: isoOrNull(at), detail, expiresAt: isoOrNull(expiresAt) };
}

/** What the page of operators needs besides the service's answer. */
export interface ManageContext {
  caller: OperatorActor;
  directory: Directory;
  presence: Pick<Presence, 'stateOf'>;
  /** Open dialogs by operator. */
  openDialogs: Readonly<Record<string, number>> | undefined;
}

/** An operator as an administrator of one site sees him: nothing of his other sites. */
export function managedOperator(item: adminV1.ManagedOperator, context: ManageContext): ManagedOperator {
  const { operator } = item;
  if (!operator) throw new TypeError('admin answered without the operator');
  const { siteId } = context.caller;
  const seen = context.presence.stateOf(siteId, operator.id);
  return {
    id: operator.id,
    name: operator.name,
    internalName: operator.internalName,
    email: operator.email,
    role: roleName(operator.sites.find((site) => site.siteId === siteId)?.role ?? 0) ?? ROLES[0],
    avatarUrl: operatorAvatar(operator),
    ...rightsOn(operator, siteId),
    teamIds: item.teamIds,
    disabled: operator.disabled,
    invited: operator.invited,
    invitation: invitationShape(item.invitation),
    lastSignInAt: isoOrNull(item.lastSignInAt),
    secondFactor: item.secondFactor,
    singleSignOn: item.singleSignOn,
    version: item.version,
    openDialogs: context.openDialogs ? (context.openDialogs[operator.id] ?? 0) : null,
    presence: seen ? { state: seen.state, since: iso(seen.since) } : null,
    editable: mayEdit(context.caller, operator, context.directory),
  };
}

/** Whether somebody may change what belongs to the person: admin wherever the other works, and not weaker there. */
function mayEdit(caller: OperatorActor, operator: settingsV1.OperatorSettings, directory: Directory): boolean {
  const own = directory.operator(caller.id);
  return operator.sites.every(({ siteId, role }) => {
    const theirs = roleName(role);
    const mine = own && directory.roleOn(own, siteId);
    return mine !== undefined && theirs !== undefined && hasRole(mine, 'admin') && hasRole(mine, theirs);
  });
}

type Rights = Pick<OperatorPatch, 'visibility' | 'noContactExport' | 'noMassMailing'>;

/** Rights as the service takes them: whole; what is not given stays as it is now. Undefined: nothing was given. */
export function rightsRequest(
  given: Rights,
  now: settingsV1.OperatorSettings | undefined,
  siteId: string,
): adminV1.OperatorRights | undefined {
  const { visibility, noContactExport, noMassMailing } = given;
  if (visibility === undefined && noContactExport === undefined && noMassMailing === undefined) return undefined;
  const before = now
    ? rightsOn(now, siteId)
    : { visibility: 'all' as const, noContactExport: false, noMassMailing: false };
  return {
    visibility: visibilityValue(visibility ?? before.visibility),
    noContactExport: noContactExport ?? before.noContactExport,
    noMassMailing: noMassMailing ?? before.noMassMailing,
  };
}

/** A change of an operator as the service takes it. */
export function operatorChange(
  operatorId: string,
  patch: OperatorPatch,
  now: settingsV1.OperatorSettings | undefined,
  siteId: string,
): adminV1.UpdateOperatorRequest {
  const { version = 0, name, internalName, email, role, teamIds, disabled, secondFactor } = patch;
  return {
    operatorId,
    version,
    ...{ name, internalName, email, disabled },
    role: role && roleValue(role),
    rights: rightsRequest(patch, now, siteId),
    teams: teamIds && { items: teamIds },
    secondFactorOff: secondFactor === false ? true : undefined,
  };
}

/** A field of the service's messages as the bodies have it. */
export const operatorPath = (path: string): string =>
  path
    .replace(/^rights\./, '')
    .replace(/^teams(?:\.items)?(?=\.|$)/, 'teamIds')
    .replace(/^avatarFileId$/, 'file')
    .replace(/^secondFactorOff$/, 'secondFactor');

/** A field of a team's messages as the bodies have it. */
export const teamPath = (path: string): string => path.replace(/^operators(?:\.items)?(?=\.|$)/, 'operatorIds');

/** An operator as colleagues see him. */
export const colleague = ({
  operator,
  role,
}: {
  operator: settingsV1.OperatorSettings;
  role: ManagedOperator['role'];
}) => ({
  id: operator.id,
  name: operator.name,
  internalName: operator.internalName,
  email: operator.email,
  role,
  avatarUrl: operatorAvatar(operator),
  disabled: operator.disabled,
  invited: operator.invited,
});

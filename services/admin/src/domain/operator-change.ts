import type { Role } from '@beseda/api';
import type { Operator, SiteRights, SiteRole } from './operator.js';

/** What an admin may change of an operator on a site; absent: it stays. */
export interface ManagedChange {
  name?: string | undefined;
  internalName?: string | undefined;
  /** In its one spelling. */
  email?: string | undefined;
  avatarFileId?: string | undefined;
  disabled?: boolean | undefined;
  /** Takes the second factor away. */
  secondFactorOff?: boolean | undefined;
  role?: Role | undefined;
  rights?: SiteRights | undefined;
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== false;

/** Whether a change touches what belongs to the person and not to one site. */
export const touchesPerson = (change: ManagedChange): boolean =>
  [change.name, change.internalName, change.email, change.avatarFileId].some((value) => value !== undefined) ||
  change.disabled !== undefined ||
  isGiven(change.secondFactorOff);

/** Whether a change touches what opens the account. */
export const touchesAccount = ({ email, secondFactorOff }: ManagedChange): boolean =>
  email !== undefined || secondFactorOff === true;

/** Whether a change can take a superadmin from a site. */
export const mayWeaken = ({ role, disabled }: ManagedChange): boolean =>
  (role !== undefined && role !== 'superadmin') || disabled === true;

/** Role and rights on a site after a change. */
export const changedPlace = (place: SiteRole, { role, rights }: ManagedChange): SiteRole => ({
  ...place,
  ...(rights ?? {}),
  ...(role === undefined ? {} : { role }),
});

/** The operator's own fields after a change; disabling ends every session by a new token version. */
export function changedPerson(operator: Operator, change: ManagedChange): Partial<Operator> {
  const { name, internalName, email, avatarFileId, disabled } = change;
  const ends = disabled === true && !operator.disabled;
  return {
    ...(name === undefined ? {} : { name }),
    ...(internalName === undefined ? {} : { internalName }),
    ...(email === undefined ? {} : { email }),
    ...(avatarFileId === undefined ? {} : { avatarFileId }),
    ...(disabled === undefined ? {} : { disabled }),
    ...(ends ? { tokenVersion: operator.tokenVersion + 1, endedSessions: [] } : {}),
  };
}

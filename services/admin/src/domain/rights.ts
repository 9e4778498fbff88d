import { ROLES, type Role, VISIBILITIES, type Visibility } from '@beseda/api';
import { type OperatorActor, hasRole } from '@beseda/auth';
import { type FieldError, appError } from '@beseda/errors';
import { ALL_RIGHTS, type Operator, type SiteRights, type SiteRole, siteRoleOf } from './operator.js';

const weaker = (one: Role, other: Role): Role => (hasRole(one, other) ? other : one);

/**
 * The caller on the site of the actor token, as the caller is stored now: a token is a minute old at most, but in a minute an
 * admin may have lost the role. PERMISSION_DENIED when nothing is left of it.
 */
export function callerOn(actor: OperatorActor, stored: Operator | undefined): SiteRole {
  const role = stored && !stored.disabled ? siteRoleOf(stored, actor.siteId) : undefined;
  if (!role) throw appError('PERMISSION_DENIED', 'You do not work on this site any more.');
  return { ...role, role: weaker(role.role, actor.role) };
}

/** Whether somebody of this role manages somebody of that role: is an admin, and not weaker. */
export const manages = (caller: Role, target: Role): boolean => hasRole(caller, 'admin') && hasRole(caller, target);

/**
 * Whether the caller may change what belongs to the person and not to one site (names, e-mail, picture, being disabled):
 * only who manages the person on every site where the person works.
 */
export const mayEditPerson = (caller: Pick<Operator, 'sites'>, target: Pick<Operator, 'sites'>): boolean =>
  target.sites.length > 0 &&
  target.sites.every(({ siteId, role }) => {
    const own = siteRoleOf(caller, siteId);
    return own !== undefined && manages(own.role, role);
  });

/**
 * Whether the caller may change what opens somebody's account (the e-mail that links go to, the second factor): who has less on
 * some site could help himself to the rest that way.
 */
export const mayOpenAccount = (caller: Pick<Operator, 'sites'>, target: Pick<Operator, 'sites'>): boolean =>
  mayEditPerson(caller, target) &&
  target.sites.every((place) => {
    const own = siteRoleOf(caller, place.siteId);
    return own !== undefined && overreach(own, undefined, place) === undefined;
  });

/**
 * Whether a team that gains members shows the caller more: who sees the dialogs of his teams must not choose whose they are.
 * Others see the same whoever is in a team.
 */
export const widensOwnView = (
  caller: { id: string; role: Role; visibility: Visibility },
  before: readonly string[],
  after: readonly string[],
): boolean =>
  caller.role !== 'superadmin' &&
  caller.visibility === 'team' &&
  after.includes(caller.id) &&
  after.some((id) => !before.includes(id));

type RoleAndRights = SiteRights & { role: Role };

const mayExport = (of: RoleAndRights | undefined): boolean =>
  of !== undefined && (of.role === 'superadmin' || (of.role === 'admin' && !of.noContactExport));
const mayMail = (of: RoleAndRights | undefined): boolean =>
  of !== undefined && (of.role === 'superadmin' || (of.role === 'admin' && !of.noMassMailing));
/** How much is seen; higher is wider. */
const width = (of: RoleAndRights | undefined): number =>
  of ? VISIBILITIES.length - VISIBILITIES.indexOf(of.visibility) : 0;
const rank = (of: RoleAndRights | undefined): number => (of ? ROLES.indexOf(of.role) : -1);

/**
 * What a change gives somebody that the caller has not got: nobody can hand out, to others or to himself, what was taken
 * from him. What somebody had before may stay.
 */
export function overreach(
  caller: RoleAndRights,
  before: RoleAndRights | undefined,
  after: RoleAndRights,
): FieldError | undefined {
  const unlimited = caller.role === 'superadmin';
  const field = (path: string): FieldError => ({
    path,
    code: 'not_yours',
    message: 'You cannot give what you have not got.',
  });
  if (rank(after) > rank(before) && rank(after) > rank(caller)) return field('role');
  if (unlimited) return undefined;
  if (width(after) > width(before) && width(after) > width(caller)) return field('visibility');
  if (mayExport(after) && !mayExport(before) && !mayExport(caller)) return field('noContactExport');
  if (mayMail(after) && !mayMail(before) && !mayMail(caller)) return field('noMassMailing');
  return undefined;
}

/** The rights of somebody new where none were named: all, as far as the caller has them. */
export const defaultRights = (caller: RoleAndRights): SiteRights =>
  caller.role === 'superadmin'
    ? ALL_RIGHTS
    : {
        visibility: caller.visibility,
        noContactExport: caller.noContactExport,
        noMassMailing: caller.noMassMailing,
      };

/** Whether somebody keeps a site running: a superadmin who can sign in and has done so. */
export const runsSite = (operator: Pick<Operator, 'sites' | 'disabled' | 'invited'>, siteId: string): boolean =>
  !operator.disabled && !operator.invited && siteRoleOf(operator, siteId)?.role === 'superadmin';

/** Sites that a change takes a superadmin from: they need another one. */
export const sitesLosing = (
  before: Pick<Operator, 'sites' | 'disabled' | 'invited'>,
  after: Pick<Operator, 'sites' | 'disabled' | 'invited'>,
): string[] => before.sites.map(({ siteId }) => siteId).filter((id) => runsSite(before, id) && !runsSite(after, id));

import { ROLES, type Role, type Visibility } from '@beseda/api';
import { appError } from '@beseda/errors';

/** A person who answers, on one site. */
export interface OperatorActor {
  kind: 'operator';
  id: string;
  siteId: string;
  role: Role;
  /** Absent: all. */
  visibility?: Visibility;
  /** May not export contacts, though the role would allow it. */
  noContactExport?: true;
  /** May not send to more than one addressee, though the role would allow it. */
  noMassMailing?: true;
}

/** A person who writes to the company. */
export interface ContactActor {
  kind: 'contact';
  id: string;
  siteId: string;
}

/** A service of Beseda acting by itself; `siteId` is the site of the cause, absent for work on the whole installation. */
export interface ServiceActor {
  kind: 'service';
  id: string;
  siteId?: string;
}

export type Actor = OperatorActor | ContactActor | ServiceActor;

/**
 * What a repository may touch. Every read and write takes one: there is no unfiltered read.
 * `contactId` is set for a contact, who reaches only what is its own; `viewer` for an operator who does not see all dialogs.
 */
export interface SiteScope {
  readonly siteId: string;
  readonly contactId?: string;
  readonly viewer?: Viewer;
}

/** An operator who sees some of the dialogs. */
export interface Viewer {
  readonly operatorId: string;
  readonly visibility: Exclude<Visibility, 'all'>;
}

/** The scope of an actor; a service without a site has none and must name one with {@link siteScope}. */
export function scopeOf(actor: Actor): SiteScope {
  if (actor.kind === 'contact') return { siteId: actor.siteId, contactId: actor.id };
  if (actor.siteId === undefined)
    throw appError('PERMISSION_DENIED', `The service ${actor.id} must name the site it acts for.`);
  if (actor.kind === 'operator' && actor.visibility !== undefined && actor.visibility !== 'all')
    return { siteId: actor.siteId, viewer: { operatorId: actor.id, visibility: actor.visibility } };
  return { siteId: actor.siteId };
}

/** The scope of one whole site, for consumers that act for the site of an event. */
export const siteScope = (siteId: string): SiteScope => ({ siteId });

/** Whether a role is at least another one. */
export const hasRole = (role: Role, atLeast: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(atLeast);

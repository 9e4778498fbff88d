import { type OperatorActor, type SiteScope, siteScope } from '@beseda/auth';
import { appError, invalidField } from '@beseda/errors';
import { Injectable } from '@nestjs/common';
import { type Locale, type Operator, type SiteRole, siteRoleOf } from '../domain/operator.js';
import { callerOn, manages, mayEditPerson, mayOpenAccount, widensOwnView } from '../domain/rights.js';
import { OperatorsRepository, operatorOf } from '../infrastructure/mongo/operators.repository.js';
import type { OperatorDocument } from '../infrastructure/mongo/people.documents.js';
import { TeamsRepository } from '../infrastructure/mongo/teams.repository.js';

/** Who asks for a change of people, as stored now. */
export interface Caller {
  id: string;
  scope: SiteScope;
  /** On the site of the actor. */
  own: SiteRole;
  /** Everywhere; on the site of the actor not more than the actor token says. */
  sites: SiteRole[];
  /** For colleagues. */
  name: string;
  locale: Locale | '';
}

/** What the handlers about people have in common: who asks, about whom, and whether it is theirs to decide. */
@Injectable()
export class People {
  constructor(
    private readonly operators: OperatorsRepository,
    private readonly teams: TeamsRepository,
  ) {}

  async caller(actor: OperatorActor): Promise<Caller> {
    const stored = await this.operators.byId(actor.id);
    const own = callerOn(actor, stored);
    const { sites = [], name = '', internalName = '', locale = '' } = stored ?? {};
    return {
      id: actor.id,
      scope: siteScope(actor.siteId),
      own,
      sites: sites.map((site) => (site.siteId === own.siteId ? own : site)),
      name: internalName || name,
      locale,
    };
  }

  /** An operator of the caller's site. @throws AppError NOT_FOUND: what is on other sites is nothing to the caller */
  async target({ scope }: Caller, id: string): Promise<OperatorDocument> {
    const found = await this.operators.stored(id);
    if (!found || !siteRoleOf(found, scope.siteId)) throw noSuchOperator();
    return found;
  }

  /** @throws AppError INVALID_ARGUMENT unless all of these are teams of the site */
  async assertTeams(scope: SiteScope, teamIds: readonly string[]): Promise<void> {
    if (teamIds.length === 0) return;
    const known = new Set((await this.teams.ofSite(scope)).map(({ id }) => id));
    if (!teamIds.every((id) => known.has(id))) throw invalidField('teamIds', 'invalid_value', 'There is no such team.');
  }
}

export const noSuchOperator = (): Error => appError('NOT_FOUND', 'There is no such operator on this site.');

/** Role and rights of somebody on the caller's site. @throws AppError NOT_FOUND */
export function onSite({ scope }: Caller, operator: Pick<Operator, 'sites'>): SiteRole {
  const found = siteRoleOf(operator, scope.siteId);
  if (!found) throw noSuchOperator();
  return found;
}

/** @throws AppError PERMISSION_DENIED when the caller is weaker on the site */
export function assertManages(caller: Caller, target: Pick<Operator, 'sites'>): void {
  if (!manages(caller.own.role, onSite(caller, target).role)) {
    throw appError('PERMISSION_DENIED', 'Only a superadmin may change a superadmin.');
  }
}

/** @throws AppError PERMISSION_DENIED when something of the person is not the caller's to change */
export function assertMayEditPerson(caller: Caller, target: Pick<Operator, 'sites'>): void {
  if (mayEditPerson(caller, target)) return;
  throw appError(
    'PERMISSION_DENIED',
    'This person works on other sites too, or is stronger: you may change only the role here.',
  );
}

/** @throws AppError PERMISSION_DENIED when the caller could get rights by it that he has not got */
export function assertMayOpenAccount(caller: Caller, target: Pick<Operator, 'sites'>): void {
  if (mayOpenAccount(caller, target)) return;
  throw appError(
    'PERMISSION_DENIED',
    'This person has rights that you have not got: you may not change how the person signs in.',
  );
}

/** @throws AppError PERMISSION_DENIED when the caller would see more dialogs by it */
export function assertNoWiderView({ id, own }: Caller, before: readonly string[], after: readonly string[]): void {
  if (!widensOwnView({ id, role: own.role, visibility: own.visibility }, before, after)) return;
  throw appError(
    'PERMISSION_DENIED',
    'You see the dialogs of your teams: somebody who sees all has to change their members.',
  );
}

/** What of a person the logs of all its sites show: nothing of a site, since a log must not tell of another one. */
export const shownOfPerson = (document: OperatorDocument): object => {
  const { name, internalName, email, disabled, avatarFileId } = operatorOf(document);
  return { name, internalName, email, disabled, avatarFileId, secondFactor: document.secondFactor !== undefined };
};

/** Role and rights on a site, for its log. */
export const shownOfPlace = (document: OperatorDocument, siteId: string): object => {
  const own = siteRoleOf(document, siteId);
  if (!own) return {};
  const { role, visibility, noContactExport, noMassMailing } = own;
  return { role, visibility, noContactExport, noMassMailing };
};

/** Both. */
export const shownOnSite = (document: OperatorDocument, siteId: string): object => ({
  ...shownOfPerson(document),
  ...shownOfPlace(document, siteId),
});

import type { SiteScope } from '@beseda/auth';
import { Injectable } from '@nestjs/common';
import type { Operator } from '../domain/operator.js';
import { OperatorsRepository, operatorOf } from '../infrastructure/mongo/operators.repository.js';
import type { OperatorDocument } from '../infrastructure/mongo/people.documents.js';
import { TeamsRepository } from '../infrastructure/mongo/teams.repository.js';
import { type InvitationState, Invitations } from './invitations.js';

/** An operator as those see it who manage a site. */
export interface ManagedOperator {
  operator: Operator;
  /** Teams of the site. */
  teamIds: string[];
  invitation?: InvitationState | undefined;
  lastSignInAt?: Date | undefined;
  secondFactor: boolean;
  singleSignOn: boolean;
}

/** The operators of a site with what their management needs. */
@Injectable()
export class ListOperatorsHandler {
  constructor(
    private readonly operators: OperatorsRepository,
    private readonly teams: TeamsRepository,
    private readonly invitations: Invitations,
  ) {}

  async execute(scope: SiteScope): Promise<ManagedOperator[]> {
    return this.managed(scope, await this.operators.ofSite(scope));
  }

  /** One operator, as in the list. */
  async one(scope: SiteScope, operator: OperatorDocument): Promise<ManagedOperator> {
    const [managed] = await this.managed(scope, [operator]);
    if (!managed) throw new TypeError('one operator gives one item');
    return managed;
  }

  private async managed(scope: SiteScope, operators: readonly OperatorDocument[]): Promise<ManagedOperator[]> {
    const teams = await this.teams.ofSite(scope);
    const invitations = await this.invitations.statesOf(operators);
    return operators.map((document) => ({
      operator: operatorOf(document),
      teamIds: teams.filter(({ operatorIds }) => operatorIds.includes(document._id)).map(({ id }) => id),
      invitation: invitations.get(document._id),
      lastSignInAt: document.lastSignInAt,
      secondFactor: document.secondFactor !== undefined,
      singleSignOn: document.ssoSubject !== undefined,
    }));
  }
}

import type { OperatorActor } from '@beseda/auth';
import { correlationId } from '@beseda/grpc';
import { Injectable } from '@nestjs/common';
import { siteRoleOf } from '../domain/operator.js';
import { OperatorsRepository } from '../infrastructure/mongo/operators.repository.js';
import type { OperatorDocument } from '../infrastructure/mongo/people.documents.js';
import { SessionsRepository } from '../infrastructure/mongo/sessions.repository.js';
import { Audit } from './audit.js';
import { type Caller, People, assertManages, shownOnSite } from './people.js';
import { type AssertOthers, Superadmins } from './superadmins.js';
import { TeamMembers } from './team-members.js';

/**
 * Takes an operator off the caller's site, out of its teams first: cut short in between, the operator is still there and the
 * call can be repeated. One without any site left can no longer sign in.
 */
@Injectable()
export class RemoveOperatorHandler {
  constructor(
    private readonly operators: OperatorsRepository,
    private readonly sessions: SessionsRepository,
    private readonly people: People,
    private readonly superadmins: Superadmins,
    private readonly teamMembers: TeamMembers,
    private readonly audit: Audit,
  ) {}

  async execute(actor: OperatorActor, operatorId: string): Promise<void> {
    const caller = await this.people.caller(actor);
    const target = await this.people.target(caller, operatorId);
    assertManages(caller, target);
    const left = await this.superadmins.guarded((assertOthers) => this.#remove(actor, caller, target, assertOthers));
    // Somebody may have put the operator into a team at the same moment.
    await this.teamMembers.set(caller.scope, operatorId, []);
    if (left.sites.length === 0) await this.sessions.removeAllOf(operatorId);
  }

  #remove(
    actor: OperatorActor,
    caller: Caller,
    target: OperatorDocument,
    assertOthers: AssertOthers,
  ): Promise<OperatorDocument> {
    const { siteId } = caller.scope;
    const without = ({ sites }: OperatorDocument): OperatorDocument['sites'] =>
      sites.filter((site) => site.siteId !== siteId);
    return this.audit.change(
      {
        ...{ siteId, actor, action: 'operator.removed', subject: 'operator', subjectId: target._id },
        subjectName: target.name,
        before: shownOnSite(target, siteId),
      },
      async () => {
        assertOthers(target, { sites: without(target) }, 'role');
        await this.teamMembers.set(caller.scope, target._id, []);
        const result = await this.operators.change(target._id, correlationId(), (present) => {
          if (!siteRoleOf(present, siteId)) return undefined;
          assertManages(caller, present);
          const sites = without(present);
          assertOthers(present, { sites }, 'role');
          return {
            set: {
              sites,
              ...(sites.length === 0 ? { tokenVersion: present.tokenVersion + 1, endedSessions: [] } : {}),
            },
            unset: sites.length === 0 ? ['reset'] : [],
          };
        });
        return { result };
      },
      { collection: 'operators', id: target._id, version: target.version },
    );
  }
}

import type { OperatorActor, SiteScope } from '@beseda/auth';
import { appError, invalidField } from '@beseda/errors';
import { correlationId } from '@beseda/grpc';
import { Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import { MAX_TEAMS, type Team } from '../domain/team.js';
import { staleVersion } from '../domain/versions.js';
import { OperatorsRepository } from '../infrastructure/mongo/operators.repository.js';
import { TeamsRepository } from '../infrastructure/mongo/teams.repository.js';
import { Audit } from './audit.js';
import { People, assertNoWiderView } from './people.js';

export interface UpdateTeamCommand {
  teamId: string;
  /** 0: whatever it is now. */
  version: number;
  name?: string | undefined;
  operatorIds?: readonly string[] | undefined;
}

/** Teams of a site. */
@Injectable()
export class Teams {
  constructor(
    private readonly teams: TeamsRepository,
    private readonly operators: OperatorsRepository,
    private readonly people: People,
    private readonly audit: Audit,
  ) {}

  async create(actor: OperatorActor, name: string, operatorIds: readonly string[]): Promise<Team> {
    const caller = await this.people.caller(actor);
    const { scope } = caller;
    await this.#assertOperators(scope, operatorIds);
    assertNoWiderView(caller, [], operatorIds);
    if ((await this.teams.ofSite(scope)).length >= MAX_TEAMS) {
      throw appError('FAILED_PRECONDITION', `A site has at most ${MAX_TEAMS} teams.`);
    }
    const id = v7();
    return this.audit.change(
      { ...about(actor, 'team.created', id, name), after: { name, operatorIds } },
      async () => ({ result: await this.teams.insert(scope, id, name, [...operatorIds], correlationId()) }),
      { collection: 'teams', id, version: 0 },
    );
  }

  async update(actor: OperatorActor, { teamId, version, name, operatorIds }: UpdateTeamCommand): Promise<Team> {
    const caller = await this.people.caller(actor);
    const { scope } = caller;
    const before = await this.#find(scope, teamId);
    if (operatorIds) await this.#assertOperators(scope, operatorIds);
    const after = {
      ...shown(before),
      ...(name === undefined ? {} : { name }),
      ...(operatorIds ? { operatorIds } : {}),
    };
    return this.audit.change(
      { ...about(actor, 'team.updated', teamId, before.name), before: shown(before), after },
      async () => {
        const stored = await this.teams.change(scope, teamId, correlationId(), (present) => {
          if (version !== 0 && version !== present.version) throw staleVersion();
          if (operatorIds) assertNoWiderView(caller, present.operatorIds, operatorIds);
          return { name, operatorIds };
        });
        return { result: stored, after: shown(stored) };
      },
      { collection: 'teams', id: teamId, version: before.version },
    );
  }

  /** Deletes a team; one that is gone already is no error. */
  async remove(actor: OperatorActor, teamId: string): Promise<void> {
    const { scope } = await this.people.caller(actor);
    const before = await this.teams.find(scope, teamId);
    if (!before) return;
    await this.audit.change(
      { ...about(actor, 'team.deleted', teamId, before.name), before: shown(before) },
      async () => ({ result: await this.teams.remove(scope, teamId, correlationId()) }),
      { collection: 'teams', id: teamId, version: before.version },
    );
  }

  async #find(scope: SiteScope, teamId: string): Promise<Team> {
    const found = await this.teams.find(scope, teamId);
    if (!found) throw appError('NOT_FOUND', 'There is no such team.');
    return found;
  }

  async #assertOperators(scope: SiteScope, operatorIds: readonly string[]): Promise<void> {
    if (operatorIds.length === 0) return;
    const known = new Set((await this.operators.ofSite(scope)).map(({ _id }) => _id));
    if (operatorIds.every((id) => known.has(id))) return;
    throw invalidField('operatorIds', 'invalid_value', 'Somebody of these does not work on this site.');
  }
}

const shown = ({ name, operatorIds }: Team): { name: string; operatorIds: readonly string[] } => ({
  name,
  operatorIds,
});

const about = (actor: OperatorActor, action: string, subjectId: string, subjectName: string) => ({
  siteId: actor.siteId,
  actor,
  action,
  subject: 'team',
  subjectId,
  subjectName,
});

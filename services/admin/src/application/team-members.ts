import type { SiteScope } from '@beseda/auth';
import { correlationId } from '@beseda/grpc';
import { Injectable } from '@nestjs/common';
import { withMember } from '../domain/team.js';
import { TeamsRepository } from '../infrastructure/mongo/teams.repository.js';
import { type Caller, assertNoWiderView } from './people.js';

/** Puts operators into teams and takes them out; asked again it changes nothing. */
@Injectable()
export class TeamMembers {
  constructor(private readonly teams: TeamsRepository) {}

  /** Ids of the teams of the site somebody is in, sorted. */
  async of(scope: SiteScope, operatorId: string): Promise<string[]> {
    const teams = await this.teams.ofSite(scope);
    return teams
      .filter(({ operatorIds }) => operatorIds.includes(operatorId))
      .map(({ id }) => id)
      .sort();
  }

  /** @throws AppError PERMISSION_DENIED when the caller would see more dialogs by it */
  async assertMaySet(caller: Caller, operatorId: string, teamIds: readonly string[]): Promise<void> {
    for (const { id, operatorIds } of await this.teams.ofSite(caller.scope)) {
      assertNoWiderView(caller, operatorIds, withMember(operatorIds, operatorId, teamIds.includes(id)));
    }
  }

  /** From now on somebody is in exactly these teams of the site. */
  async set(scope: SiteScope, operatorId: string, teamIds: readonly string[], caller?: Caller): Promise<void> {
    for (const team of await this.teams.ofSite(scope)) {
      await this.#put(scope, team.id, operatorId, teamIds.includes(team.id), caller);
    }
  }

  /** Somebody joins these teams too. */
  async join(caller: Caller, operatorId: string, teamIds: readonly string[]): Promise<void> {
    for (const id of teamIds) await this.#put(caller.scope, id, operatorId, true, caller);
  }

  async #put(scope: SiteScope, teamId: string, operatorId: string, member: boolean, caller?: Caller): Promise<void> {
    await this.teams.change(scope, teamId, correlationId(), ({ operatorIds }) => {
      const changed = withMember(operatorIds, operatorId, member);
      if (changed === operatorIds) return undefined;
      if (caller) assertNoWiderView(caller, operatorIds, changed);
      return { operatorIds: changed };
    });
  }
}

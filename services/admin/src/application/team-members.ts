import type { SiteScope } from '@beseda/auth';
import { correlationId } from '@beseda/grpc';
import { Injectable } from '@nestjs/common';
import { withMember } from '../domain/team.js';
import { TeamsRepository } from '../infrastructure/mongo/teams.repository.js';

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

  /** From now on somebody is in exactly these teams of the site. */
  async set(scope: SiteScope, operatorId: string, teamIds: readonly string[]): Promise<void> {
    for (const team of await this.teams.ofSite(scope)) {
      await this.#put(scope, team.id, operatorId, teamIds.includes(team.id));
    }
  }

  /** Somebody joins these teams too. */
  async join(scope: SiteScope, operatorId: string, teamIds: readonly string[]): Promise<void> {
    for (const id of teamIds) await this.#put(scope, id, operatorId, true);
  }

  async #put(scope: SiteScope, teamId: string, operatorId: string, member: boolean): Promise<void> {
    await this.teams.change(scope, teamId, correlationId(), ({ operatorIds }) => {
      const changed = withMember(operatorIds, operatorId, member);
      return changed === operatorIds ? undefined : { operatorIds: changed };
    });
  }
}

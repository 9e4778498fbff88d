import { checked } from '@beseda/errors';
import type { Actor } from '@beseda/auth';
import { adminV1 } from '@beseda/contracts';
import { CurrentActor } from '@beseda/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { Teams } from '../../application/teams.js';
import { createTeamRequest, deleteTeamRequest, updateTeamRequest } from './people.schemas.js';
import { operatorOnly } from './scope.js';

/** Teams of a site. */
@Controller()
export class TeamsController {
  constructor(private readonly teams: Teams) {}

  @GrpcMethod('AdminService')
  async createTeam(
    @Payload() request: adminV1.CreateTeamRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.CreateTeamResponse> {
    const { name, operatorIds } = checked(createTeamRequest, request);
    const { id, version } = await this.teams.create(operatorOnly(actor), name, operatorIds);
    return { teamId: id, version };
  }

  @GrpcMethod('AdminService')
  async updateTeam(
    @Payload() request: adminV1.UpdateTeamRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.UpdateTeamResponse> {
    const { operators, ...change } = checked(updateTeamRequest, request, (path) =>
      path.replace(/^operators\.items/, 'operatorIds'),
    );
    const { version } = await this.teams.update(operatorOnly(actor), { ...change, operatorIds: operators?.items });
    return { version };
  }

  @GrpcMethod('AdminService')
  async deleteTeam(
    @Payload() request: adminV1.DeleteTeamRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.DeleteTeamResponse> {
    await this.teams.remove(operatorOnly(actor), checked(deleteTeamRequest, request).teamId);
    return {};
  }
}

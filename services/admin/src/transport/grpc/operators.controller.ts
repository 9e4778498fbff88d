import { checked } from '@beseda/errors';
import { type Actor, scopeOf } from '@beseda/auth';
import { adminV1 } from '@beseda/contracts';
import { CurrentActor } from '@beseda/grpc';
import { SERVICE_CONFIG } from '@beseda/service-defaults';
import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { CreateOperatorHandler } from '../../application/create-operator.handler.js';
import { InviteAgainHandler } from '../../application/invite-again.handler.js';
import { ListOperatorsHandler } from '../../application/list-operators.handler.js';
import { RemoveOperatorHandler } from '../../application/remove-operator.handler.js';
import { SignInOptions } from '../../application/sign-in-options.js';
import { UpdateOperatorHandler } from '../../application/update-operator.handler.js';
import type { AdminConfig } from '../../config/config.js';
import { type SiteRights, normalEmail } from '../../domain/operator.js';
import { roleOfMessage, visibilityOfMessage } from '../../infrastructure/bus/people-settings.js';
import { invitationMessage, managedMessage } from './people.messages.js';
import {
  createOperatorRequest,
  inviteAgainRequest,
  removeOperatorRequest,
  updateOperatorRequest,
} from './people.schemas.js';
import { operatorOnly, scopeFor } from './scope.js';

const rightsOf = (rights: adminV1.OperatorRights | undefined): SiteRights | undefined =>
  rights && { ...rights, visibility: visibilityOfMessage(rights.visibility) };

/** What a field is called where people fill it in. */
const fieldOf = (path: string): string => path.replace(/^rights\./, '').replace(/^teams\.items/, 'teamIds');

/** Operators of a site. */
@Controller()
export class OperatorsController {
  constructor(
    private readonly createHandler: CreateOperatorHandler,
    private readonly listHandler: ListOperatorsHandler,
    private readonly updateHandler: UpdateOperatorHandler,
    private readonly inviteHandler: InviteAgainHandler,
    private readonly removeHandler: RemoveOperatorHandler,
    private readonly options: SignInOptions,
    @Inject(SERVICE_CONFIG) private readonly config: AdminConfig,
  ) {}

  @GrpcMethod('AdminService')
  async createOperator(
    @Payload() request: adminV1.CreateOperatorRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.CreateOperatorResponse> {
    const { siteId, role, rights, ...person } = checked(createOperatorRequest, request, fieldOf);
    scopeFor(actor, siteId);
    const command = { ...person, role: roleOfMessage(role), rights: rightsOf(rights) };
    const { operatorId, invitation } = await this.createHandler.execute(operatorOnly(actor), command);
    return { operatorId, invitation: invitationMessage(invitation) };
  }

  @GrpcMethod('AdminService')
  async listOperators(
    @Payload() _: adminV1.ListOperatorsRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.ListOperatorsResponse> {
    return { items: (await this.listHandler.execute(scopeOf(operatorOnly(actor)))).map(managedMessage) };
  }

  @GrpcMethod('AdminService')
  async updateOperator(
    @Payload() request: adminV1.UpdateOperatorRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.UpdateOperatorResponse> {
    const { role, rights, teams, email, ...change } = checked(updateOperatorRequest, request, fieldOf);
    const managed = await this.updateHandler.execute(operatorOnly(actor), {
      ...change,
      email: email === undefined ? undefined : normalEmail(email),
      role: role === undefined ? undefined : roleOfMessage(role),
      rights: rightsOf(rights),
      teamIds: teams?.items,
    });
    return { operator: managedMessage(managed) };
  }

  @GrpcMethod('AdminService')
  async inviteAgain(
    @Payload() request: adminV1.InviteAgainRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.InviteAgainResponse> {
    const { operatorId, locale } = checked(inviteAgainRequest, request);
    const invitation = await this.inviteHandler.execute(operatorOnly(actor), operatorId, locale);
    return { invitation: invitationMessage(invitation) };
  }

  @GrpcMethod('AdminService')
  async removeOperator(
    @Payload() request: adminV1.RemoveOperatorRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.RemoveOperatorResponse> {
    await this.removeHandler.execute(operatorOnly(actor), checked(removeOperatorRequest, request).operatorId);
    return {};
  }

  @GrpcMethod('AdminService')
  getMailStatus(): adminV1.GetMailStatusResponse {
    return { server: this.options.mailServer, from: this.config.mail.from };
  }
}

import { type Actor, type OperatorActor, type SiteScope, scopeOf } from '@beseda/auth';
import { adminV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import { CurrentActor } from '@beseda/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { CreateOperatorHandler } from '../../application/create-operator.handler.js';
import { CreateSiteHandler } from '../../application/create-site.handler.js';
import { GetIdentitySecretHandler } from '../../application/get-identity-secret.handler.js';
import { UpdateSiteHandler } from '../../application/update-site.handler.js';
import { roleOfMessage, siteSettings } from '../../infrastructure/bus/settings.js';
import { createOperatorRequest, createSiteRequest, parse, updateSiteRequest } from './schemas.js';

/** The scope of an actor who names a site: it must be the site the actor acts on. */
function scopeFor(actor: Actor, siteId: string): SiteScope {
  const scope = scopeOf(actor);
  if (scope.siteId !== siteId) throw appError('PERMISSION_DENIED', 'This is another site.');
  return scope;
}

function operatorOnly(actor: Actor): OperatorActor {
  if (actor.kind !== 'operator') throw appError('PERMISSION_DENIED', 'Only an operator may do this.');
  return actor;
}

@Controller()
export class AdminController {
  constructor(
    private readonly createSiteHandler: CreateSiteHandler,
    private readonly updateSiteHandler: UpdateSiteHandler,
    private readonly createOperatorHandler: CreateOperatorHandler,
    private readonly getIdentitySecretHandler: GetIdentitySecretHandler,
  ) {}

  @GrpcMethod('AdminService')
  async createSite(
    @Payload() request: adminV1.CreateSiteRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.CreateSiteResponse> {
    const { name, domains } = parse(createSiteRequest, request);
    return { siteId: await this.createSiteHandler.execute(operatorOnly(actor), name, domains) };
  }

  @GrpcMethod('AdminService')
  async updateSite(
    @Payload() request: adminV1.UpdateSiteRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.UpdateSiteResponse> {
    const { siteId, domains, ...change } = parse(updateSiteRequest, request);
    const scope = scopeFor(actor, siteId);
    return {
      site: siteSettings(await this.updateSiteHandler.execute(scope, { ...change, domains: domains?.items })),
    };
  }

  @GrpcMethod('AdminService')
  async createOperator(
    @Payload() request: adminV1.CreateOperatorRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.CreateOperatorResponse> {
    const { siteId, role, ...person } = parse(createOperatorRequest, request);
    const command = { ...person, role: roleOfMessage(role) };
    return { operatorId: await this.createOperatorHandler.execute(scopeFor(actor, siteId), command) };
  }

  @GrpcMethod('AdminService')
  getIdentitySecret(
    @Payload() request: adminV1.GetIdentitySecretRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.GetIdentitySecretResponse> {
    return this.getIdentitySecretHandler.execute(scopeFor(actor, request.siteId));
  }
}

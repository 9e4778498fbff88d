import { checked } from '@beseda/errors';
import { type Actor, scopeOf } from '@beseda/auth';
import type { adminV1 } from '@beseda/contracts';
import { CurrentActor } from '@beseda/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { CreateSiteHandler } from '../../application/create-site.handler.js';
import { GetIdentitySecretHandler } from '../../application/get-identity-secret.handler.js';
import { GetSiteHandler } from '../../application/get-site.handler.js';
import { RecordWidgetSeenHandler } from '../../application/record-widget-seen.handler.js';
import { RotateIdentitySecretHandler } from '../../application/rotate-identity-secret.handler.js';
import { UpdateSiteHandler } from '../../application/update-site.handler.js';
import { siteMailDomain } from '../../domain/sender.js';
import { chosenSiteSettings } from '../../infrastructure/bus/site-settings.js';
import { operatorOnly, scopeFor } from './scope.js';
import {
  createSiteRequest,
  siteIdRequest,
  sitePath,
  todaysForm,
  updateSiteRequest,
  widgetSeenRequest,
} from './site-schemas.js';

/** The part of `AdminService` that is about sites. */
@Controller()
export class SitesController {
  constructor(
    private readonly createSiteHandler: CreateSiteHandler,
    private readonly getSiteHandler: GetSiteHandler,
    private readonly updateSiteHandler: UpdateSiteHandler,
    private readonly getIdentitySecretHandler: GetIdentitySecretHandler,
    private readonly rotateIdentitySecretHandler: RotateIdentitySecretHandler,
    private readonly recordWidgetSeenHandler: RecordWidgetSeenHandler,
  ) {}

  @GrpcMethod('AdminService')
  async createSite(
    @Payload() request: adminV1.CreateSiteRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.CreateSiteResponse> {
    const { name, domains } = checked(createSiteRequest, request);
    return { siteId: await this.createSiteHandler.execute(operatorOnly(actor), name, domains) };
  }

  @GrpcMethod('AdminService')
  async getSite(
    @Payload() _request: adminV1.GetSiteRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.GetSiteResponse> {
    const { site, seen, poweredByLock } = await this.getSiteHandler.execute(scopeOf(actor));
    return {
      site: chosenSiteSettings(site),
      version: site.version,
      seen,
      mailDomain: siteMailDomain(site.number, site.surroundings.mailDomain),
      poweredByLocked: poweredByLock,
    };
  }

  @GrpcMethod('AdminService')
  async updateSite(
    @Payload() request: adminV1.UpdateSiteRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.UpdateSiteResponse> {
    const { siteId, version, domains, ...rest } = checked(updateSiteRequest, todaysForm(request), sitePath);
    const change = { ...rest, domains: domains?.items };
    const site = await this.updateSiteHandler.execute(actor, scopeFor(actor, siteId), change, version);
    return { site: chosenSiteSettings(site), version: site.version };
  }

  @GrpcMethod('AdminService')
  getIdentitySecret(
    @Payload() request: adminV1.GetIdentitySecretRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.GetIdentitySecretResponse> {
    return this.getIdentitySecretHandler.execute(scopeFor(actor, checked(siteIdRequest, request).siteId));
  }

  @GrpcMethod('AdminService')
  rotateIdentitySecret(
    @Payload() request: adminV1.RotateIdentitySecretRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.RotateIdentitySecretResponse> {
    const scope = scopeFor(actor, checked(siteIdRequest, request).siteId);
    return this.rotateIdentitySecretHandler.execute(actor, scope);
  }

  @GrpcMethod('AdminService')
  async recordWidgetSeen(
    @Payload() request: adminV1.RecordWidgetSeenRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.RecordWidgetSeenResponse> {
    await this.recordWidgetSeenHandler.execute(scopeOf(actor), checked(widgetSeenRequest, request).host);
    return {};
  }
}

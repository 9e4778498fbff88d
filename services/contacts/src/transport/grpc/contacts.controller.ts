import { type Actor, type ContactActor, type OperatorActor, scopeOf } from '@beseda/auth';
import type { contactsV1 } from '@beseda/contracts';
import { appError, checked } from '@beseda/errors';
import { CurrentActor } from '@beseda/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { AuthenticateHandler } from '../../application/authenticate.handler.js';
import { IdentifyHandler, UpdateContactHandler } from '../../application/change-card.handlers.js';
import { GetContactHandler } from '../../application/get-contact.handler.js';
import { OpenSessionHandler } from '../../application/open-session.handler.js';
import { RecordPageViewHandler, TrackHandler } from '../../application/record-activity.handlers.js';
import { RenewLeasesHandler } from '../../application/renew-leases.handler.js';
import type { Environment } from '../../domain/contact.js';
import { deviceOf } from '../../infrastructure/user-agent.js';
import { contactMessage } from './contact-message.js';
import {
  authenticateRequest,
  identifyRequest,
  openSessionRequest,
  pageViewRequest,
  renewRequest,
  trackRequest,
  updateContactRequest,
} from './schemas.js';

function contactOnly(actor: Actor): ContactActor {
  if (actor.kind !== 'contact') throw appError('PERMISSION_DENIED', 'Only a contact may do this.');
  return actor;
}

function operatorOnly(actor: Actor): OperatorActor {
  if (actor.kind !== 'operator') throw appError('PERMISSION_DENIED', 'Only an operator may do this.');
  return actor;
}

const environmentOf = (device: Omit<contactsV1.Device, 'screen'> | undefined): Environment => ({
  device: deviceOf(device?.userAgent ?? ''),
  language: device?.language ?? '',
  timezone: device?.timezone ?? '',
});

@Controller()
export class ContactsController {
  constructor(
    private readonly openSessionHandler: OpenSessionHandler,
    private readonly identifyHandler: IdentifyHandler,
    private readonly authenticateHandler: AuthenticateHandler,
    private readonly trackHandler: TrackHandler,
    private readonly recordPageViewHandler: RecordPageViewHandler,
    private readonly getContactHandler: GetContactHandler,
    private readonly updateContactHandler: UpdateContactHandler,
    private readonly renewLeasesHandler: RenewLeasesHandler,
  ) {}

  @GrpcMethod('ContactsService')
  async openSession(@Payload() request: contactsV1.OpenSessionRequest): Promise<contactsV1.OpenSessionResponse> {
    const { siteId, token: given, page, device } = checked(openSessionRequest, request);
    const command = { siteId, token: given, page, environment: environmentOf(device) };
    const { token, contact } = await this.openSessionHandler.execute(command);
    return { token, contact: contactMessage(contact, await this.getContactHandler.isOnline(contact)) };
  }

  @GrpcMethod('ContactsService')
  async identify(
    @Payload() request: contactsV1.IdentifyRequest,
    @CurrentActor() actor: Actor,
  ): Promise<contactsV1.IdentifyResponse> {
    await this.identifyHandler.execute(contactOnly(actor), checked(identifyRequest, request));
    return {};
  }

  @GrpcMethod('ContactsService')
  async authenticate(
    @Payload() request: contactsV1.AuthenticateRequest,
    @CurrentActor() actor: Actor,
  ): Promise<contactsV1.AuthenticateResponse> {
    const { userId, hmac } = checked(authenticateRequest, request);
    return this.authenticateHandler.execute(contactOnly(actor), userId, hmac);
  }

  @GrpcMethod('ContactsService')
  async track(
    @Payload() request: contactsV1.TrackRequest,
    @CurrentActor() actor: Actor,
  ): Promise<contactsV1.TrackResponse> {
    const { event, props, at } = checked(trackRequest, request);
    await this.trackHandler.execute(contactOnly(actor), event, props, at);
    return {};
  }

  @GrpcMethod('ContactsService')
  async recordPageView(
    @Payload() request: contactsV1.RecordPageViewRequest,
    @CurrentActor() actor: Actor,
  ): Promise<contactsV1.RecordPageViewResponse> {
    await this.recordPageViewHandler.execute(contactOnly(actor), checked(pageViewRequest, request).page);
    return {};
  }

  @GrpcMethod('ContactsService')
  async getContact(
    @Payload() { contactId }: contactsV1.GetContactRequest,
    @CurrentActor() actor: Actor,
  ): Promise<contactsV1.GetContactResponse> {
    const { contact, online } = await this.getContactHandler.execute(scopeOf(actor), contactId);
    return { contact: contactMessage(contact, online) };
  }

  @GrpcMethod('ContactsService')
  async updateContact(
    @Payload() request: contactsV1.UpdateContactRequest,
    @CurrentActor() actor: Actor,
  ): Promise<contactsV1.UpdateContactResponse> {
    const { contactId, ...change } = checked(updateContactRequest, request);
    const contact = await this.updateContactHandler.execute(operatorOnly(actor), contactId, change);
    return { contact: contactMessage(contact, await this.getContactHandler.isOnline(contact)) };
  }

  @GrpcMethod('ContactsService')
  async renewVisitorLeases(
    @Payload() request: contactsV1.RenewVisitorLeasesRequest,
    @CurrentActor() actor: Actor,
  ): Promise<contactsV1.RenewVisitorLeasesResponse> {
    const { instance, contactIds, releasedContactIds } = checked(renewRequest, request);
    const scope = actor.siteId === undefined ? undefined : scopeOf(actor);
    await this.renewLeasesHandler.execute(scope, instance, contactIds, releasedContactIds);
    return {};
  }
}

import { checked } from '@beseda/errors';
import { type Actor, scopeOf } from '@beseda/auth';
import type { adminV1 } from '@beseda/contracts';
import { CurrentActor } from '@beseda/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { SavedReplies } from '../../application/saved-replies.js';
import { SavedRepliesTransfer } from '../../application/saved-replies-transfer.js';
import type { SavedReply } from '../../domain/saved-reply.js';
import {
  createRepliesRequest,
  deleteRepliesRequest,
  orderRepliesRequest,
  replyPath,
  updateReplyRequest,
} from './library-schemas.js';
import { operatorOnly } from './scope.js';

const message = ({ audience, ...reply }: SavedReply): adminV1.SavedReply => ({
  ...reply,
  audience: { kind: audience.kind, teamId: audience.teamId ?? '', operatorId: audience.operatorId ?? '' },
});

/** The part of `LibraryService` that is about saved replies. */
@Controller()
export class SavedRepliesController {
  constructor(
    private readonly replies: SavedReplies,
    private readonly transfer: SavedRepliesTransfer,
  ) {}

  @GrpcMethod('LibraryService')
  async listSavedReplies(
    @Payload() { manage }: adminV1.ListSavedRepliesRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.ListSavedRepliesResponse> {
    return { items: (await this.replies.list(operatorOnly(actor), scopeOf(actor), manage)).map(message) };
  }

  @GrpcMethod('LibraryService')
  async createSavedReplies(
    @Payload() request: adminV1.CreateSavedRepliesRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.CreateSavedRepliesResponse> {
    const { items } = checked(createRepliesRequest, request);
    return { items: (await this.replies.create(operatorOnly(actor), scopeOf(actor), items)).map(message) };
  }

  @GrpcMethod('LibraryService')
  async updateSavedReply(
    @Payload() request: adminV1.UpdateSavedReplyRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.UpdateSavedReplyResponse> {
    const { content, ...which } = checked(updateReplyRequest, request, replyPath);
    return { item: message(await this.replies.update(operatorOnly(actor), scopeOf(actor), which, content)) };
  }

  @GrpcMethod('LibraryService')
  async deleteSavedReplies(
    @Payload() request: adminV1.DeleteSavedRepliesRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.DeleteSavedRepliesResponse> {
    await this.replies.delete(operatorOnly(actor), scopeOf(actor), checked(deleteRepliesRequest, request).ids);
    return {};
  }

  @GrpcMethod('LibraryService')
  async orderSavedReplies(
    @Payload() request: adminV1.OrderSavedRepliesRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.OrderSavedRepliesResponse> {
    await this.replies.order(operatorOnly(actor), scopeOf(actor), checked(orderRepliesRequest, request).ids);
    return {};
  }

  @GrpcMethod('LibraryService')
  importSavedReplies(
    @Payload() { csv, dryRun }: adminV1.ImportSavedRepliesRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.ImportSavedRepliesResponse> {
    return this.transfer.import(operatorOnly(actor), scopeOf(actor), csv, dryRun);
  }

  @GrpcMethod('LibraryService')
  async exportSavedReplies(
    @Payload() _request: adminV1.ExportSavedRepliesRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.ExportSavedRepliesResponse> {
    return { csv: Buffer.from(await this.transfer.export(operatorOnly(actor), scopeOf(actor))) };
  }
}

import type { Actor } from '@beseda/auth';
import type { dialogsV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import { CurrentActor } from '@beseda/grpc';
import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { AddNoteHandler } from '../../application/add-note.handler.js';
import { Callers } from '../../application/callers.js';
import { ChangeDialogHandler } from '../../application/change-dialog.handler.js';
import { MarkReadHandler } from '../../application/mark-read.handler.js';
import { PostMessageHandler } from '../../application/post-message.handler.js';
import type { Who } from '../../domain/index.js';
import { check, messageToPost } from './requests.js';

const SERVICE = 'DialogsService';

/** What changes dialogs. Who may call what stands in the permission table. */
@Controller()
export class CommandsController {
  constructor(
    @Inject(Callers) private readonly callers: Callers,
    @Inject(PostMessageHandler) private readonly posts: PostMessageHandler,
    @Inject(AddNoteHandler) private readonly notes: AddNoteHandler,
    @Inject(ChangeDialogHandler) private readonly changes: ChangeDialogHandler,
    @Inject(MarkReadHandler) private readonly marks: MarkReadHandler,
  ) {}

  @GrpcMethod(SERVICE)
  async postMessage(
    @Payload() request: dialogsV1.PostMessageRequest,
    @CurrentActor() actor: Actor,
  ): Promise<dialogsV1.PostMessageResponse> {
    const message = messageToPost(request);
    const caller = await this.callers.of(actor);
    if (caller.kind === 'service') throw appError('PERMISSION_DENIED', 'A service writes no messages.');
    const { dialogId, id, seq } =
      caller.kind === 'contact'
        ? await this.posts.contactWrites(caller.contact, caller.scope.siteId, message)
        : await this.posts.operatorWrites(caller.scope, whoIs(actor), message);
    return { dialogId, messageId: id, seq };
  }

  @GrpcMethod(SERVICE)
  async addNote(
    @Payload() request: dialogsV1.AddNoteRequest,
    @CurrentActor() actor: Actor,
  ): Promise<dialogsV1.AddNoteResponse> {
    const note = check('note', request);
    const { scope } = await this.callers.of(actor);
    const { id, seq } = await this.notes.handle(scope, whoIs(actor), note);
    return { noteId: id, seq };
  }

  @GrpcMethod(SERVICE)
  async setTags(
    @Payload() request: dialogsV1.SetTagsRequest,
    @CurrentActor() actor: Actor,
  ): Promise<dialogsV1.SetTagsResponse> {
    const { dialogId, tags } = check('tags', request);
    const { scope } = await this.callers.of(actor);
    const dialog = await this.changes.setTags(scope, whoIs(actor), dialogId, tags);
    return { tags: [...dialog.tags], seq: dialog.seq };
  }

  @GrpcMethod(SERVICE)
  async assign(
    @Payload() request: dialogsV1.AssignRequest,
    @CurrentActor() actor: Actor,
  ): Promise<dialogsV1.AssignResponse> {
    const { dialogId, operatorId, onlyIfUnassigned } = check('assign', request);
    const { scope } = await this.callers.of(actor);
    const wish = { onlyIfUnassigned, ...(operatorId !== '' && { operatorId }) };
    const dialog = await this.changes.assign(scope, whoIs(actor), dialogId, wish);
    return { assigneeId: dialog.assigneeId ?? '', seq: dialog.seq };
  }

  @GrpcMethod(SERVICE)
  async closeDialog(
    @Payload() request: dialogsV1.CloseDialogRequest,
    @CurrentActor() actor: Actor,
  ): Promise<dialogsV1.CloseDialogResponse> {
    const { dialogId } = check('dialog', request);
    const { scope } = await this.callers.of(actor);
    const { seq } = await this.changes.close(scope, whoIs(actor), dialogId);
    return { seq };
  }

  @GrpcMethod(SERVICE)
  async reopenDialog(
    @Payload() request: dialogsV1.ReopenDialogRequest,
    @CurrentActor() actor: Actor,
  ): Promise<dialogsV1.ReopenDialogResponse> {
    const { dialogId } = check('dialog', request);
    const { scope } = await this.callers.of(actor);
    const { seq } = await this.changes.reopen(scope, whoIs(actor), dialogId);
    return { seq };
  }

  @GrpcMethod(SERVICE)
  async recordReceipt(
    @Payload() request: dialogsV1.RecordReceiptRequest,
    @CurrentActor() actor: Actor,
  ): Promise<dialogsV1.RecordReceiptResponse> {
    const { dialogId, deliveredSeq, readSeq } = check('receipt', request);
    const caller = await this.callers.of(actor);
    const by: Who = caller.kind === 'contact' ? { kind: 'contact', id: caller.contact.id } : whoIs(actor);
    await this.changes.recordReceipt(caller.scope, by, dialogId, { deliveredSeq, readSeq });
    return {};
  }

  @GrpcMethod(SERVICE)
  async markRead(
    @Payload() request: dialogsV1.MarkReadRequest,
    @CurrentActor() actor: Actor,
  ): Promise<dialogsV1.MarkReadResponse> {
    const { dialogId, seq } = check('mark', request);
    const { scope } = await this.callers.of(actor);
    await this.marks.handle(scope, actor.id, dialogId, seq);
    return {};
  }
}

const whoIs = ({ kind, id }: Actor): Who => ({ kind, id });

import {
  assignedSchema,
  assigneeBody,
  fileUrlSchema,
  notedSchema,
  readBody,
  savedFileBody,
  sendBody,
  sentSchema,
  taggedSchema,
  tagsBody,
  uploadFields,
} from '@beseda/api';
import type { OperatorActor } from '@beseda/auth';
import { invalidField } from '@beseda/errors';
import { signFileUrl } from '@beseda/files';
import type { Keys } from '@beseda/auth';
import { KEYS } from '@beseda/service-defaults';
import { Body, Controller, Get, HttpCode, Inject, Post, Put, UploadedFile, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { DialogFiles, sentBy } from '../../../application/dialog-files.js';
import { Directory } from '../../../application/directory.js';
import { SavedFiles } from '../../../application/saved-files.js';
import { Backends } from '../../../infrastructure/backends.js';
import { maxFileBytes } from '../../mapping/admin.js';
import { IdParam, Operator } from '../caller.js';
import { Answers, ApiUpload } from '../describe.js';
import { UploadInterceptor } from '../upload.interceptor.js';

/** What operators do with a dialog. */
@ApiTags('dialogs')
@Controller('api/sites/:siteId/dialogs/:dialogId')
export class DialogActionsController {
  constructor(
    @Inject(Backends) private readonly backends: Backends,
    @Inject(DialogFiles) private readonly files: DialogFiles,
    @Inject(SavedFiles) private readonly saved: SavedFiles,
    @Inject(Directory) private readonly directory: Directory,
    @Inject(KEYS) private readonly keys: Keys,
  ) {}

  @Post('messages')
  @HttpCode(200)
  @Answers(sentSchema)
  async send(
    @IdParam('dialogId') dialogId: string,
    @Body({ schema: sendBody }) body: z.infer<typeof sendBody>,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof sentSchema>> {
    const request = { ...body, dialogId, file: undefined, ...sentBy(actor) };
    const { messageId, seq } = await this.backends.dialogs.call('postMessage', request, { actor });
    return { messageId, seq };
  }

  @Post('files')
  @HttpCode(200)
  @UseInterceptors(UploadInterceptor)
  @ApiUpload()
  @Answers(sentSchema)
  async sendFile(
    @IdParam('dialogId') dialogId: string,
    @Body({ schema: uploadFields }) fields: z.infer<typeof uploadFields>,
    @UploadedFile() file: Express.Multer.File,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof sentSchema>> {
    if (fields.dialogId && fields.dialogId !== dialogId)
      throw invalidField('dialogId', 'conflict', 'The path names another dialog.');
    const { messageId, seq } = await this.files.send(actor, {
      dialogId,
      clientMessageId: fields.clientMessageId,
      file: { name: file.originalname, type: file.mimetype, content: file.buffer },
      maxBytes: maxFileBytes(this.directory.requireSite(actor.siteId)),
    });
    return { messageId, seq };
  }

  @Post('saved-files')
  @HttpCode(200)
  @Answers(sentSchema)
  async sendSavedFile(
    @IdParam('dialogId') dialogId: string,
    @Body({ schema: savedFileBody }) { clientMessageId, fileId }: z.infer<typeof savedFileBody>,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof sentSchema>> {
    const meta = await this.saved.usable(actor, fileId);
    const { messageId, seq } = await this.files.sendKept(actor, { dialogId, clientMessageId, meta });
    return { messageId, seq };
  }

  @Get('files/:fileId')
  @Answers(fileUrlSchema)
  async fileUrl(
    @IdParam('dialogId') dialogId: string,
    @IdParam('fileId') fileId: string,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof fileUrlSchema>> {
    await this.files.assertInDialog(actor, dialogId, fileId);
    return { url: signFileUrl(this.keys, { siteId: actor.siteId, fileId }) };
  }

  @Post('notes')
  @HttpCode(200)
  @Answers(notedSchema)
  async addNote(
    @IdParam('dialogId') dialogId: string,
    @Body({ schema: sendBody }) body: z.infer<typeof sendBody>,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof notedSchema>> {
    const { noteId, seq } = await this.backends.dialogs.call('addNote', { dialogId, ...body }, { actor });
    return { noteId, seq };
  }

  @Put('tags')
  @Answers(taggedSchema)
  async setTags(
    @IdParam('dialogId') dialogId: string,
    @Body({ schema: tagsBody }) body: z.infer<typeof tagsBody>,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof taggedSchema>> {
    const { tags, seq } = await this.backends.dialogs.call('setTags', { dialogId, ...body }, { actor });
    return { tags, seq };
  }

  @Put('assignee')
  @Answers(assignedSchema)
  async assign(
    @IdParam('dialogId') dialogId: string,
    @Body({ schema: assigneeBody }) { operatorId }: z.infer<typeof assigneeBody>,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof assignedSchema>> {
    if (operatorId !== null) this.#assertColleague(operatorId, actor.siteId);
    const request = { dialogId, operatorId: operatorId ?? '', onlyIfUnassigned: false };
    const { assigneeId, seq } = await this.backends.dialogs.call('assign', request, { actor });
    return { assigneeId: assigneeId || null, seq };
  }

  @Put('read')
  @HttpCode(204)
  async markRead(
    @IdParam('dialogId') dialogId: string,
    @Body({ schema: readBody }) { seq }: z.infer<typeof readBody>,
    @Operator() actor: OperatorActor,
  ): Promise<void> {
    await this.backends.dialogs.call('markRead', { dialogId, seq }, { actor });
  }

  @Post('close')
  @HttpCode(204)
  async close(@IdParam('dialogId') dialogId: string, @Operator() actor: OperatorActor): Promise<void> {
    await this.backends.dialogs.call('closeDialog', { dialogId }, { actor });
  }

  @Post('reopen')
  @HttpCode(204)
  async reopen(@IdParam('dialogId') dialogId: string, @Operator() actor: OperatorActor): Promise<void> {
    await this.backends.dialogs.call('reopenDialog', { dialogId }, { actor });
  }

  /** The service behind knows ids only; whether one is an operator of the site is known here. */
  #assertColleague(operatorId: string, siteId: string): void {
    const operator = this.directory.operator(operatorId);
    if (operator && this.directory.roleOn(operator, siteId)) return;
    throw invalidField('operatorId', 'unknown_operator', 'There is no such operator on this site.');
  }
}

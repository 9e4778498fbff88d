import {
  dialogItemsSchema,
  eventsQuery,
  eventsSchema,
  fileUrlSchema,
  receiptsBody,
  resumeBody,
  resumedSchema,
  uploadFields,
  widgetSendBody,
  widgetSentSchema,
} from '@beseda/api';
import type { ContactActor, Keys } from '@beseda/auth';
import { signFileUrl } from '@beseda/files';
import { KEYS } from '@beseda/service-defaults';
import { Body, Controller, Get, HttpCode, Inject, Post, Query, UploadedFile, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { DialogFiles, sentBy } from '../../../application/dialog-files.js';
import { Directory } from '../../../application/directory.js';
import { Backends } from '../../../infrastructure/backends.js';
import { maxFileBytes } from '../../mapping/admin.js';
import { dialogFilter, dialogSummary } from '../dialogs/mapping.js';
import { EventMapper } from '../../mapping/events.js';
import { Contact, IdParam } from '../caller.js';
import { Answers, ApiUpload, ApiZodQuery } from '../describe.js';
import { eventsRequest } from '../dialogs/events-request.js';
import { UploadInterceptor } from '../upload.interceptor.js';

/** A visitor's own dialogs. */
@ApiTags('widget')
@Controller('api/widget')
export class WidgetDialogsController {
  constructor(
    @Inject(Backends) private readonly backends: Backends,
    @Inject(DialogFiles) private readonly files: DialogFiles,
    @Inject(Directory) private readonly directory: Directory,
    @Inject(EventMapper) private readonly events: EventMapper,
    @Inject(KEYS) private readonly keys: Keys,
  ) {}

  @Get('dialogs')
  @Answers(dialogItemsSchema)
  async list(@Contact() actor: ContactActor): Promise<z.infer<typeof dialogItemsSchema>> {
    // Without a filter: a contact reaches nothing but its own.
    const request = { filter: dialogFilter({}, ''), cursor: '', limit: 100 };
    const { items } = await this.backends.dialogs.call('listDialogs', request, { actor });
    return { items: items.map((dialog) => dialogSummary(dialog, 'contact')) };
  }

  @Get('dialogs/:dialogId/events')
  @ApiZodQuery(eventsQuery)
  @Answers(eventsSchema)
  async listEvents(
    @IdParam('dialogId') dialogId: string,
    @Query({ schema: eventsQuery }) query: z.infer<typeof eventsQuery>,
    @Contact() actor: ContactActor,
  ): Promise<z.infer<typeof eventsSchema>> {
    const { events } = await this.backends.dialogs.call('listEvents', eventsRequest(dialogId, query), { actor });
    return { events: this.events.many(events, 'contact') };
  }

  @Get('dialogs/:dialogId/files/:fileId')
  @Answers(fileUrlSchema)
  async fileUrl(
    @IdParam('dialogId') dialogId: string,
    @IdParam('fileId') fileId: string,
    @Contact() actor: ContactActor,
  ): Promise<z.infer<typeof fileUrlSchema>> {
    await this.files.assertInDialog(actor, dialogId, fileId);
    return { url: signFileUrl(this.keys, { siteId: actor.siteId, fileId }) };
  }

  @Post('dialogs/:dialogId/receipts')
  @HttpCode(204)
  async receipts(
    @IdParam('dialogId') dialogId: string,
    @Body({ schema: receiptsBody }) { deliveredSeq = 0, readSeq = 0 }: z.infer<typeof receiptsBody>,
    @Contact() actor: ContactActor,
  ): Promise<void> {
    if (deliveredSeq === 0 && readSeq === 0) return;
    await this.backends.dialogs.call('recordReceipt', { dialogId, deliveredSeq, readSeq }, { actor });
  }

  @Post('messages')
  @HttpCode(200)
  @Answers(widgetSentSchema)
  async send(
    @Body({ schema: widgetSendBody }) { clientMessageId, text, dialogId }: z.infer<typeof widgetSendBody>,
    @Contact() actor: ContactActor,
  ): Promise<z.infer<typeof widgetSentSchema>> {
    const request = { clientMessageId, text, dialogId: dialogId ?? '', file: undefined, ...sentBy(actor) };
    const sent = await this.backends.dialogs.call('postMessage', request, { actor });
    return { dialogId: sent.dialogId, messageId: sent.messageId, seq: sent.seq };
  }

  @Post('files')
  @HttpCode(200)
  @UseInterceptors(UploadInterceptor)
  @ApiUpload()
  @Answers(widgetSentSchema)
  async sendFile(
    @Body({ schema: uploadFields }) fields: z.infer<typeof uploadFields>,
    @UploadedFile() file: Express.Multer.File,
    @Contact() actor: ContactActor,
  ): Promise<z.infer<typeof widgetSentSchema>> {
    const sent = await this.files.send(actor, {
      dialogId: fields.dialogId ?? '',
      clientMessageId: fields.clientMessageId,
      file: { name: file.originalname, type: file.mimetype, content: file.buffer },
      maxBytes: maxFileBytes(this.directory.requireSite(actor.siteId)),
    });
    return { dialogId: sent.dialogId, messageId: sent.messageId, seq: sent.seq };
  }

  @Post('resume')
  @HttpCode(200)
  @Answers(resumedSchema)
  async resume(
    @Body({ schema: resumeBody }) body: z.infer<typeof resumeBody>,
    @Contact() actor: ContactActor,
  ): Promise<z.infer<typeof resumedSchema>> {
    const { events, heads } = await this.backends.dialogs.call('resume', body, { actor });
    return { events: this.events.many(events, 'contact'), dialogs: heads };
  }
}

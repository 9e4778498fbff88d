import {
  changesBody,
  changesSchema,
  countsQuery,
  countsSchema,
  dialogDetailsSchema,
  dialogPageSchema,
  eventsQuery,
  eventsSchema,
  listQuery,
  resumeBody,
  resumedSchema,
} from '@beseda/api';
import type { OperatorActor } from '@beseda/auth';
import { contactsV1, type dialogsV1 } from '@beseda/contracts';
import { AppError } from '@beseda/errors';
import { Body, Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Backends } from '../../../infrastructure/backends.js';
import { contactCard } from '../contacts/mapping.js';
import { dialogDetails, dialogFilter, dialogSummary } from './mapping.js';
import { EventMapper } from '../../mapping/events.js';
import { IdParam, Operator } from '../caller.js';
import { Answers, ApiZodQuery } from '../describe.js';
import { eventsRequest } from './events-request.js';

const page = (list: dialogsV1.ListDialogsResponse | undefined): z.infer<typeof dialogPageSchema> => ({
  items: (list?.items ?? []).map((dialog) => dialogSummary(dialog, 'operator')),
  nextCursor: list?.nextCursor || null,
});

/** What operators read of dialogs. */
@ApiTags('dialogs')
@Controller('api/sites/:siteId')
export class DialogsController {
  constructor(
    @Inject(Backends) private readonly backends: Backends,
    @Inject(EventMapper) private readonly events: EventMapper,
  ) {}

  @Get('dialogs')
  @ApiZodQuery(listQuery)
  @Answers(dialogPageSchema)
  async list(
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof dialogPageSchema>> {
    const { cursor = '', limit = 0, ...filter } = query;
    const request = { filter: dialogFilter(filter, actor.id), cursor, limit };
    return page(await this.backends.dialogs.call('listDialogs', request, { actor }));
  }

  @Get('dialogs/counts')
  @ApiZodQuery(countsQuery)
  @Answers(countsSchema)
  async counts(
    @Query({ schema: countsQuery }) query: z.infer<typeof countsQuery>,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof countsSchema>> {
    const { all, mine, unassigned } = await this.backends.dialogs.call(
      'countDialogs',
      { filter: dialogFilter(query, actor.id) },
      { actor },
    );
    return { all, mine, unassigned };
  }

  @Post('dialogs/changes')
  @HttpCode(200)
  @Answers(changesSchema)
  async changes(
    @Body({ schema: changesBody }) body: z.infer<typeof changesBody>,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof changesSchema>> {
    const { filter, known, limit = 0 } = body;
    const request = { filter: dialogFilter(filter, actor.id), known, limit };
    const answer = await this.backends.dialogs.call('listChanges', request, { actor });
    const changed = answer.changed.map((dialog) => dialogSummary(dialog, 'operator'));
    return { changed, gone: answer.gone, first: page(answer.first) };
  }

  @Get('dialogs/:dialogId')
  @Answers(dialogDetailsSchema)
  async get(
    @IdParam('dialogId') dialogId: string,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof dialogDetailsSchema>> {
    const { dialog } = await this.backends.dialogs.call('getDialog', { dialogId }, { actor });
    if (!dialog) throw new TypeError('dialogs answered without the dialog');
    return dialogDetails(dialog, contactCard(await this.#contactOf(dialog, actor)));
  }

  @Get('dialogs/:dialogId/events')
  @ApiZodQuery(eventsQuery)
  @Answers(eventsSchema)
  async listEvents(
    @IdParam('dialogId') dialogId: string,
    @Query({ schema: eventsQuery }) query: z.infer<typeof eventsQuery>,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof eventsSchema>> {
    const { events } = await this.backends.dialogs.call('listEvents', eventsRequest(dialogId, query), { actor });
    return { events: this.events.many(events, 'operator') };
  }

  @Post('resume')
  @HttpCode(200)
  @Answers(resumedSchema)
  async resume(
    @Body({ schema: resumeBody }) body: z.infer<typeof resumeBody>,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof resumedSchema>> {
    const { events, heads } = await this.backends.dialogs.call('resume', body, { actor });
    return { events: this.events.many(events, 'operator'), dialogs: heads };
  }

  async #contactOf(dialog: dialogsV1.Dialog, actor: OperatorActor): Promise<contactsV1.Contact> {
    const brief = dialog.contact ?? { id: '', name: '', email: '' };
    const nothingElse = { ...contactsV1.Contact.create({}), ...brief, siteId: actor.siteId };
    try {
      const { contact } = await this.backends.contacts.call('getContact', { contactId: brief.id }, { actor });
      return contact ?? nothingElse;
    } catch (error) {
      // A dialog must stay readable when its contact is gone.
      if (error instanceof AppError && error.code === 'NOT_FOUND') return nothingElse;
      throw error;
    }
  }
}

import { contactCardSchema, contactPatch, dialogItemsSchema } from '@beseda/api';
import type { OperatorActor } from '@beseda/auth';
import { Body, Controller, Get, Inject, Patch } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Backends } from '../../../infrastructure/backends.js';
import { contactCard, personalFields } from './mapping.js';
import { dialogFilter, dialogSummary } from '../dialogs/mapping.js';
import { IdParam, Operator } from '../caller.js';
import { Answers } from '../describe.js';

type Card = z.infer<typeof contactCardSchema>;

/** The people who write. */
@ApiTags('contacts')
@Controller('api/sites/:siteId/contacts/:contactId')
export class ContactsController {
  constructor(@Inject(Backends) private readonly backends: Backends) {}

  @Get()
  @Answers(contactCardSchema)
  async get(@IdParam('contactId') contactId: string, @Operator() actor: OperatorActor): Promise<Card> {
    const { contact } = await this.backends.contacts.call('getContact', { contactId }, { actor });
    if (!contact) throw new TypeError('contacts answered without the contact');
    return contactCard(contact);
  }

  @Patch()
  @Answers(contactCardSchema)
  async update(
    @IdParam('contactId') contactId: string,
    @Body({ schema: contactPatch }) patch: z.infer<typeof contactPatch>,
    @Operator() actor: OperatorActor,
  ): Promise<Card> {
    const request = { contactId, ...personalFields(patch) };
    const { contact } = await this.backends.contacts.call('updateContact', request, { actor });
    if (!contact) throw new TypeError('contacts answered without the contact');
    return contactCard(contact);
  }

  @Get('dialogs')
  @Answers(dialogItemsSchema)
  async dialogs(
    @IdParam('contactId') contactId: string,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof dialogItemsSchema>> {
    const request = { filter: dialogFilter({}, actor.id, contactId), cursor: '', limit: 100 };
    const { items } = await this.backends.dialogs.call('listDialogs', request, { actor });
    return { items: items.map((dialog) => dialogSummary(dialog, 'operator')) };
  }
}

import { dialogEventRecord } from '@beseda/contracts';
import { type OutboxDefinition, eventOutbox } from '@beseda/service-defaults';
import type { DialogDocument } from './documents.js';
import { eventOf } from './event-codec.js';
import { DIALOGS, DIALOG_EVENTS } from './schemas.js';

/** Token of the service's outbox. */
export const DIALOG_OUTBOX = Symbol('DIALOG_OUTBOX');

/** Hands the events of dialogs on: to the timeline, then to the bus, in the order of their seqs. */
export const DIALOG_OUTBOX_DEFINITION: OutboxDefinition = eventOutbox<DialogDocument>(DIALOG_OUTBOX, {
  name: 'dialogs',
  aggregates: DIALOGS,
  timeline: { collection: DIALOG_EVENTS, aggregateKey: 'dialogId' },
  toRecords: (entry, dialog) =>
    dialogEventRecord(eventOf(entry, { contactId: dialog.contact.id, assigneeId: dialog.assigneeId })),
});

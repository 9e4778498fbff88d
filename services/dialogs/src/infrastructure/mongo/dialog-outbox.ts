import type { Bus } from '@beseda/bus';
import { dialogEventRecord } from '@beseda/contracts';
import { type Outbox, createOutbox } from '@beseda/outbox';
import type { ServiceContext } from '@beseda/service-defaults';
import type { Connection } from 'mongoose';
import type { DialogDocument } from './documents.js';
import { eventOf } from './event-codec.js';
import { DIALOGS, DIALOG_EVENTS } from './schemas.js';

/** Token of the service's outbox. */
export const DIALOG_OUTBOX = Symbol('DIALOG_OUTBOX');

/** Hands the events of dialogs on: to the timeline, then to the bus, in the order of their seqs. */
export const dialogOutbox = (
  { registry, logger }: Pick<ServiceContext, 'registry' | 'logger'>,
  connection: Connection,
  bus: Bus,
): Outbox<DialogDocument> =>
  createOutbox<DialogDocument>({
    name: 'dialogs',
    aggregates: connection.collection(DIALOGS),
    timeline: { collection: connection.collection(DIALOG_EVENTS), aggregateKey: 'dialogId' },
    bus,
    toRecords: (entry, dialog) =>
      dialogEventRecord(eventOf(entry, { contactId: dialog.contact.id, assigneeId: dialog.assigneeId })),
    registry,
    logger,
  });

import { type EventRecord, eventTypeOf, presenceEventRecord } from '@beseda/contracts';
import type { VisitorDocument } from '../mongo/documents.js';
import { actorMessage } from './contact-events.js';

/** What is put on the bus when a visitor has come or gone. */
export const visitorRecord = (visitor: VisitorDocument): EventRecord =>
  presenceEventRecord('contacts', {
    envelope: {
      eventId: visitor.eventId,
      siteId: visitor.siteId,
      aggregateId: visitor._id,
      seq: visitor.version,
      type: eventTypeOf('visitorPresenceChanged'),
      occurredAt: visitor.changedAt,
      correlationId: visitor.correlationId,
      causationId: '',
      actor: actorMessage({ kind: 'service', id: 'contacts' }),
    },
    body: { $case: 'visitorPresenceChanged', value: { contactId: visitor._id, online: visitor.online } },
  });

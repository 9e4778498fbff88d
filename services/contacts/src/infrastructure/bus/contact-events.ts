import type { Actor } from '@beseda/auth';
import {
  type EventRecord,
  actorKindWords,
  contactEventRecord,
  contactsV1,
  eventTypeOf,
  type eventsV1,
} from '@beseda/contracts';
import { bytesOf } from '@beseda/mongo';
import { currentTraceparent } from '@beseda/tracing';
import type { ContactEvent } from '../../domain/contact.js';
import type { ContactOutboxEntry } from '../mongo/documents.js';

/** Who caused an event, as messages say it. */
export const actorMessage = (actor: Pick<Actor, 'kind' | 'id'>): eventsV1.Actor => ({
  kind: actorKindWords.number(actor.kind),
  id: actor.id,
});

function bodyOf(event: ContactEvent): NonNullable<contactsV1.ContactEventBody['body']> {
  switch (event.type) {
    case 'contact.created':
      return { $case: 'contactCreated', value: { name: event.name, email: event.email } };
    case 'contact.identified':
      return { $case: 'contactIdentified', value: { userId: event.userId, verified: event.verified } };
    case 'contact.changed':
      return { $case: 'contactChanged', value: { ...event.changes, properties: event.changes.properties } };
    case 'contact.merged':
      return { $case: 'contactMerged', value: { intoContactId: event.into } };
    case 'page.viewed':
      return { $case: 'pageViewed', value: event.page };
    case 'event.tracked':
      return { $case: 'eventTracked', value: { event: event.event, props: event.props } };
  }
}

/** What every event of one write has in common. */
export interface EventContext {
  siteId: string;
  contactId: string;
  actor: Pick<Actor, 'kind' | 'id'>;
  correlationId: string;
  at: Date;
}

/** An event as it waits in the contact's document. */
export function outboxEntry(
  eventId: string,
  seq: number,
  event: ContactEvent,
  { siteId, contactId, actor, correlationId, at }: EventContext,
): ContactOutboxEntry {
  const body = bodyOf(event);
  const type = eventTypeOf(body.$case);
  const message: contactsV1.ContactEvent = {
    envelope: {
      eventId,
      siteId,
      aggregateId: contactId,
      seq,
      type,
      occurredAt: at,
      correlationId,
      causationId: '',
      actor: actorMessage(actor),
    },
    body: { body },
  };
  const bytes = Buffer.from(contactsV1.ContactEvent.encode(message).finish());
  const traceparent = currentTraceparent();
  return { _id: eventId, siteId, seq, type, ...(traceparent !== undefined && { traceparent }), event: bytes };
}

/** What is put on the bus for a waiting event. */
export const contactRecord = (entry: ContactOutboxEntry): EventRecord =>
  contactEventRecord(contactsV1.ContactEvent.decode(bytesOf(entry.event)));

import { siteScope } from '@beseda/auth';
import type { contactsV1, eventsV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import { Inject, Injectable } from '@nestjs/common';
import { Callers } from './callers.js';
import { ContactCopies } from './ports.js';

/**
 * Keeps what dialogs know of their contacts. Each field remembers the seq of the event that set it and only takes a higher
 * one, and a merge is the same however often it is told: so events may come twice or in another order. A hole in the seqs is
 * no loss either: most of a contact's events (page views) say nothing about these fields, and what an event says of a field
 * is the whole field.
 */
@Injectable()
export class FollowContactHandler {
  constructor(
    @Inject(ContactCopies) private readonly contacts: ContactCopies,
    @Inject(Callers) private readonly callers: Callers,
  ) {}

  async handle(event: contactsV1.ContactEvent): Promise<void> {
    const { siteId, aggregateId, seq } = whole(event.envelope);
    const scope = siteScope(siteId);
    const body = event.body?.body;
    switch (body?.$case) {
      case 'contactCreated':
      case 'contactChanged': {
        const told: contactsV1.ContactChanged = { properties: undefined, ...body.value };
        for (const field of ['name', 'email', 'phone'] as const) {
          const value = told[field];
          if (value !== undefined) await this.contacts.setField(scope, aggregateId, { field, value, seq });
        }
        return;
      }
      case 'contactMerged': {
        const { intoContactId } = body.value;
        // A circle would leave nobody: neither directly nor by other merges may a contact become part of itself.
        if (intoContactId === '' || (await this.callers.survivor(scope, intoContactId)).id === aggregateId)
          throw appError('INVALID_ARGUMENT', 'A contact can only be merged into another one.');
        return this.contacts.merge(scope, aggregateId, intoContactId);
      }
      case 'contactIdentified':
      case 'pageViewed':
      case 'eventTracked':
      case undefined:
        return; // nothing that a dialog shows
    }
  }
}

/** An event that names no contact can never be handled: it is refused for good. */
function whole(envelope: eventsV1.EventEnvelope | undefined): eventsV1.EventEnvelope {
  if (envelope && envelope.siteId !== '' && envelope.aggregateId !== '' && envelope.seq > 0) return envelope;
  throw appError('INVALID_ARGUMENT', 'An event of a contact must name its site, its contact and its seq.');
}

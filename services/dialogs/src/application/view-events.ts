import type { dialogsV1 } from '@beseda/contracts';
import { HIDDEN, contactSees } from '../domain/index.js';
import type { Caller } from './callers.js';

/** Events as a caller may see them: a contact gets a place holder with the seq for what goes on among operators. */
export const viewEvents = (caller: Caller, events: readonly dialogsV1.DialogEvent[]): dialogsV1.DialogEvent[] =>
  caller.kind === 'contact'
    ? events.map((event) => (contactSees(event.envelope?.type ?? '') ? { ...event, assigneeId: '' } : hidden(event)))
    : [...events];

function hidden({ envelope }: dialogsV1.DialogEvent): dialogsV1.DialogEvent {
  return {
    envelope: {
      eventId: '',
      siteId: '',
      aggregateId: envelope?.aggregateId ?? '',
      seq: envelope?.seq ?? 0,
      type: HIDDEN,
      occurredAt: undefined,
      correlationId: '',
      causationId: '',
      actor: undefined,
    },
    body: undefined,
    contactId: '',
    assigneeId: '',
  };
}

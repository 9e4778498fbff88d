import {
  type EventRecord,
  eventTypeOf,
  eventsV1,
  operatorStateWords,
  presenceEventRecord,
  presenceV1,
} from '@beseda/contracts';
import type { OperatorState } from '../../domain/presence.js';
import type { PresenceDocument } from '../mongo/documents.js';

/** A state as messages have it. */
export const stateMessage = (state: OperatorState): presenceV1.OperatorState => operatorStateWords.number(state);

/** What is put on the bus when an operator has come, gone or chosen another status. */
export const presenceRecord = (presence: PresenceDocument): EventRecord =>
  presenceEventRecord('routing', {
    envelope: {
      eventId: presence.eventId,
      siteId: presence.siteId,
      aggregateId: presence._id,
      seq: presence.version,
      type: eventTypeOf('operatorPresenceChanged'),
      occurredAt: presence.changedAt,
      correlationId: presence.correlationId,
      causationId: '',
      actor: { kind: eventsV1.ActorKind.ACTOR_KIND_SERVICE, id: 'routing' },
    },
    body: {
      $case: 'operatorPresenceChanged',
      value: {
        operatorId: presence.operatorId,
        state: stateMessage(presence.online ? presence.status : 'offline'),
        since: presence.changedAt,
      },
    },
  });

import { describe, expect, it } from '@jest/globals';
import {
  DIALOG_EVENT_TYPES,
  bodyCaseOf,
  decodeEvent,
  dialogEventRecord,
  dialogsV1,
  eventTypeOf,
  eventsV1,
  topicOfEventType,
} from './index.js';

describe('events', () => {
  it('names event types after their body fields, both ways', () => {
    for (const type of DIALOG_EVENT_TYPES) expect(eventTypeOf(bodyCaseOf(type))).toBe(type);
    expect(bodyCaseOf('message.posted')).toBe('messagePosted');
  });

  it('knows every body of a dialog event', () => {
    for (const type of DIALOG_EVENT_TYPES) {
      const body = { $case: bodyCaseOf(type), value: {} } as Parameters<
        typeof dialogsV1.DialogEventBody.fromPartial
      >[0]['body'];
      const bytes = dialogsV1.DialogEventBody.encode(dialogsV1.DialogEventBody.fromPartial({ body })).finish();
      expect(dialogsV1.DialogEventBody.decode(bytes).body?.$case).toBe(bodyCaseOf(type));
    }
  });

  it('carries a dialog event as a record and back', () => {
    const event: dialogsV1.DialogEvent = {
      envelope: {
        eventId: 'e1',
        siteId: 's1',
        aggregateId: 'd1',
        seq: 2,
        type: 'message.posted',
        occurredAt: new Date('2026-01-02T03:04:05.006Z'),
        correlationId: 'c1',
        causationId: '',
        actor: { kind: eventsV1.ActorKind.ACTOR_KIND_CONTACT, id: 'k1' },
      },
      body: { body: { $case: 'dialogClosed', value: { reason: dialogsV1.CloseReason.CLOSE_REASON_MANUAL } } },
      contactId: 'k1',
      assigneeId: '',
    };
    const record = dialogEventRecord(event);
    expect(record).toMatchObject({
      topic: 'beseda.dialogs.v1',
      key: 'd1',
      headers: { ce_id: 'e1', ce_type: 'message.posted' },
    });
    expect(decodeEvent(record.topic, record.value)).toEqual({ kind: 'dialog', event });
  });

  it('refuses a type that nothing publishes', () => {
    expect(topicOfEventType('contact.merged')).toBe('beseda.contacts.v1');
    expect(() => topicOfEventType('dialog.unknown')).toThrow('nothing publishes');
  });
});

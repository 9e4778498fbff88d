import { describe, expect, it } from '@jest/globals';
import { EVENT_TYPES } from './gen/event-types.js';
import {
  DIALOG_EVENT_TYPES,
  TOPICS,
  bodyCaseOf,
  contactsV1,
  decodeEvent,
  dialogEventRecord,
  dialogsV1,
  eventTypeOf,
  eventsV1,
  presenceV1,
  settingRecord,
  settingsV1,
  topicOfEventType,
} from './index.js';

/** Field numbers tried: beyond what any message of ours uses. */
const NUMBERS = Array.from({ length: 200 }, (_, index) => index + 1);

/** The cases of a oneof as the generated decoder knows them: it is shown an empty message under each field number. */
const casesOf = (decode: (bytes: Uint8Array) => { $case: string } | undefined): string[] =>
  NUMBERS.flatMap((number) => {
    const tag = number * 8 + 2;
    const bytes = tag < 128 ? [tag, 0] : [(tag % 128) + 128, Math.floor(tag / 128), 0];
    const found = decode(Uint8Array.from(bytes));
    return found ? [found.$case] : [];
  });

const BODIES = {
  'beseda.dialogs.v1': casesOf((bytes) => dialogsV1.DialogEventBody.decode(bytes).body),
  'beseda.contacts.v1': casesOf((bytes) => contactsV1.ContactEventBody.decode(bytes).body),
  'beseda.presence.v1': casesOf((bytes) => presenceV1.PresenceEvent.decode(bytes).body),
};

describe('event types', () => {
  it.each(Object.entries(BODIES))('of %s are those its generated messages decode, in their order', (topic, cases) => {
    expect(cases.length).toBeGreaterThan(1);
    expect(EVENT_TYPES[topic as keyof typeof BODIES]).toEqual(cases.map(eventTypeOf));
  });

  it('of settings is one, whatever kind has changed', () => {
    const kinds = casesOf((bytes) => settingsV1.Setting.decode(bytes).value);
    expect(kinds).toContain('hours');
    for (const kind of kinds) {
      const { topic, headers } = settingRecord(settingsV1.Setting.fromPartial({ kind }), 'c');
      expect([headers['ce_type'], topic]).toEqual(['setting.changed', 'beseda.settings.v1']);
    }
    expect(EVENT_TYPES['beseda.settings.v1']).toEqual(['setting.changed']);
  });

  it('lead to their topic, each to one', () => {
    const types = Object.entries(EVENT_TYPES).flatMap(([topic, names]) => names.map((type) => [type, topic]));
    expect(types.map(([type]) => [type, topicOfEventType(String(type))])).toEqual(types);
    expect(new Set(types.map(([type]) => type)).size).toBe(types.length);
    expect(topicOfEventType('operator.presence.changed')).toBe('beseda.presence.v1');
  });

  it('name body fields and are named after them', () => {
    const cases = Object.values(BODIES).flat();
    expect(cases.map((name) => bodyCaseOf(eventTypeOf(name)))).toEqual(cases);
    expect([bodyCaseOf('message.posted'), eventTypeOf('messagePosted')]).toEqual(['messagePosted', 'message.posted']);
  });

  it('are not made up', () => {
    for (const type of ['dialog.unknown', '', 'beseda.dialogs.v1', 'setting', 'toString']) {
      expect(() => topicOfEventType(type)).toThrow('nothing publishes');
    }
  });
});

describe('topics', () => {
  it('are those of the contracts', () => {
    expect(
      Object.values(TOPICS)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(Object.keys(EVENT_TYPES).toSorted());
    expect(Object.entries(TOPICS).map(([short, { name }]) => name === `beseda.${short}.v1`)).not.toContain(false);
  });

  it('are each decoded', () => {
    for (const { name } of Object.values(TOPICS)) expect(decodeEvent(name, new Uint8Array())).toBeDefined();
    expect(decodeEvent('beseda.unknown.v1', new Uint8Array())).toBeUndefined();
  });
});

describe('records', () => {
  it('carry a dialog event and give it back', () => {
    const event: dialogsV1.DialogEvent = {
      envelope: {
        eventId: 'e1',
        siteId: 's1',
        aggregateId: 'd1',
        seq: 2,
        type: DIALOG_EVENT_TYPES[7],
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
      headers: { ce_id: 'e1', ce_type: 'dialog.closed' },
    });
    expect(decodeEvent(record.topic, record.value)).toEqual({ kind: 'dialog', event });
  });
});

import { EVENT_PAYLOADS, dialogEventSchema } from '@beseda/api';
import { Keys } from '@beseda/auth';
import { DIALOG_EVENT_TYPES, bodyCaseOf, dialogsV1, eventsV1, settingsV1 } from '@beseda/contracts';
import { describe, expect, it } from '@jest/globals';
import { EventMapper } from './events.js';

type Body = NonNullable<dialogsV1.DialogEventBody['body']>;

const operator = {
  ...settingsV1.OperatorSettings.create({}),
  id: 'o',
  name: 'Anna',
  internalName: 'Anna (night)',
  avatarFileId: 'avatar-1',
};
const mapper = new EventMapper({ operator: (id) => (id === 'o' ? operator : undefined) }, new Keys('k'.repeat(40)));

const make = (type: string, body: Body | undefined, actor = { kind: 2, id: 'o' }): dialogsV1.DialogEvent => ({
  envelope: {
    ...eventsV1.EventEnvelope.create({}),
    eventId: 'e',
    siteId: 's',
    aggregateId: 'd',
    seq: 7,
    type,
    occurredAt: new Date('2026-01-02T03:04:05.678Z'),
    actor,
  },
  body: { body },
  contactId: 'c',
  assigneeId: '',
});

const message = (change: Partial<dialogsV1.MessagePosted>): dialogsV1.DialogEvent =>
  make('message.posted', {
    $case: 'messagePosted',
    value: { ...dialogsV1.MessagePosted.create({}), messageId: 'm', author: 2, channel: 1, sentVia: 1, ...change },
  });

/** Bodies with every field set, by type. */
const BODIES: Record<string, [Body['value'], Record<string, unknown>]> = {
  'dialog.started': [
    { channel: 1, contactId: 'c', connection: 'chat', externalThread: 't' },
    { channel: 'chat', contactId: 'c', externalThread: 't' },
  ],
  'delivery.changed': [{ upToSeq: 3 }, { state: 'delivered', upToSeq: 3 }],
  'dialog.read': [{ upToSeq: 3 }, { upToSeq: 3 }],
  'note.added': [
    { noteId: 'n', clientMessageId: 'client-1', text: 'x' },
    { noteId: 'n', text: 'x', clientMessageId: 'client-1' },
  ],
  'dialog.assigned': [
    { operatorId: 'o', previousOperatorId: 'p', reason: 1 },
    { operatorId: 'o', previousOperatorId: 'p', reason: 'first-answer' },
  ],
  'dialog.unassigned': [
    { previousOperatorId: 'p', reason: 2 },
    { previousOperatorId: 'p', reason: 'manual' },
  ],
  'dialog.closed': [{ reason: 1 }, { reason: 'manual' }],
  'dialog.reopened': [{ reason: 2 }, { reason: 'contact-wrote' }],
  'dialog.finalized': [{}, { reason: 'reopen-window' }],
  'dialog.tagged': [{ tags: ['a'] }, { tags: ['a'] }],
};
const HIDDEN = ['note.added', 'dialog.assigned', 'dialog.unassigned', 'dialog.tagged'];

describe('EventMapper', () => {
  it.each(Object.entries(BODIES))('maps %s', (type, [value, payload]) => {
    const event = make(type, { $case: bodyCaseOf(type), value } as Body);
    expect(mapper.one(event, 'operator')).toEqual({
      eventId: 'e',
      dialogId: 'd',
      seq: 7,
      type,
      occurredAt: '2026-01-02T03:04:05.678Z',
      actor: { kind: 'operator', id: 'o', name: 'Anna (night)', avatarUrl: '/api/avatars/operators/avatar-1' },
      payload,
    });
    expect(dialogEventSchema.parse(mapper.one(event, 'operator'))).toMatchObject({ payload });
    const shown = mapper.one(event, 'contact');
    if (HIDDEN.includes(type)) expect(shown).toEqual({ dialogId: 'd', seq: 7, type: 'hidden' });
    else
      expect(shown).toMatchObject({
        type,
        payload,
        actor: { name: 'Anna', avatarUrl: '/api/avatars/operators/avatar-1' },
      });
  });

  it('covers every type there is', () => {
    expect([...Object.keys(BODIES), 'message.posted'].toSorted()).toEqual([...DIALOG_EVENT_TYPES].toSorted());
    expect(Object.keys(EVENT_PAYLOADS).toSorted()).toEqual([...DIALOG_EVENT_TYPES].toSorted());
  });

  it('hides what it does not know from contacts', () => {
    expect(mapper.one(make('operator.gossiped', undefined), 'contact')).toEqual({
      dialogId: 'd',
      seq: 7,
      type: 'hidden',
    });
    expect(mapper.one(make('hidden', undefined), 'contact')).toEqual({ dialogId: 'd', seq: 7, type: 'hidden' });
  });

  it('tells the id of a send only to the side that sent it', () => {
    const byOperator = message({ author: 2, clientMessageId: 'client-1', text: 'x' });
    const byContact = message({ author: 1, clientMessageId: 'client-2', text: 'x' });
    expect(mapper.one(byOperator, 'operator')).toMatchObject({ payload: { clientMessageId: 'client-1' } });
    expect(mapper.one(byContact, 'contact')).toMatchObject({ payload: { clientMessageId: 'client-2' } });
    expect(mapper.one(byOperator, 'contact')).not.toHaveProperty('payload.clientMessageId');
    expect(mapper.one(byContact, 'operator')).not.toHaveProperty('payload.clientMessageId');
  });

  it('signs the address of a file and gives pixels only where there are some', () => {
    const file = { id: 'f', name: 'a.pdf', type: 'application/pdf', size: 5, width: 0, height: 0 };
    const shown = mapper.one(message({ file }), 'operator');
    expect(shown).toMatchObject({ payload: { messageId: 'm', author: 'operator', sentVia: 'web-console' } });
    const given = (shown as unknown as { payload: { file: Record<string, unknown> } }).payload.file;
    expect(given).toEqual({
      id: 'f',
      name: 'a.pdf',
      type: 'application/pdf',
      size: 5,
      url: expect.stringMatching(/^\/api\/files\/s\/f\?e=\d+&s=/),
    });
    expect((shown as unknown as { payload: object }).payload).not.toHaveProperty('text');
    const image = mapper.one(message({ file: { ...file, width: 4, height: 3 } }), 'operator');
    expect(image).toMatchObject({ payload: { file: { width: 4, height: 3 } } });
  });

  it('leaves an erased event without words and a stranger without a name', () => {
    const erased = make('message.posted', undefined, { kind: 4, id: 'timers' });
    expect(mapper.one(erased, 'contact')).toMatchObject({ payload: {}, actor: { kind: 'service', id: 'timers' } });
  });
});

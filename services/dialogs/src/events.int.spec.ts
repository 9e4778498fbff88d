import { dialogsV1 } from '@beseda/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from './application/ids.js';
import { DialogStore } from './application/ports.js';
import { type DialogEvent, evolve } from './domain/index.js';
import { Kit, OTHER_SITE, SITE, contact, operator, sendId, service, told } from './testing/kit.js';

describe('events of dialogs', () => {
  let kit: Kit;
  let dialogId: string;
  /** One with more events than a portion holds. */
  let long: { dialogId: string };
  const anna = contact('anna');
  beforeAll(async () => {
    kit = await Kit.start();
    ({ dialogId } = await kit.post(anna, 'Hello'));
    await kit.post(operator(), 'Good day', { dialogId });
    await kit.call('addNote', { dialogId, clientMessageId: sendId(), text: 'secret' }, { actor: operator() });
    await kit.call('setTags', { dialogId, tags: ['secret'] }, { actor: operator() });
    await kit.call('assign', { dialogId, operatorId: '', onlyIfUnassigned: false }, { actor: operator() });
    await kit.post(anna, 'Thanks');
    long = await kit.post(contact('talker'), 'start');
    await talk(long.dialogId, 550);
  });
  afterAll(() => kit.stop());

  /** Many messages in few commits: how they came about does not matter to their readers. */
  async function talk(id: string, messages: number): Promise<void> {
    const store = kit.first.service.app.get(DialogStore, { strict: false });
    const scope = { siteId: SITE };
    for (let left = messages; left > 0; left -= 50) {
      const stored = await store.find(scope, id);
      if (!stored) throw new TypeError('no such dialog');
      const events = Array.from({ length: 50 }, (_, i): DialogEvent => ({
        ...{ type: 'message.posted', messageId: newId(), clientMessageId: sendId(), text: `message ${left - i}` },
        ...{
          author: 'contact',
          channel: 'chat',
          sentVia: 'widget',
          at: new Date(),
          by: { kind: 'contact', id: 'talker' },
        },
      }));
      const after = events.reduce(evolve, stored.dialog);
      const result = await store.commit(scope, stored, { events, after, timers: [] });
      if (typeof result === 'string') left += 50;
    }
  }

  const ALL = [
    '1 dialog.started',
    '2 message.posted',
    '3 message.posted',
    '4 dialog.assigned',
    '5 note.added',
    '6 dialog.tagged',
    '7 dialog.unassigned',
    '8 message.posted',
  ];
  const list = (part: Partial<dialogsV1.ListEventsRequest>, actor = operator()) =>
    kit.call('listEvents', { dialogId, afterSeq: 0, beforeSeq: 0, limit: 0, ...part }, { actor });

  it('come gap-free, forwards and backwards', async () => {
    const whole = await list({});
    expect(told(whole.events)).toEqual(ALL);
    expect(whole.head).toBe(8);
    expect(told((await list({ afterSeq: 3, limit: 2 })).events)).toEqual(ALL.slice(3, 5));
    expect(told((await list({ beforeSeq: 9, limit: 2 })).events)).toEqual(ALL.slice(6));
    expect(told((await list({ beforeSeq: 3, limit: 100 })).events)).toEqual(ALL.slice(0, 2));
    expect((await list({ afterSeq: 8 })).events).toEqual([]);
  });

  it('carry who, when, by what channel and with what it was written', async () => {
    const { events } = await list({ limit: 3 });
    expect(events[1]).toMatchObject({
      contactId: 'anna',
      envelope: {
        siteId: SITE,
        aggregateId: dialogId,
        occurredAt: expect.any(Date),
        actor: { kind: 1, id: 'anna' },
        correlationId: expect.any(String),
      },
      body: { body: { value: { text: 'Hello', author: 1, channel: 1, sentVia: 9 } } },
    });
    expect(events[2]).toMatchObject({
      envelope: { actor: { kind: 2, id: 'oleg' } },
      body: { body: { value: { text: 'Good day', author: 2, channel: 1, sentVia: 1 } } },
    });
    expect(events[1]?.body?.body).toMatchObject({ value: { messageId: events[1]?.envelope?.eventId } });
  });

  it('a contact gets a place holder, and nothing else, for what goes on among operators', async () => {
    const { events, head } = await list({}, anna);
    expect(head).toBe(8);
    expect(told(events)).toEqual([
      ...ALL.slice(0, 3),
      '4 hidden',
      '5 hidden',
      '6 hidden',
      '7 hidden',
      '8 message.posted',
    ]);
    expect(events[4]).toEqual({
      envelope: {
        eventId: '',
        siteId: '',
        aggregateId: dialogId,
        seq: 5,
        type: 'hidden',
        occurredAt: undefined,
        correlationId: '',
        causationId: '',
        actor: undefined,
      },
      body: undefined,
      contactId: '',
      assigneeId: '',
    });
    expect(JSON.stringify(await kit.call('resume', { dialogs: { [dialogId]: 0 } }, { actor: anna }))).not.toContain(
      'secret',
    );
  });

  it('nobody reaches a dialog of another contact or site, by any call', async () => {
    const strangers = [contact('boris'), operator('oleg', OTHER_SITE), contact('anna', OTHER_SITE)];
    for (const actor of strangers) {
      await expect(kit.dialog(dialogId, actor)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(list({}, actor)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(kit.post(actor, 'Let me in', { dialogId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await kit.call('resume', { dialogs: { [dialogId]: 0 } }, { actor })).toEqual({ events: [], heads: {} });
      if (actor.kind === 'contact') {
        const receipt = kit.call('recordReceipt', { dialogId, deliveredSeq: 1, readSeq: 1 }, { actor });
        await expect(receipt).rejects.toMatchObject({ code: 'NOT_FOUND' });
      } else {
        const calls = [
          kit.call('addNote', { dialogId, clientMessageId: sendId(), text: 'x' }, { actor }),
          kit.call('setTags', { dialogId, tags: [] }, { actor }),
          kit.call('assign', { dialogId, operatorId: '', onlyIfUnassigned: false }, { actor }),
          kit.call('closeDialog', { dialogId }, { actor }),
          kit.call('reopenDialog', { dialogId }, { actor }),
          kit.call('markRead', { dialogId, seq: 1 }, { actor }),
        ];
        for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'NOT_FOUND' });
      }
    }
    expect((await kit.dialog(dialogId)).seq).toBe(8);
  });

  it('resume in portions until every head is reached', async () => {
    const have: Record<string, number> = { [long.dialogId]: 1, [dialogId]: 6, nowhere: 1 };
    const got: string[] = [];
    for (let round = 0; round < 5; round++) {
      const { events, heads } = await kit.call('resume', { dialogs: have }, { actor: operator() });
      expect(Object.keys(heads).toSorted()).toEqual([dialogId, long.dialogId].toSorted());
      for (const { envelope } of events) {
        const [id, seq] = [envelope?.aggregateId ?? '', envelope?.seq ?? 0];
        expect(seq).toBe((have[id] ?? 0) + 1);
        have[id] = seq;
        got.push(`${id} ${seq}`);
      }
      expect(events.length).toBeLessThanOrEqual(500);
      if (Object.entries(heads).every(([id, head]) => have[id] === head)) break;
    }
    expect(have[long.dialogId]).toBe(552);
    expect(got).toHaveLength(551 + 2);
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`d${i}`, 0]));
    await expect(kit.call('resume', { dialogs: many }, { actor: operator() })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('the log exports every event of the site, contiguous per dialog, and goes on at a cursor', async () => {
    const log = async (request: Partial<dialogsV1.ReadEventsRequest>, actor = service()) => {
      const parts: dialogsV1.ReadEventsResponse[] = [];
      const stream = kit.first.client.stream(
        'readEvents',
        { cursor: '', dialogId: '', afterSeq: 0, ...request },
        { actor, deadlineMs: 20_000 },
      );
      for await (const part of stream) parts.push(part);
      return parts;
    };
    const parts = await log({});
    const next = new Map<string, number>();
    for (const { envelope } of parts.flatMap(({ events }) => events)) {
      const id = envelope?.aggregateId ?? '';
      expect(envelope?.seq).toBe((next.get(id) ?? 0) + 1);
      expect(envelope?.siteId).toBe(SITE);
      next.set(id, envelope?.seq ?? 0);
    }
    expect(next.get(dialogId)).toBe(8);
    expect(next.get(long.dialogId)).toBe(552);
    const rest = await log({ cursor: parts[1]?.cursor ?? '' });
    const ids = (some: dialogsV1.ReadEventsResponse[]) => some.flatMap((p) => p.events.map((e) => e.envelope?.eventId));
    expect(ids(rest)).toEqual(ids(parts.slice(2)));
    expect(told((await log({ dialogId, afterSeq: 6 })).flatMap(({ events }) => events))).toEqual(ALL.slice(6));
    expect(await log({}, service('statistics', OTHER_SITE))).toEqual([]);
    await expect(log({}, operator())).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    await expect(log({ cursor: 'x' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('requests are checked', async () => {
    const post = (more: object) => kit.post(contact('checked'), 'Hello', more);
    await expect(post({ clientMessageId: 'short' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      fields: [{ path: 'clientMessageId' }],
    });
    await expect(post({ text: '   ' })).rejects.toMatchObject({ fields: [{ path: 'text' }] });
    await expect(post({ text: 'x'.repeat(10_001) })).rejects.toMatchObject({ fields: [{ path: 'text' }] });
    await expect(kit.post(operator(), 'Hello')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(list({ limit: 201 })).rejects.toMatchObject({ fields: [{ path: 'limit' }] });
    const file = { id: 'f1', name: 'a.png', type: 'image/png', size: 3, width: 1, height: 1 };
    await expect(post({ file })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    const posted = await post({ text: '', file });
    const { lastMessage } = await kit.dialog(posted.dialogId);
    expect(lastMessage).toMatchObject({ seq: posted.seq, text: '', file: { name: 'a.png' } });
    const [event] = await kit.events(posted.dialogId, operator(), posted.seq - 1);
    expect(event?.body?.body).toMatchObject({ value: { file, text: '' } });
  });
});

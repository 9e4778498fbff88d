import { until } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DialogStore } from './application/ports.js';
import { verifyDialog } from './infrastructure/mongo/verify-dialog.js';
import { Kit, type Replica, contact, operator, sendId, told } from './testing/kit.js';

describe('at the same moment', () => {
  let kit: Kit;
  beforeAll(async () => {
    kit = await Kit.start();
    await kit.addReplica();
  });
  afterAll(() => kit.stop());

  /** Replicas take turns. */
  const replica = (i: number): Replica => kit.replicas[i % kit.replicas.length] as Replica;
  const many = <T>(n: number, make: (i: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: n }, (_, i) => make(i)));

  async function assertWhole(dialogId: string): Promise<void> {
    const report = await verifyDialog(kit.connection, dialogId);
    expect(report.problems).toEqual([]);
  }

  it('50 first messages of one contact, at two replicas, make one dialog', async () => {
    const posted = await many(50, (i) => kit.post(contact('fifty'), `message ${i}`, {}, replica(i)));
    const dialogs = new Set(posted.map(({ dialogId }) => dialogId));
    expect(dialogs.size).toBe(1);
    const [dialogId = ''] = dialogs;
    expect(posted.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i + 2));
    const events = await kit.events(dialogId);
    expect(events.map(({ envelope }) => envelope?.seq)).toEqual(Array.from({ length: 51 }, (_, i) => i + 1));
    expect(events.filter(({ envelope }) => envelope?.type === 'dialog.started')).toHaveLength(1);
    expect((await kit.list({ contactId: 'fifty' })).items).toHaveLength(1);
    await assertWhole(dialogId);
  });

  it('two replicas that both saw no dialog make one: the unique thread decides', async () => {
    const stores = kit.replicas.map(({ service }) => service.app.get(DialogStore, { strict: false }));
    let arrived = 0;
    let open = (): void => undefined;
    const bothArrived = new Promise<void>((resolve) => (open = resolve));
    for (const store of stores) {
      const insert = store.insert.bind(store);
      store.insert = async (...args) => {
        if (++arrived === stores.length) open();
        await bothArrived;
        store.insert = insert;
        return insert(...args);
      };
    }
    const posted = await many(2, (i) => kit.post(contact('barrier'), `message ${i}`, {}, replica(i)));
    expect(arrived).toBe(2);
    expect(new Set(posted.map(({ dialogId }) => dialogId)).size).toBe(1);
    expect(posted.map(({ seq }) => seq).toSorted()).toEqual([2, 3]);
  });

  it('20 answers of 20 operators are all delivered and one is assigned', async () => {
    const { dialogId } = await kit.post(contact('asked'), 'Who is there?');
    const answers = await many(20, (i) => kit.post(operator(`op-${i}`), `I am ${i}`, { dialogId }, replica(i)));
    expect(new Set(answers.map(({ seq }) => seq)).size).toBe(20);
    const events = await kit.events(dialogId);
    expect(events.map(({ envelope }) => envelope?.seq)).toEqual(Array.from({ length: 23 }, (_, i) => i + 1));
    const assignments = told(events).filter((event) => event.endsWith('dialog.assigned'));
    expect(assignments).toEqual(['4 dialog.assigned']);
    const texts = events.flatMap(({ body }) => (body?.body?.$case === 'messagePosted' ? [body.body.value.text] : []));
    expect(new Set(texts)).toEqual(new Set(['Who is there?', ...Array.from({ length: 20 }, (_, i) => `I am ${i}`)]));
    // The assigned operator is the author of the first answer.
    expect((await kit.dialog(dialogId)).assigneeId).toBe(events[2]?.envelope?.actor?.id);
    await assertWhole(dialogId);
  });

  it('one send that is repeated while it is on its way makes one message, also as the first of a contact', async () => {
    const clientMessageId = sendId();
    const first = await many(20, (i) => kit.post(contact('twice'), 'Hello', { clientMessageId }, replica(i)));
    expect(new Set(first.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const [{ dialogId } = { dialogId: '' }] = first;
    const answerId = sendId();
    const answers = await many(20, (i) =>
      kit.post(operator(), 'Good day', { dialogId, clientMessageId: answerId }, replica(i)),
    );
    expect(new Set(answers.map(({ messageId }) => messageId)).size).toBe(1);
    const noteId = sendId();
    const notes = await many(10, (i) =>
      replica(i).client.call(
        'addNote',
        { dialogId, clientMessageId: noteId, text: 'VIP' },
        { actor: operator(), deadlineMs: 15_000 },
      ),
    );
    expect(new Set(notes.map(({ noteId: id }) => id)).size).toBe(1);
    expect(told(await kit.events(dialogId))).toEqual([
      '1 dialog.started',
      '2 message.posted',
      '3 message.posted',
      '4 dialog.assigned',
      '5 note.added',
    ]);
  });

  it('one id for sends to two dialogs, at once and at two replicas, is one send; the other is refused', async () => {
    for (let round = 0; round < 10; round++) {
      const dialogs = await many(2, (i) => kit.post(contact(`two-${round}-${i}`), 'Hello'));
      const clientMessageId = sendId();
      const answers = await Promise.allSettled(
        dialogs.map(({ dialogId }, i) => kit.post(operator(), 'Good day', { dialogId, clientMessageId }, replica(i))),
      );
      const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
      expect(refused).toEqual([expect.objectContaining({ code: 'ALREADY_EXISTS' })]);
      const heads = await Promise.all(dialogs.map(async ({ dialogId }) => (await kit.dialog(dialogId)).seq));
      expect(heads.toSorted()).toEqual([2, 4]);
    }
  });

  it('events reach the bus in the order of their seqs, each at least once', async () => {
    const bus = await kit.listen();
    const { dialogId } = await kit.post(contact('ordered'), 'first');
    await many(40, (i) =>
      kit.post(i % 2 ? contact('ordered') : operator(`op-${i % 20}`), `m${i}`, { dialogId }, replica(i)),
    );
    const { seq: head } = await kit.dialog(dialogId);
    const published = () => bus.records.filter(({ key }) => key === dialogId).map(({ headers }) => headers['ce_id']);
    const events = await kit.events(dialogId);
    const ids = events.map(({ envelope }) => envelope?.eventId ?? '');
    expect(ids).toHaveLength(head);
    await until(() => new Set(published()).size === head, { what: 'all events on the bus', timeoutMs: 15_000 });
    // A repeat is allowed; the first time each event appears, all before it have appeared.
    expect([...new Set(published())]).toEqual(ids);
    await bus.close();
    await assertWhole(dialogId);
  });
});

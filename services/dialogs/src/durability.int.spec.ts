import { appError } from '@beseda/errors';
import type { Outbox } from '@beseda/outbox';
import { until } from '@beseda/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DIALOG_OUTBOX } from './infrastructure/mongo/dialog-outbox.js';
import { verifyDialog } from './infrastructure/mongo/verify-dialog.js';
import { Kit, contact, operator, sendId, told } from './testing/kit.js';

describe('what was acknowledged stays', () => {
  let kit: Kit;
  beforeEach(async () => {
    kit = await Kit.start();
  });
  afterEach(() => kit.stop());

  /** A bus that takes nothing, until it is mended. */
  function breakBus(): () => void {
    const { bus } = kit.first;
    const publish = bus.publish.bind(bus);
    bus.publish = () => Promise.reject(appError('UNAVAILABLE', 'The bus is down.'));
    return () => {
      bus.publish = publish;
    };
  }
  const outboxOf = async (dialogId: string) => {
    const [document] = await kit.connection
      .collection('dialogs')
      .find({ _id: dialogId as never })
      .toArray();
    return document?.['outbox'] as unknown[];
  };

  it('while the bus is down: sends are answered, read, repeated and verified; later everything is published in order', async () => {
    const bus = await kit.listen();
    const mend = breakBus();
    const clientMessageId = sendId();
    const first = await kit.post(contact('anna'), 'Hello', { clientMessageId });
    const { dialogId } = first;
    await kit.post(operator(), 'Good day', { dialogId });
    expect(await kit.post(contact('anna'), 'Hello', { clientMessageId })).toEqual(first);
    const events = await kit.events(dialogId);
    expect(told(events)).toEqual(['1 dialog.started', '2 message.posted', '3 message.posted', '4 dialog.assigned']);
    expect(await outboxOf(dialogId)).toHaveLength(4);
    expect(await verifyDialog(kit.connection, dialogId)).toMatchObject({ ok: true, events: 4 });
    expect(bus.records).toEqual([]);
    mend();
    await until(async () => (await outboxOf(dialogId)).length === 0, { what: 'the outbox drained', timeoutMs: 15_000 });
    const ids = bus.records.filter(({ key }) => key === dialogId).map(({ headers }) => headers['ce_id']);
    expect([...new Set(ids)]).toEqual(events.map(({ envelope }) => envelope?.eventId));
    expect(await kit.events(dialogId)).toEqual(events);
    expect(await kit.post(contact('anna'), 'Hello', { clientMessageId })).toEqual(first);
    await bus.close();
  });

  it('a send is known while its events still wait in the outbox only', async () => {
    const outbox = kit.first.service.app.get<Outbox<unknown>>(DIALOG_OUTBOX, { strict: false });
    outbox.drain = () => undefined;
    outbox.sweepNow = () => Promise.resolve({ handedOn: 0, failed: 0 });
    const clientMessageId = sendId();
    const first = await kit.post(contact('slow'), 'Hello', { clientMessageId });
    expect(await kit.post(contact('slow'), 'Hello', { clientMessageId })).toEqual(first);
    expect(await kit.connection.collection('dialog_events').countDocuments({ dialogId: first.dialogId })).toBe(0);
    expect(told(await kit.events(first.dialogId))).toEqual(['1 dialog.started', '2 message.posted']);
    expect(await verifyDialog(kit.connection, first.dialogId)).toMatchObject({ ok: true, events: 2 });
  });

  it('when a replica dies between commit and publishing, another one hands the events on', async () => {
    const bus = await kit.listen();
    const mend = breakBus();
    const { dialogId } = await kit.post(contact('boris'), 'Hello');
    const other = await kit.addReplica();
    await until(async () => (await outboxOf(dialogId)).length === 0, {
      what: 'the other replica draining',
      timeoutMs: 15_000,
    });
    expect(bus.records.filter(({ key }) => key === dialogId)).toHaveLength(2);
    mend();
    await kit.post(contact('boris'), 'Again', {}, other);
    await until(() => bus.records.filter(({ key }) => key === dialogId).length === 3, { what: 'the third event' });
    await bus.close();
  });

  it('an ordered stop hands on first what was committed', async () => {
    const bus = await kit.listen();
    const leaving = await kit.addReplica();
    const posted = await Promise.all(
      Array.from({ length: 20 }, (_, i) => kit.post(contact(`leaving-${i}`), 'Hello', {}, leaving)),
    );
    kit.replicas.pop();
    leaving.client.close();
    await leaving.service.stop();
    // Nothing was left for the sweeper of the other replica.
    expect(await kit.connection.collection('dialogs').countDocuments({ outboxSince: { $exists: true } })).toBe(0);
    await until(() => new Set(bus.records.map(({ headers }) => headers['ce_id'])).size === 40, { what: 'all events' });
    expect(new Set(bus.records.map(({ key }) => key))).toEqual(new Set(posted.map(({ dialogId }) => dialogId)));
    await bus.close();
  });

  it('refuses more than an outbox holds, and takes sends again once it is drained', async () => {
    const mend = breakBus();
    const { dialogId } = await kit.post(contact('c'), 'Hello');
    const entry = ((await outboxOf(dialogId)) as Record<string, unknown>[])[1];
    const filler = Array.from({ length: 499 }, (_, i) => ({ ...entry, _id: `f${i}`, seq: 1, sendKey: `f${i}` }));
    const dialogs = kit.connection.collection('dialogs');
    await dialogs.updateOne({ _id: dialogId as never }, { $push: { outbox: { $each: filler } } } as never);
    const refused = kit.call(
      'addNote',
      { dialogId, clientMessageId: sendId(), text: 'x' },
      { actor: operator(), retry: false },
    );
    await expect(refused).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await dialogs.updateOne({ _id: dialogId as never }, { $pull: { outbox: { seq: 1, _id: /^f/ } } } as never);
    mend();
    await kit.call('addNote', { dialogId, clientMessageId: sendId(), text: 'x' }, { actor: operator() });
    expect((await kit.dialog(dialogId)).seq).toBe(3);
  });

  it('gives up with a retryable ABORTED when others are faster until the deadline', async () => {
    const { dialogId } = await kit.post(contact('d'), 'Hello');
    const dialogs = kit.connection.collection('dialogs');
    let faster = true;
    const hurry = async () => {
      while (faster) await dialogs.updateOne({ _id: dialogId as never }, { $inc: { seq: 1024 } } as never);
    };
    const racers = [hurry(), hurry(), hurry()];
    const beaten = kit.call('closeDialog', { dialogId }, { actor: operator(), deadlineMs: 400, retry: false });
    await expect(beaten).rejects.toMatchObject({ retryable: true });
    faster = false;
    await Promise.all(racers);
  });
});

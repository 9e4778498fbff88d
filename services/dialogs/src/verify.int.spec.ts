import { until } from '@beseda/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { verifyDialog } from './index.js';
import { Kit, contact, operator } from './testing/kit.js';

interface Stored {
  _id: string;
  dialogId: string;
  seq: number;
}

describe('verifying a dialog', () => {
  let kit: Kit;
  let dialogId: string;
  let count = 0;
  beforeAll(async () => {
    kit = await Kit.start();
  });
  afterAll(() => kit.stop());
  beforeEach(async () => {
    const anna = contact(`anna-${count++}`);
    ({ dialogId } = await kit.post(anna, 'Hello'));
    await kit.post(operator(), 'Good day', { dialogId });
    await kit.post(anna, 'Thanks');
    await until(async () => (await timeline().countDocuments({ dialogId })) === 5, { what: 'the timeline' });
    await until(async () => (await dialogs().findOne({ _id: dialogId }))?.outbox.length === 0, { what: 'the outbox' });
  });

  const timeline = () => kit.connection.collection<Stored>('dialog_events');
  const dialogs = () => kit.connection.collection<{ _id: string; outbox: unknown[] }>('dialogs');
  const event = async (seq: number) => (await timeline().findOne({ dialogId, seq })) as Stored & Record<string, never>;
  const found = async () => {
    const { ok, problems } = await verifyDialog(kit.connection, dialogId);
    expect(ok).toBe(problems.length === 0);
    return problems.map(({ seq, kind }) => `${seq} ${kind}`);
  };

  it('finds nothing in an untouched one', async () => {
    expect(await verifyDialog(kit.connection, dialogId)).toEqual({ dialogId, ok: true, events: 5, problems: [] });
  });

  it('names an altered body, envelope and hash', async () => {
    const body = Buffer.from('another');
    await timeline().updateOne({ dialogId, seq: 3 }, { $set: { body } } as never);
    expect(await found()).toEqual(['3 altered']);
    await timeline().updateOne({ dialogId, seq: 2 }, { $set: { envelope: (await event(3))['envelope'] } } as never);
    expect(await found()).toEqual(['2 swapped', '3 altered']);
    await timeline().updateOne({ dialogId, seq: 5 }, { $set: { hash: Buffer.alloc(32) } } as never);
    expect(await found()).toEqual(['2 swapped', '3 altered', '5 altered', '5 head']);
  });

  it('names a missing event, at the end too', async () => {
    await timeline().deleteOne({ dialogId, seq: 2 });
    expect(await found()).toEqual(['2 missing']);
    await timeline().deleteOne({ dialogId, seq: 5 });
    expect(await found()).toEqual(['2 missing', '5 missing']);
  });

  it('names swapped events', async () => {
    const [second, third] = [await event(2), await event(3)];
    await timeline().deleteMany({ dialogId, seq: { $in: [2, 3] } });
    await timeline().insertMany([
      { ...second, seq: 3 },
      { ...third, seq: 2 },
    ]);
    expect(await found()).toEqual(expect.arrayContaining(['2 swapped', '3 swapped']));
  });

  it('names an event of another dialog, an event too many and another head', async () => {
    const extra = await event(5);
    await timeline().insertOne({ ...extra, _id: 'extra', seq: 6 });
    expect(await found()).toEqual(['6 head']);
    await timeline().deleteOne({ dialogId, seq: 6 });
    await dialogs().updateOne({ _id: dialogId }, { $set: { lastHash: Buffer.alloc(32) } } as never);
    expect(await found()).toEqual(['5 head']);
  });

  it('an outbox and a timeline that disagree', async () => {
    const waiting = { ...(await event(5)), _id: 'another' };
    await dialogs().updateOne({ _id: dialogId }, { $push: { outbox: waiting } } as never);
    expect(await found()).toEqual(['5 altered']);
  });

  it('erased bodies leave it valid', async () => {
    await timeline().updateMany({ dialogId }, { $unset: { body: '', salt: '' } } as never);
    expect(await found()).toEqual([]);
    const [, message] = await kit.events(dialogId);
    expect(message).toMatchObject({ envelope: { type: 'message.posted' }, body: undefined });
  });

  it('there is none: NOT_FOUND', async () => {
    await expect(verifyDialog(kit.connection, 'nothing')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

import { TOPICS, settingRecord } from '@beseda/contracts';
import { until } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { operatorSetting, siteSetting } from '@beseda/service-defaults/testing';
import { Kit, OTHER_SITE, SITE, contact, operator, sendId, told } from './testing/kit.js';

const HOUR = 3_600_000;

describe('closing, reopening and the reopen window', () => {
  let kit: Kit;
  beforeAll(async () => {
    kit = await Kit.start();
    await kit.addReplica();
  });
  afterAll(() => kit.stop());

  const as = { actor: operator() };
  const close = (dialogId: string) => kit.call('closeDialog', { dialogId }, as);
  const reopen = (dialogId: string) => kit.call('reopenDialog', { dialogId }, as);
  const move = (ms: number) => kit.replicas.forEach(({ clock }) => clock.move(ms));
  const finalized = (dialogId: string) =>
    until(async () => (await kit.dialog(dialogId)).status === 3, { what: 'the dialog finalized', timeoutMs: 10_000 });

  it('close and reopen are repeatable', async () => {
    const { dialogId } = await kit.post(contact('c1'), 'Hello');
    expect(await close(dialogId)).toEqual({ seq: 3 });
    expect(await close(dialogId)).toEqual({ seq: 3 });
    expect(await kit.dialog(dialogId)).toMatchObject({ status: 2, closedAt: expect.any(Date) });
    expect(await reopen(dialogId)).toEqual({ seq: 4 });
    expect(await reopen(dialogId)).toEqual({ seq: 4 });
    expect(await kit.dialog(dialogId)).toMatchObject({ status: 1, closedAt: undefined });
  });

  it('within the window the contact reopens its dialog, with or without naming it', async () => {
    const anna = contact('c2');
    const { dialogId } = await kit.post(anna, 'Hello');
    await close(dialogId);
    expect(await kit.post(anna, 'Again')).toEqual({ dialogId, messageId: expect.any(String), seq: 5 });
    await close(dialogId);
    expect((await kit.post(anna, 'And again', { dialogId })).dialogId).toBe(dialogId);
    expect(told(await kit.events(dialogId)).slice(2, 5)).toEqual([
      '3 dialog.closed',
      '4 dialog.reopened',
      '5 message.posted',
    ]);
  });

  it('an answer reopens a closed dialog', async () => {
    const { dialogId } = await kit.post(contact('c3'), 'Hello');
    await close(dialogId);
    await kit.post(operator('vera'), 'We have news', { dialogId });
    expect(await kit.dialog(dialogId)).toMatchObject({ status: 1, assigneeId: 'vera' });
    const reopened = (await kit.events(dialogId))[3]?.body?.body;
    expect(reopened).toMatchObject({ $case: 'dialogReopened', value: { reason: 3 } });
  });

  it('after the window the dialog is finalized, once, and the next message starts anew', async () => {
    const anna = contact('c4');
    const { dialogId } = await kit.post(anna, 'Hello');
    await close(dialogId);
    move(24 * HOUR);
    await finalized(dialogId);
    expect(told(await kit.events(dialogId))).toEqual([
      '1 dialog.started',
      '2 message.posted',
      '3 dialog.closed',
      '4 dialog.finalized',
    ]);
    await expect(reopen(dialogId)).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    await expect(kit.post(operator(), 'Too late', { dialogId })).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    expect(await close(dialogId)).toEqual({ seq: 4 });
    const next = await kit.post(anna, 'Something new');
    expect(next.dialogId).not.toBe(dialogId);
    // A tab that still shows the old one loses nothing: its message joins the open one.
    expect((await kit.post(anna, 'In an old tab', { dialogId })).dialogId).toBe(next.dialogId);
  });

  it('tabs at two replicas a second before and after the end of the window agree', async () => {
    const [early, late] = kit.replicas;
    if (!early || !late) throw new TypeError('two replicas are needed');
    for (const order of ['early first', 'late first', 'at once'] as const) {
      const anna = contact(`tabs ${order}`);
      const { dialogId } = await kit.post(anna, 'Hello');
      await close(dialogId);
      early.clock.move(24 * HOUR - 1_000);
      late.clock.move(24 * HOUR + 1_000);
      const tabs = [early, late].map((replica) => () => kit.post(anna, 'Still there?', { dialogId }, replica));
      const posted: { dialogId: string }[] = [];
      if (order === 'late first') tabs.reverse();
      if (order === 'at once') posted.push(...(await Promise.all(tabs.map((tab) => tab()))));
      else for (const tab of tabs) posted.push(await tab());
      expect(new Set(posted.map((answer) => answer.dialogId)).size).toBe(1);
      const { items } = await kit.list({ contactId: anna.id });
      expect(items.filter(({ status }) => status === 1)).toHaveLength(1);
      early.clock.move(-24 * HOUR + 1_000);
      late.clock.move(-24 * HOUR - 1_000);
    }
  });

  it("a site's own window counts, also when it changes", async () => {
    const there = { actor: operator('ivan', OTHER_SITE) };
    const anna = contact('c5', OTHER_SITE);
    const { dialogId } = await kit.post(anna, 'Hello');
    await kit.call('closeDialog', { dialogId }, there);
    await kit.publish(settingRecord(siteSetting(OTHER_SITE, { version: 2, value: { reopenWindowHours: 48 } }), 'test'));
    const { dialogId: marker } = await kit.post(contact('c6', OTHER_SITE), 'Hello');
    await kit.call('closeDialog', { dialogId: marker }, there);
    await until(
      async () => {
        const [document] = await kit.connection
          .collection('dialogs')
          .find({ _id: marker as never })
          .toArray();
        const window = (document?.['nextDueAt'] as Date).getTime() - (document?.['closedAt'] as Date).getTime();
        if (window === 48 * HOUR) return true;
        await kit.call('reopenDialog', { dialogId: marker }, there);
        await kit.call('closeDialog', { dialogId: marker }, there);
        return false;
      },
      { what: 'the new window at work' },
    );
    move(25 * HOUR);
    // Due by the old window, it is looked at and put off.
    await until(
      async () => {
        const [document] = await kit.connection
          .collection('dialogs')
          .find({ _id: dialogId as never })
          .toArray();
        return (document?.['nextDueAt'] as Date).getTime() > Date.now() + 25 * HOUR;
      },
      { what: 'the dialog put off' },
    );
    expect((await kit.dialog(dialogId, operator('ivan', OTHER_SITE))).status).toBe(2);
    move(25 * HOUR);
    await until(async () => (await kit.dialog(dialogId, operator('ivan', OTHER_SITE))).status === 3, {
      what: 'the dialog finalized',
    });
    expect(TOPICS.settings.name).toBe('beseda.settings.v1');
    move(-50 * HOUR);
  });

  it('an operator cannot open a second dialog beside the open one of a thread', async () => {
    const anna = contact('c7');
    const { dialogId } = await kit.post(anna, 'Hello');
    await close(dialogId);
    // The window is over for the contact, the timer has not come by yet.
    await kit.connection.collection('dialogs').updateOne({ _id: dialogId as never }, { $unset: { nextDueAt: '' } });
    move(24 * HOUR);
    const second = await kit.post(anna, 'Anew');
    expect(second.dialogId).not.toBe(dialogId);
    await expect(reopen(dialogId)).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    await expect(kit.post(operator(), 'Hello?', { dialogId })).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    move(-24 * HOUR);
  });

  it('assignment: to an operator of the site, to nobody, only if nobody has it', async () => {
    const { dialogId } = await kit.post(contact('c8'), 'Hello');
    const assign = (operatorId: string, onlyIfUnassigned = false) =>
      kit.call('assign', { dialogId, operatorId, onlyIfUnassigned }, as);
    expect(await assign('vera', true)).toEqual({ assigneeId: 'vera', seq: 3 });
    expect(await assign('oleg', true)).toEqual({ assigneeId: 'vera', seq: 3 });
    expect(await assign('vera')).toEqual({ assigneeId: 'vera', seq: 3 });
    expect(await assign('oleg')).toEqual({ assigneeId: 'oleg', seq: 4 });
    expect(await assign('')).toEqual({ assigneeId: '', seq: 5 });
    await expect(assign('nobody-knows')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    // Made a moment ago: the copy does not know it yet, its owner does.
    kit.admin.put(operatorSetting('new', [SITE]));
    expect(await assign('new')).toEqual({ assigneeId: 'new', seq: 6 });
  });

  it('tags and notes are for operators', async () => {
    const { dialogId } = await kit.post(contact('c9'), 'Hello');
    const tags = await kit.call('setTags', { dialogId, tags: [' VIP', 'vip', 'Refund'] }, as);
    expect(tags).toEqual({ tags: ['VIP', 'Refund'], seq: 3 });
    expect(await kit.call('setTags', { dialogId, tags: ['Refund', 'VIP'] }, as)).toMatchObject({ seq: 3 });
    const note = { dialogId, clientMessageId: sendId(), text: 'Careful' };
    expect(await kit.call('addNote', note, as)).toMatchObject({ seq: 4 });
    expect(await kit.dialog(dialogId)).toMatchObject({ tags: ['VIP', 'Refund'] });
    expect(await kit.dialog(dialogId, contact('c9'))).toMatchObject({ tags: [], seq: 4 });
    const reused = kit.post(operator(), 'Hello', { dialogId, clientMessageId: note.clientMessageId });
    await expect(reused).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
  });

  it('receipts: only ever up, and a receipt of a receipt makes no event', async () => {
    const anna = contact('c10');
    const { dialogId } = await kit.post(anna, 'Hello');
    await kit.post(operator(), 'Good day', { dialogId });
    const receipt = (deliveredSeq: number, readSeq: number) =>
      kit.call('recordReceipt', { dialogId, deliveredSeq, readSeq }, { actor: anna });
    await receipt(3, 0);
    expect(await kit.dialog(dialogId)).toMatchObject({ seq: 5, deliveredSeq: 3, readSeq: 0 });
    await receipt(0, 4);
    await receipt(5, 5);
    await receipt(6, 6);
    await receipt(2, 2);
    expect(await kit.dialog(dialogId, anna)).toMatchObject({ seq: 6, deliveredSeq: 4, readSeq: 4, unread: 0 });
    await expect(kit.call('recordReceipt', { dialogId, deliveredSeq: 1, readSeq: 1 }, as)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    });
  });
});

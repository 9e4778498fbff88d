import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Kit, contact, operator, sendId, told } from './testing/kit.js';

describe('a visitor writes and an operator answers', () => {
  let kit: Kit;
  beforeAll(async () => {
    kit = await Kit.start();
  });
  afterAll(() => kit.stop());

  it('in one dialog, which is assigned by the first answer', async () => {
    const anna = contact('anna');
    const first = await kit.post(anna, 'Hello');
    expect(first.seq).toBe(2);
    const { dialogId } = first;
    const answer = await kit.post(operator(), 'Good day', { dialogId });
    expect(answer).toMatchObject({ dialogId, seq: 3 });
    expect(told(await kit.events(dialogId))).toEqual([
      '1 dialog.started',
      '2 message.posted',
      '3 message.posted',
      '4 dialog.assigned',
    ]);
    expect(await kit.dialog(dialogId)).toMatchObject({
      assigneeId: 'oleg',
      seq: 4,
      unread: 0,
      waitingSince: undefined,
    });
    const next = await kit.post(anna, 'Thanks');
    expect(next).toMatchObject({ dialogId, seq: 5 });
    expect(await kit.dialog(dialogId, operator('vera'))).toMatchObject({ unread: 2 });
    expect(await kit.dialog(dialogId)).toMatchObject({ unread: 1 });
    expect(await kit.dialog(dialogId, anna)).toMatchObject({ unread: 1, assigneeId: '' });
  });

  it('the same send again gets the same answer', async () => {
    const clientMessageId = sendId();
    const first = await kit.post(contact('boris'), 'Hello', { clientMessageId });
    expect(await kit.post(contact('boris'), 'Hello', { clientMessageId })).toEqual(first);
    expect((await kit.events(first.dialogId)).length).toBe(2);
  });

  it('the id of an earlier send with another text, or for another dialog, is refused', async () => {
    const used = { code: 'ALREADY_EXISTS', fields: [{ path: 'clientMessageId', code: 'already_used' }] };
    const clientMessageId = sendId();
    const { dialogId } = await kit.post(contact('clara'), 'Hello', { clientMessageId });
    await expect(kit.post(contact('clara'), 'Something else', { clientMessageId })).rejects.toMatchObject(used);
    const other = await kit.post(contact('dina'), 'Hello');
    const answer = { clientMessageId: sendId() };
    await kit.post(operator(), 'Good day', { dialogId, ...answer });
    const elsewhere = kit.post(operator(), 'Good day', { dialogId: other.dialogId, ...answer });
    await expect(elsewhere).rejects.toMatchObject(used);
    expect((await kit.events(other.dialogId)).length).toBe(2);
  });

  it('a message that named a dialog closed for good keeps its answer when it is sent again', async () => {
    const [who, clientMessageId] = [contact('egor'), sendId()];
    const { dialogId } = await kit.post(who, 'Hello');
    await kit.call('closeDialog', { dialogId }, { actor: operator() });
    kit.first.clock.move(25 * 3_600_000);
    const next = await kit.post(who, 'Again', { dialogId, clientMessageId });
    expect(next.dialogId).not.toBe(dialogId);
    expect(await kit.post(who, 'Again', { dialogId, clientMessageId })).toEqual(next);
  });

  it('one instant decides: a message around the end of the reopen window is never refused', async () => {
    const { clock } = kit.first;
    const now = clock.now.bind(clock);
    const { dialogId } = await kit.post(contact('fedor'), 'Hello');
    await kit.call('closeDialog', { dialogId }, { actor: operator() });
    const { closedAt } = await kit.dialog(dialogId);
    // Every look at the clock is half a second later than the one before; the first is just inside the window.
    let at = (closedAt?.getTime() ?? 0) + 24 * 3_600_000 - 400;
    clock.now = () => new Date((at += 500) - 500);
    try {
      expect((await kit.post(contact('fedor'), 'In time')).seq).toBeGreaterThan(1);
    } finally {
      clock.now = now;
    }
  });
});

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
});

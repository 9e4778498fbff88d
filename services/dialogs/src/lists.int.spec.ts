import { dialogsV1 } from '@beseda/contracts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Kit, OTHER_SITE, contact, operator } from './testing/kit.js';

describe('lists of dialogs', () => {
  let kit: Kit;
  const ids: string[] = [];
  beforeEach(async () => {
    kit = await Kit.start();
    ids.length = 0;
    for (let i = 0; i < 12; i++) ids.push((await kit.post(contact(`c${i}`), `Вопрос номер ${i}`)).dialogId);
    await kit.post(contact('elsewhere', OTHER_SITE), 'Вопрос');
    const as = { actor: operator() };
    await kit.post(operator('oleg'), 'Ответ', { dialogId: id(3) });
    await kit.post(operator('vera'), 'Ответ', { dialogId: id(4) });
    await kit.call('closeDialog', { dialogId: id(4) }, as);
    await kit.call('closeDialog', { dialogId: id(5) }, as);
    await kit.call('setTags', { dialogId: id(6), tags: ['VIP'] }, as);
  });
  afterEach(() => kit.stop());

  const id = (i: number): string => ids[i] ?? '';
  const OPEN = dialogsV1.DialogStatus.DIALOG_STATUS_OPEN;
  const CLOSED = dialogsV1.DialogStatus.DIALOG_STATUS_CLOSED;
  const numbers = (items: dialogsV1.Dialog[]) => items.map((dialog) => ids.indexOf(dialog.id));

  it('newest activity first, of the own site only', async () => {
    const { items, nextCursor } = await kit.list();
    expect(numbers(items)).toEqual([4, 3, 11, 10, 9, 8, 7, 6, 5, 2, 1, 0]);
    expect(nextCursor).toBe('');
    expect((await kit.list({}, operator('ivan', OTHER_SITE))).items).toHaveLength(1);
  });

  it('page by page, without repeats or holes', async () => {
    const seen: number[] = [];
    let cursor = '';
    do {
      const page = await kit.list({}, operator(), cursor, 5);
      seen.push(...numbers(page.items));
      cursor = page.nextCursor;
    } while (cursor !== '');
    expect(seen).toEqual([4, 3, 11, 10, 9, 8, 7, 6, 5, 2, 1, 0]);
    const exact = await kit.list({}, operator(), '', 12);
    expect(exact.nextCursor).toBe('');
  });

  it('refuses a cursor that is none', async () => {
    await expect(kit.list({}, operator(), 'bm90aGluZw')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('by status, assignee, channel, tag, contact and their combinations', async () => {
    const found = async (filter: Partial<dialogsV1.DialogFilter>) => numbers((await kit.list(filter)).items);
    expect(await found({ status: CLOSED })).toEqual([4, 5]);
    expect(await found({ assignee: 'oleg' })).toEqual([3]);
    expect(await found({ assignee: 'vera', status: OPEN })).toEqual([]);
    expect(await found({ assignee: 'vera', status: CLOSED })).toEqual([4]);
    expect(await found({ assignee: 'none', status: CLOSED })).toEqual([5]);
    expect(await found({ tag: 'vip' })).toEqual([6]);
    expect(await found({ tag: 'VIP', status: CLOSED })).toEqual([]);
    expect(await found({ contactId: 'c7' })).toEqual([7]);
    expect(await found({ channel: dialogsV1.Channel.CHANNEL_EMAIL })).toEqual([]);
    expect(await found({ channel: dialogsV1.Channel.CHANNEL_CHAT, status: CLOSED })).toEqual([4, 5]);
  });

  it('by the beginnings of words', async () => {
    const found = async (q: string) => numbers((await kit.list({ q })).items);
    expect(await found('вопр 7')).toEqual([7]);
    expect(await found('ВОПРОС ответ')).toEqual([4, 3]);
    expect(await found('опрос')).toEqual([]);
    expect(await found('вопрос неведомое')).toEqual([]);
    expect(await found('  ')).toHaveLength(12); // no question
    for (const nothing of ['.*', '👍', '???', '+', '\u200b']) expect(await found(nothing)).toEqual([]);
  });

  it('counts, cheaply', async () => {
    const count = (filter: Partial<dialogsV1.DialogFilter>) =>
      kit.call('countDialogs', { filter: dialogsV1.DialogFilter.fromPartial(filter as never) }, { actor: operator() });
    expect(await count({})).toEqual({ all: 12, mine: 1, unassigned: 10 });
    expect(await count({ status: CLOSED })).toEqual({ all: 2, mine: 0, unassigned: 1 });
  });

  it('a dialog in which the contact has not written stays out, except of the contact’s own list', async () => {
    const { dialogId } = await kit.post(contact('quiet'), 'Hello');
    await kit.connection.collection('dialogs').updateOne({ _id: dialogId as never }, { $set: { listed: false } });
    expect((await kit.list()).items.map((dialog) => dialog.id)).not.toContain(dialogId);
    expect((await kit.list({ contactId: 'quiet' })).items).toHaveLength(1);
    expect((await kit.list({}, contact('quiet'))).items).toHaveLength(1);
  });

  it('tells what changed, what is gone, and the first page', async () => {
    const known = { [id(0)]: 2, [id(5)]: 3, [id(1)]: 2, unknown: 5 };
    const ask = () =>
      kit.call(
        'listChanges',
        { filter: dialogsV1.DialogFilter.fromPartial({ status: OPEN }), known, limit: 3 },
        { actor: operator() },
      );
    expect(await ask()).toMatchObject({ changed: [], gone: [id(5), 'unknown'] });
    await kit.post(contact('c0'), 'Ещё');
    const { changed, first } = await ask();
    expect(changed.map((dialog) => [dialog.id, dialog.seq])).toEqual([[id(0), 3]]);
    expect(first?.items[0]?.id).toBe(id(0));
    expect(first?.items).toHaveLength(3);
    expect(first?.nextCursor).not.toBe('');
  });

  it('unread is counted per operator, and answering marks as read', async () => {
    const unread = async (who: string) => (await kit.dialog(id(8), operator(who))).unread;
    await kit.post(contact('c8'), 'Вы здесь?');
    expect(await unread('oleg')).toBe(2);
    await kit.call('markRead', { dialogId: id(8), seq: 2 }, { actor: operator('oleg') });
    expect([await unread('oleg'), await unread('vera')]).toEqual([1, 2]);
    await kit.call('markRead', { dialogId: id(8), seq: 99 }, { actor: operator('oleg') });
    await kit.call('markRead', { dialogId: id(8), seq: 1 }, { actor: operator('oleg') });
    expect(await unread('oleg')).toBe(0);
    await kit.post(contact('c8'), 'Ау');
    expect(await unread('oleg')).toBe(1);
    await kit.post(operator('oleg'), 'Да', { dialogId: id(8) });
    expect([await unread('oleg'), await unread('vera')]).toEqual([0, 3]);
    expect((await kit.list({}, operator('vera'))).items[0]).toMatchObject({ id: id(8), unread: 3 });
  });

  it('a contact lists its own dialogs and cannot ask for what goes on among operators', async () => {
    const mine = await kit.list({ tag: 'anything', assignee: 'oleg', q: 'x', contactId: 'c1' }, contact('c6'));
    expect(numbers(mine.items)).toEqual([6]);
    expect(mine.items[0]).toMatchObject({ tags: [], assigneeId: '', waitingSince: undefined });
  });
});

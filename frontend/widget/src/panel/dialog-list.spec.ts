import { describe, expect, it } from '@jest/globals';
import type { DialogEvent } from '@beseda/realtime';
import type { DialogSummary } from './api.js';
import { DialogList } from './dialog-list.js';

const summary = (id: string, extra: Partial<DialogSummary> = {}): DialogSummary => ({
  id,
  status: 'open',
  unread: 0,
  seq: 1,
  lastMessage: null,
  lastActivityAt: '2026-05-14T10:00:00.000Z',
  readSeq: 0,
  deliveredSeq: 0,
  ...extra,
});

const event = (dialogId: string, seq: number, type: string, payload: object = {}): DialogEvent =>
  ({
    eventId: `${seq}`,
    dialogId,
    seq,
    type,
    occurredAt: `2026-05-14T11:00:0${seq}.000Z`,
    actor: { kind: 'operator', id: 'o' },
    payload,
  }) as unknown as DialogEvent;
const posted = (dialogId: string, seq: number, author: string): DialogEvent =>
  event(dialogId, seq, 'message.posted', { author, text: `t${seq}` });

describe('DialogList', () => {
  it('counts and sorts by events, each once', () => {
    const list = new DialogList();
    list.replace([summary('a'), summary('b')]);
    expect(list.apply(posted('b', 2, 'operator'))).toBe(true);
    list.apply(posted('b', 2, 'operator'));
    list.apply(posted('b', 3, 'contact'));
    expect(list.items.map(({ id, unread, seq }) => [id, unread, seq])).toEqual([
      ['b', 1, 3],
      ['a', 0, 1],
    ]);
    expect(list.get('b')?.lastMessage).toMatchObject({ author: 'contact', text: 't3', seq: 3 });
    list.apply(event('b', 4, 'dialog.read', { upToSeq: 3 }));
    expect(list.get('b')).toMatchObject({ unread: 0, readSeq: 3 });
  });

  it('does not know dialogs it has not read, and keeps what events said over an older reading', () => {
    const list = new DialogList();
    expect(list.apply(posted('new', 1, 'operator'))).toBe(false);
    list.replace([summary('a', { seq: 4 })]);
    list.apply(posted('a', 5, 'operator'));
    list.replace([summary('a', { seq: 4 })]);
    expect(list.get('a')).toMatchObject({ seq: 5, unread: 1 });
    list.replace([summary('a', { seq: 6, unread: 2 })]);
    expect(list.get('a')).toMatchObject({ seq: 6, unread: 2 });
  });

  it('means the newest dialog that can go on', () => {
    const list = new DialogList();
    expect(list.present()).toBeUndefined();
    list.replace([
      summary('done', { status: 'finalized', lastActivityAt: '2026-05-15' }),
      summary('closed', { status: 'closed' }),
    ]);
    expect(list.present()?.id).toBe('closed');
    list.apply(event('closed', 2, 'dialog.finalized'));
    expect(list.present()).toBeUndefined();
    list.replace([summary('closed', { status: 'closed', lastActivityAt: '2026-05-16' }), summary('open')]);
    expect(list.present()?.id).toBe('open');
  });

  it('passes over types it does not know', () => {
    const list = new DialogList();
    list.replace([summary('a')]);
    expect(list.apply(event('a', 2, 'dialog.painted'))).toBe(true);
    expect(list.apply({ dialogId: 'a', seq: 3, type: 'hidden' })).toBe(true);
    expect(list.get('a')?.seq).toBe(3);
  });
});

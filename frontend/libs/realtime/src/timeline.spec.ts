import { describe, expect, it } from '@jest/globals';
import type { DialogEvent } from './events.js';
import type { OutgoingItem } from './send-queue.js';
import { seeded } from './testing/virtual-env.js';
import { DialogTimeline } from './timeline.js';

const at = '2026-05-14T10:00:00.000Z';

function message(
  seq: number,
  extra: { clientMessageId?: string; author?: 'contact' | 'operator'; text?: string } = {},
): DialogEvent {
  const author = extra.author ?? 'operator';
  const { clientMessageId, text = `text ${seq}` } = extra;
  return {
    eventId: `e${seq}`,
    dialogId: 'd',
    seq,
    type: 'message.posted',
    occurredAt: at,
    actor: { kind: author, id: author },
    payload: {
      messageId: `m${seq}`,
      author,
      channel: 'chat',
      sentVia: 'web-console',
      text,
      ...(clientMessageId ? { clientMessageId } : {}),
    },
  };
}

const hidden = (seq: number): DialogEvent => ({ dialogId: 'd', seq, type: 'hidden' });

function read(seq: number, upToSeq: number, type: 'dialog.read' | 'delivery.changed' = 'dialog.read'): DialogEvent {
  const base = { eventId: `e${seq}`, dialogId: 'd', seq, occurredAt: at, actor: { kind: 'contact' as const, id: 'c' } };
  return type === 'dialog.read'
    ? { ...base, type, payload: { upToSeq } }
    : { ...base, type, payload: { state: 'delivered', upToSeq } };
}

function outgoing(clientMessageId: string, state: OutgoingItem['state'] = 'sending'): OutgoingItem {
  return { clientMessageId, slot: 'd', kind: 'message', text: clientMessageId, createdAt: 1_000, state, attempts: 0 };
}

const timeline = (own: 'contact' | 'operator' = 'contact'): DialogTimeline => new DialogTimeline('d', { own });
const shown = (t: DialogTimeline): (string | undefined)[] =>
  t.items().map((item) => (item.kind === 'event' ? item.event.type : item.text));

describe('DialogTimeline', () => {
  it('drops what it knows and keeps what lies beyond a hole until the hole is filled', () => {
    const t = timeline();
    expect(t.apply([message(1)]).hole).toBe(false);
    expect(t.apply([message(3), message(4)])).toEqual({ added: [], hole: true });
    expect(t.headSeq).toBe(1);
    const filled = t.apply([message(1), message(2), message(3)]);
    expect(filled.added.map((event) => event.seq)).toEqual([2, 3, 4]);
    expect(filled.hole).toBe(false);
    expect(shown(t)).toEqual(['text 1', 'text 2', 'text 3', 'text 4']);
  });

  it('ends up the same for every order and any repeats', () => {
    const random = seeded(3);
    for (let round = 0; round < 50; round += 1) {
      const all = Array.from({ length: 30 }, (_, index) => message(index + 1));
      const delivered = [...all, ...all.slice(0, 10)].sort(() => random() - 0.5);
      const t = timeline();
      for (const event of delivered) t.apply([event]);
      expect(t.events).toEqual(all);
      expect(t.hole).toBe(false);
    }
  });

  it('ignores events of other dialogs', () => {
    const t = timeline();
    t.apply([{ ...message(1), dialogId: 'x' }]);
    expect(t.headSeq).toBe(0);
    expect(t.hole).toBe(false);
  });

  it('begins with a page anywhere and takes older pages before it', () => {
    const t = timeline();
    t.apply([message(12)]);
    t.load([message(9), message(10), message(11)]);
    expect([t.firstSeq, t.headSeq, t.hasOlder]).toEqual([9, 12, true]);
    expect(t.prepend([message(6), message(7), message(8), message(9)])).toBe(3);
    expect(t.prepend([message(2), message(3)])).toBe(0);
    expect(t.prepend([message(1), message(2), message(3), message(4), message(5)])).toBe(5);
    expect(t.events.map((event) => event.seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(t.hasOlder).toBe(false);
  });

  it('counts hidden and unknown events in the numbering', () => {
    const t = timeline();
    const unknown = { ...message(3), type: 'dialog.painted', payload: {} } as unknown as DialogEvent;
    t.apply([message(1), hidden(2), unknown, message(4)]);
    expect(t.headSeq).toBe(4);
    expect(shown(t).filter((text) => text?.startsWith('text'))).toEqual(['text 1', 'text 4']);
  });

  it('knows that something is missing when the server names a higher head', () => {
    const t = timeline();
    t.apply([message(1)]);
    expect(t.noteHead(1)).toBe(false);
    expect(t.noteHead(3)).toBe(true);
    expect(t.apply([message(2), message(3)]).hole).toBe(false);
  });

  it('shows the watermarks of the contact on messages of the team only', () => {
    const t = timeline('operator');
    t.apply([
      message(1),
      message(2, { author: 'contact' }),
      message(3),
      message(4),
      read(5, 3, 'delivery.changed'),
      read(6, 1),
    ]);
    const states = t.items().map((item) => (item.kind === 'message' ? item.state : ''));
    expect(states).toEqual(['read', 'sent', 'delivered', 'sent']);
    t.setWatermarks({ readSeq: 4, deliveredSeq: 2 });
    expect(t.items().map((item) => (item.kind === 'message' ? item.state : ''))).toEqual([
      'read',
      'sent',
      'read',
      'read',
    ]);
  });

  it('replaces an optimistic message by its event under the same key, whichever comes first', () => {
    const t = timeline();
    t.setOutgoing([outgoing('a'), outgoing('b', 'queued')]);
    const keys = t.items().map((item) => item.key);
    t.apply([message(1, { author: 'contact', clientMessageId: 'a', text: 'a' })]);
    expect(t.items().map((item) => item.key)).toEqual(keys);
    t.confirm(outgoing('a'), { messageId: 'm1', seq: 1 });
    t.setOutgoing([outgoing('b')]);
    expect(t.items().map((item) => [item.key, item.seq])).toEqual([
      ['a', 1],
      ['b', null],
    ]);
    t.confirm(outgoing('b'), { messageId: 'm3', seq: 3 });
    t.setOutgoing([]);
    expect(t.hole).toBe(true);
    expect(t.items().map((item) => [item.key, item.seq, item.kind === 'message' ? item.state : ''])).toEqual([
      ['a', 1, 'sent'],
      ['b', 3, 'sent'],
    ]);
    t.apply([message(2), message(3, { author: 'contact', clientMessageId: 'b', text: 'b' })]);
    expect(shown(t)).toEqual(['a', 'text 2', 'b']);
    expect(t.items()[2]?.key).toBe('b');
  });

  it('keeps the same view until something changes and tells when it does', () => {
    let changes = 0;
    const t = new DialogTimeline('d', { own: 'contact', onChange: () => (changes += 1) });
    t.apply([message(1)]);
    const view = t.items();
    t.apply([message(1)]);
    expect(t.items()).toBe(view);
    expect(changes).toBe(1);
  });
});

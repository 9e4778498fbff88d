import { DialogTimeline } from '@beseda/realtime';
import { describe, expect, it } from '@jest/globals';
import { event, message } from '../testing/data.js';
import { buildBlocks, unreadMark, type Block } from './blocks.js';

const timeline = (...events: ReturnType<typeof event>[]): DialogTimeline => {
  const t = new DialogTimeline('d1', { own: 'operator' });
  t.load(events);
  return t;
};
const shape = (blocks: readonly Block[]): string[] =>
  blocks.map((block) => {
    if (block.kind === 'group') return `${block.author}:${block.messages.map((m) => m.text).join('|')}`;
    if (block.kind === 'events') return `events:${block.events.length}`;
    return block.kind === 'unread' ? `unread:${block.count}` : block.kind;
  });

describe('buildBlocks', () => {
  it('groups by author, channel and five minutes', () => {
    const t = timeline(
      message(1, 'a', { minute: 0 }),
      message(2, 'b', { minute: 4 }),
      message(3, 'c', { minute: 10 }),
      message(4, 'd', { minute: 11, channel: 'email' }),
      message(5, 'e', { minute: 12, actor: 'op1' }),
      message(6, 'f', { minute: 12, actor: 'op2' }),
    );
    expect(shape(buildBlocks(t.items(), null, 'op1'))).toEqual([
      'day',
      'contact:a|b',
      'contact:c',
      'contact:d',
      'operator:e',
      'operator:f',
    ]);
  });

  it('folds events in a row and separates days', () => {
    const t = timeline(
      event(1, 'dialog.started', { channel: 'chat', contactId: 'c1', externalThread: 'c1' }),
      event(2, 'dialog.assigned', { operatorId: 'op1', reason: 'manual' }),
      message(3, 'a'),
      event(4, 'dialog.closed', { reason: 'manual' }, { minute: 3 * 24 * 60 }),
    );
    expect(shape(buildBlocks(t.items(), null, 'op1'))).toEqual(['day', 'events:2', 'contact:a', 'day', 'events:1']);
  });

  it('puts what is on its way into the group of own messages', () => {
    const t = timeline(message(1, 'a', { actor: 'op1', minute: 0 }));
    t.setOutgoing([
      {
        clientMessageId: 'x'.repeat(8),
        slot: 'd1',
        kind: 'message',
        text: 'b',
        createdAt: Date.parse('2026-05-22T09:02:00Z'),
        state: 'queued',
        attempts: 0,
      },
    ]);
    expect(shape(buildBlocks(t.items(), null, 'op1'))).toEqual(['day', 'operator:a|b']);
    expect(shape(buildBlocks(t.items(), null, 'op2'))).toEqual(['day', 'operator:a', 'operator:b']);
  });

  it('keeps keys while older events are put before', () => {
    const t = new DialogTimeline('d1', { own: 'operator' });
    t.load([message(5, 'e', { minute: 50 }), message(6, 'f', { minute: 51, actor: 'op1' })]);
    const before = buildBlocks(t.items(), null, 'op1').map((block) => block.key);
    t.prepend([message(3, 'c', { minute: 1 }), message(4, 'd', { minute: 30, actor: 'op1' })]);
    const after = buildBlocks(t.items(), null, 'op1').map((block) => block.key);
    expect(after.filter((key) => before.includes(key))).toEqual(before);
  });

  it('draws the unread line once, above the oldest unread message of the contact', () => {
    const t = timeline(message(1, 'a'), message(2, 'b', { actor: 'op1' }), message(3, 'c'), message(4, 'd'));
    const mark = unreadMark(t.items(), 2);
    expect(mark).toEqual({ seq: 3, count: 2 });
    expect(shape(buildBlocks(t.items(), mark, 'op1'))).toEqual([
      'day',
      'contact:a',
      'operator:b',
      'unread:2',
      'contact:c|d',
    ]);
    expect(unreadMark(t.items(), 0)).toBeNull();
  });
});

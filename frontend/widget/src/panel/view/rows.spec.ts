import { describe, expect, it } from '@jest/globals';
import { DialogTimeline, type DialogEvent, type EventPayloads, type EventType } from '@beseda/realtime';
import { placeAfter, toRows, type Row } from './rows.js';

/** Builds a dialog from short descriptions and shows its rows in one word each. */
class Story {
  readonly #events: DialogEvent[] = [];
  #at = new Date(2026, 4, 14, 23, 50).getTime();

  after(minutes: number): this {
    this.#at += minutes * 60_000;
    return this;
  }

  event<T extends EventType>(type: T, payload: EventPayloads[T], actorId = 'x'): this {
    const seq = this.#events.length + 1;
    const actor = { kind: 'operator', id: actorId };
    this.#events.push({
      eventId: `e${seq}`,
      dialogId: 'd',
      seq,
      type,
      occurredAt: new Date(this.#at).toISOString(),
      actor,
      payload,
    } as unknown as DialogEvent);
    return this;
  }

  says(who: 'contact' | 'a' | 'b', text: string): this {
    const author = who === 'contact' ? 'contact' : 'operator';
    return this.event(
      'message.posted',
      { messageId: text, author, channel: 'chat', sentVia: 'web-console', text },
      who,
    );
  }

  built(): readonly Row[] {
    const timeline = new DialogTimeline('d', { own: 'contact' });
    timeline.apply(this.#events);
    return toRows(timeline.items());
  }

  rows(): string[] {
    return this.built().map((row) => {
      if (row.row === 'day') return 'day';
      if (row.row === 'event') return row.item.event.type;
      return `${row.item.text}${row.first ? ' first' : ''}${row.last ? ' last' : ''}`;
    });
  }
}

describe('rows', () => {
  it('keeps what is on its way at the end, also when this device’s clock is days behind', () => {
    const timeline = new DialogTimeline('d', { own: 'contact' });
    const actor = { kind: 'operator' as const, id: 'a' };
    const payload = { messageId: 'm', author: 'operator' as const, channel: 'chat', sentVia: 'web-console', text: '1' };
    timeline.apply([
      {
        eventId: 'e',
        dialogId: 'd',
        seq: 1,
        type: 'message.posted',
        occurredAt: '2026-05-14T10:00:00.000Z',
        actor,
        payload,
      },
    ]);
    const createdAt = Date.parse('2026-05-10T10:00:00.000Z');
    timeline.setOutgoing([
      { clientMessageId: 'c', slot: 'd', kind: 'message', text: '2', createdAt, state: 'sending', attempts: 0 },
    ]);
    expect(toRows(timeline.items()).map((row) => row.row)).toEqual(['day', 'message', 'message']);
  });

  it('joins what one person writes within five minutes', () => {
    const rows = new Story()
      .says('contact', '1')
      .after(1)
      .says('contact', '2')
      .says('a', '3')
      .says('b', '4')
      .after(6)
      .says('b', '5')
      .rows();
    expect(rows).toEqual(['day', '1 first', '2 last', '3 first last', '4 first last', '5 first last']);
  });

  it('separates days and begins a new group after the separator', () => {
    expect(new Story().says('a', '1').after(15).says('a', '2').rows()).toEqual([
      'day',
      '1 first last',
      'day',
      '2 first last',
    ]);
  });

  it('tells of closing and finishing, not of what only operators do', () => {
    const story = new Story()
      .event('dialog.started', { channel: 'chat', contactId: 'c', externalThread: 'c' })
      .says('contact', '1')
      .event('dialog.assigned', { operatorId: 'a', reason: 'manual' })
      .event('dialog.closed', { reason: 'manual' })
      .event('dialog.reopened', { reason: 'contact-wrote' })
      .says('contact', '2')
      .event('dialog.closed', { reason: 'manual' })
      .event('dialog.finalized', { reason: 'reopen-window' });
    expect(story.rows()).toEqual(['day', '1 first last', 'dialog.closed', '2 first last', 'dialog.finalized']);
  });

  it('find the place after a message: before the first later one and the day above it', () => {
    const rows = new Story()
      .says('contact', '1')
      .event('dialog.assigned', { operatorId: 'a', reason: 'manual' })
      .after(30)
      .says('a', '2')
      .says('contact', '3')
      .built();
    expect(rows.map((row) => row.row)).toEqual(['day', 'message', 'day', 'message', 'message']);
    expect([0, 1, 2, 3, 4, 9].map((seq) => placeAfter(rows, seq))).toEqual([0, 2, 2, 4, 5, 5]);
    expect(placeAfter([], 0)).toBe(0);
  });
});

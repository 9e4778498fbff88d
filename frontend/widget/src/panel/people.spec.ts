import { describe, expect, it } from '@jest/globals';
import type { DialogEvent } from '@beseda/realtime';
import { People } from './people.js';

const event = (name: string, avatarUrl: string | null): DialogEvent => ({
  eventId: 'e',
  dialogId: 'd',
  seq: 1,
  type: 'message.posted',
  occurredAt: '',
  actor: { kind: 'operator', id: 'o', name, avatarUrl },
  payload: { messageId: 'm', author: 'operator', channel: 'chat', sentVia: 'web-console', text: '' },
});

function setUp(stored?: string) {
  const kept: (string | null)[] = [];
  return { people: new People(stored, (value) => kept.push(value)), kept };
}

describe('people', () => {
  it('are known from events and better from the settings', () => {
    const { people } = setUp();
    people.learn(event('Марина', '/a'));
    expect(people.find('o', [])).toEqual({ id: 'o', name: 'Марина', avatarUrl: '/a' });
    const present = { id: 'o', name: 'Марина Л.', avatarUrl: '/b' };
    expect(people.find('o', [present])).toEqual(present);
    expect(people.find('other', [present])).toBeNull();
    expect(people.find(undefined, [])).toBeNull();
  });

  it('are remembered on the next page, stored once per change', () => {
    const { people, kept } = setUp();
    const marina = { id: 'o', name: 'Марина', avatarUrl: '/a' };
    people.talked(marina);
    people.talked({ ...marina });
    people.talked({ ...marina, name: 'Марина Л.' });
    expect(kept).toHaveLength(2);
    expect(setUp(kept[1] ?? '').people.last([])).toEqual({ ...marina, name: 'Марина Л.' });
    people.forget();
    expect([people.last([]), kept.at(-1)]).toEqual([null, null]);
  });

  it('survive what somebody else stored there', () => {
    for (const stored of ['', '{', '7', 'null', '{"id":5}', '[]']) expect(setUp(stored).people.last([])).toBeNull();
  });
});

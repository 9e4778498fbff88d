import { convertToParamMap } from '@angular/router';
import { describe, expect, it } from '@jest/globals';
import { cutMiddle, initials, shortCode, tintOf } from '../ui/people.js';
import { event, message, summary } from '../testing/data.js';
import { DEFAULT_FILTER, filterOf, paramsOf, requestOf } from './filter.js';
import { linkParts } from './links.js';
import { applyEvent } from './summary.js';

describe('filter', () => {
  it('goes through the URL and back', () => {
    const filter = {
      view: 'mine',
      status: 'all',
      channel: 'email',
      tag: 'VIP',
      assignee: null,
      q: 'ботинки 42',
    } as const;
    expect(filterOf(convertToParamMap(paramsOf(filter)))).toEqual(filter);
    expect(paramsOf(DEFAULT_FILTER)).toEqual({
      view: null,
      status: null,
      channel: null,
      tag: null,
      assignee: null,
      q: null,
    });
  });

  it('takes unknown values for absent', () => {
    expect(filterOf(convertToParamMap({ view: 'evil', status: '%', channel: '' }))).toEqual(DEFAULT_FILTER);
  });

  it('says to the server only what it narrows', () => {
    expect(requestOf(DEFAULT_FILTER)).toEqual({ status: 'open' });
    expect(
      requestOf({ view: 'unassigned', status: 'all', channel: 'vk', tag: null, assignee: null, q: '  a ' }),
    ).toEqual({
      assignee: 'none',
      channel: 'vk',
      q: 'a',
    });
    expect(requestOf({ ...DEFAULT_FILTER, view: 'mine', assignee: 'op-2' })).toEqual({
      status: 'open',
      assignee: 'op-2',
    });
  });
});

describe('applyEvent', () => {
  const start = summary({ seq: 1, status: 'open' });

  it('keeps waiting since the oldest unanswered message', () => {
    const first = applyEvent(start, message(2, 'a', { minute: 2 }));
    const second = applyEvent(first, message(3, 'b', { minute: 3 }));
    expect(second.waitingSince).toBe('2026-05-22T09:02:00.000Z');
    const answered = applyEvent(second, message(4, 'c', { actor: 'op1' }));
    expect([answered.waitingSince, answered.lastMessage?.text, answered.lastMessage?.operatorId]).toEqual([
      null,
      'c',
      'op1',
    ]);
  });

  it('follows assignment, closing, reopening and tags', () => {
    const assigned = applyEvent(start, event(2, 'dialog.assigned', { operatorId: 'op2', reason: 'manual' }));
    const closed = applyEvent(assigned, event(3, 'dialog.closed', { reason: 'manual' }));
    expect([assigned.assigneeId, closed.status, closed.closedAt !== null]).toEqual(['op2', 'closed', true]);
    const open = applyEvent(closed, event(4, 'dialog.reopened', { reason: 'contact-wrote' }));
    expect([open.status, open.closedAt]).toEqual(['open', null]);
    expect(applyEvent(open, event(5, 'dialog.tagged', { tags: ['a'] })).tags).toEqual(['a']);
    expect(
      applyEvent(open, event(5, 'dialog.unassigned', { previousOperatorId: 'op2', reason: 'manual' })).assigneeId,
    ).toBeNull();
  });

  it('ignores what it knows and other dialogs', () => {
    expect(applyEvent(start, message(1, 'old'))).toBe(start);
    expect(applyEvent(start, message(9, 'other', { dialogId: 'd2' }))).toBe(start);
  });

  it('raises watermarks only', () => {
    const read = applyEvent(summary({ readSeq: 7 }), event(8, 'dialog.read', { upToSeq: 5 }));
    expect(read.readSeq).toBe(7);
  });
});

describe('linkParts', () => {
  it('finds addresses without their closing punctuation', () => {
    expect(linkParts('См. https://a.example/x?b=1, (https://b.example/y_(z)) и всё.')).toEqual([
      { text: 'См. ' },
      { text: 'https://a.example/x?b=1', href: 'https://a.example/x?b=1' },
      { text: ', (' },
      { text: 'https://b.example/y_(z)', href: 'https://b.example/y_(z)' },
      { text: ') и всё.' },
    ]);
  });

  it('never makes a link of another scheme', () => {
    expect(linkParts('javascript:alert(1) data:text/html,x').some((part) => part.href)).toBe(false);
  });
});

describe('people', () => {
  it('has initials of names, companies and nothing', () => {
    expect(
      ['Ксения Дорохова', 'ООО «Высокогорснабэкспедиция»', 'Аркадий', ' ', 'anna maria lopez'].map(initials),
    ).toEqual(['КД', 'В', 'А', '', 'AM']);
  });

  it('calls a nameless visitor by the end of the id', () => {
    expect(shortCode('0198f1c2-77aa-7000-9000-00000000-7c4f')).toBe('7C4F');
  });

  it('always gives the same of six tints', () => {
    const tints = new Set(Array.from({ length: 200 }, (_, i) => tintOf(`id-${i}`)));
    expect([...tints].sort()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(tintOf('x')).toBe(tintOf('x'));
  });

  it('cuts file names in the middle', () => {
    expect(cutMiddle('Заявление_на_обмен_48213.pdf', 20)).toBe('Заявление…_48213.pdf');
    expect(cutMiddle('a.pdf')).toBe('a.pdf');
  });
});

import { describe, expect, it } from '@jest/globals';
import {
  type Audience,
  type Librarian,
  type SavedReplyContent,
  assertMayManage,
  inOrder,
  mayManage,
  mayUse,
  reordered,
  savedReplyErrors,
  shownReply,
  unknownPlaceholders,
} from './saved-reply.js';

const reply = (change: Partial<SavedReplyContent> = {}): SavedReplyContent => ({
  ...{ title: 'Hello', text: 'Hello!', folder: '', audience: { kind: 'everyone' }, files: [] },
  ...change,
});

describe('placeholders', () => {
  it('that are known, with or without a default, and braces around anything else, are fine', () => {
    const text =
      '{contact.name} {contact.email|} {contact.phone|no phone} {operator.name|мы} {site.name} {} { color: red } {"a": 1} {{';
    expect(unknownPlaceholders(text)).toEqual([]);
  });

  it('that are not known are named, once each', () => {
    const text = '{contact.nmae}, {name|friend} {Contact.name} { contact.name } {contact.nmae} {имя}';
    expect(unknownPlaceholders(text)).toEqual([
      '{contact.nmae}',
      '{name|friend}',
      '{Contact.name}',
      '{ contact.name }',
      '{имя}',
    ]);
  });
});

describe('a saved reply', () => {
  it('is checked field by field', () => {
    const wrong = reply({
      ...{ title: '', text: `{nobody}${'x'.repeat(10_000)}`, folder: 'f'.repeat(61) },
      files: Array.from({ length: 11 }, (_, i) => ({ id: `${i}`, name: 'a', type: 'b', size: 1 })),
    });
    expect(savedReplyErrors(wrong).map(({ path, code }) => `${path} ${code}`)).toEqual([
      'title required',
      'text too_long',
      'text unknown_placeholder',
      'folder too_long',
      'files too_many',
    ]);
    expect(savedReplyErrors(wrong)[2]?.message).toContain('{nobody}');
    expect(savedReplyErrors(reply({ title: '😀'.repeat(100), text: '😀'.repeat(10_000) }))).toEqual([]);
    expect(savedReplyErrors(reply({ title: 'x'.repeat(101), text: ' ' })).map(({ code }) => code)).toEqual([
      'too_long',
      'required',
    ]);
  });

  it('may be only files', () => {
    expect(
      savedReplyErrors(reply({ text: '', files: [{ id: '1', name: 'a.pdf', type: 'application/pdf', size: 1 }] })),
    ).toEqual([]);
  });

  it('of a person leaves nothing of itself in a log', () => {
    const own = { ...reply({ text: 'private words', audience: { kind: 'personal', operatorId: 'o' } }), version: 2 };
    expect(JSON.stringify(shownReply(own))).toBe('{"audience":{"kind":"personal"},"version":2}');
  });
});

describe('who may do what', () => {
  const operator: Librarian = { operatorId: 'olga', manages: false, teamIds: ['sales'] };
  const admin: Librarian = { operatorId: 'anna', manages: true, teamIds: [] };
  const everyone: Audience = { kind: 'everyone' };
  const team = (teamId: string): Audience => ({ kind: 'team', teamId });
  const personal = (operatorId: string): Audience => ({ kind: 'personal', operatorId });

  it.each<[string, Librarian, Audience, boolean, boolean]>([
    ['operator, everyone', operator, everyone, true, false],
    ['operator, own team', operator, team('sales'), true, false],
    ['operator, another team', operator, team('support'), false, false],
    ['operator, own', operator, personal('olga'), true, true],
    ['operator, another’s', operator, personal('anna'), false, false],
    ['admin, everyone', admin, everyone, true, true],
    ['admin, a team not his', admin, team('sales'), false, true],
    ['admin, own', admin, personal('anna'), true, true],
    ['admin, another’s', admin, personal('olga'), false, false],
  ])('%s', (_, who, audience, uses, manages) => {
    expect(mayUse(who, audience)).toBe(uses);
    expect(mayManage(who, audience)).toBe(manages);
    const assert = (): void => assertMayManage(who, audience);
    if (manages) expect(assert).not.toThrow();
    else expect(assert).toThrow('PERMISSION_DENIED');
  });
});

describe('order', () => {
  const ids = (...list: string[]) => list.map((id) => ({ id }));

  it('is as somebody put it, then as they were made', () => {
    expect(inOrder(ids('4', '2', '3', '1'), ['3', '9', '1'])).toEqual(ids('3', '1', '2', '4'));
  });

  it('forgets what is gone and places each once', () => {
    expect(reordered(['1', '2', '3', '4'], ['3', '1', '3'], new Set(['1', '3', '4']))).toEqual(['4', '3', '1']);
  });
});

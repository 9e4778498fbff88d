import { describe, expect, it } from '@jest/globals';
import { type SavedReply } from './model.js';
import { firstLine, grouped, matching, slashAt, slashQuery } from './picking.js';
import { fill, fillParts, firstHole, holesOf, unknownPlaceholders } from './placeholders.js';

const reply = (id: string, folder: string, title: string, text = ''): SavedReply => ({
  id,
  version: 1,
  title,
  text,
  folder,
  audience: { kind: 'everyone' },
  files: [],
});

describe('placeholders', () => {
  it('take the value, else the default, else stand as they are written', () => {
    const text = '{contact.name|друг}, {contact.email}, {operator.name} из {site.name|магазина}';
    expect(fill(text, { 'contact.name': ' Ксения ', 'operator.name': 'Марина', 'site.name': '' })).toBe(
      'Ксения, {contact.email}, Марина из магазина',
    );
    expect(fillParts('а {contact.phone|} б', { 'contact.phone': null })).toEqual([
      { text: 'а ' },
      { text: '{contact.phone|}', hole: true },
      { text: ' б' },
    ]);
  });

  it('never take braces of a value for a placeholder', () => {
    expect(fill('{contact.name}', { 'contact.name': '{contact.email}', 'contact.email': 'x@y.z' })).toBe(
      '{contact.email}',
    );
  });

  it('are found where they still stand', () => {
    expect(firstHole('a {b} {site.name|x}!')).toEqual({ text: '{site.name|x}', start: 6 });
    expect(firstHole('{}{ a }{contact.names}')).toBeNull();
    expect(holesOf('{site.name} {site.name} {contact.name}')).toEqual(['{site.name}', '{contact.name}']);
  });

  it('that nobody knows are named, other braces are not', () => {
    expect(unknownPlaceholders('{client.name} { contact.name } {contact.name|a b} {"a": 1} {}')).toEqual([
      '{client.name}',
      '{ contact.name }',
    ]);
  });
});

describe('looking for a saved reply', () => {
  const all = [reply('1', 'Б', 'Один', 'ёлка'), reply('2', '', 'Два'), reply('3', 'А', 'Три'), reply('4', 'Б', 'Пять')];

  it('groups by folder, those without first, and keeps the order inside', () => {
    expect(grouped(all).map((group) => [group.folder, group.items.map((one) => one.id)])).toEqual([
      ['', ['2']],
      ['А', ['3']],
      ['Б', ['1', '4']],
    ]);
  });

  it('finds every word in the title, the folder or the text, ё as е', () => {
    expect(matching(all, ' б ЕЛК ').map((one) => one.id)).toEqual(['1']);
    expect(matching(all, 'нет')).toEqual([]);
    expect(matching(all, ' ')).toBe(all);
  });

  it('begins at a slash that begins the text or follows a space', () => {
    expect(slashAt('/', 1)).toEqual({ start: 0, end: 1, query: '' });
    expect(slashAt('да\n/', 4)?.start).toBe(3);
    expect([slashAt('и/', 2), slashAt('https:/', 7), slashAt('', 0)]).toEqual([null, null, null]);
  });

  it('goes on while the caret is behind its slash in the same line', () => {
    expect(slashQuery('a /об мен', 9, 2)).toEqual({ start: 2, end: 9, query: 'об мен' });
    expect([slashQuery('a /о\n', 5, 2), slashQuery('a /', 2, 2), slashQuery('a', 1, 2)]).toEqual([null, null, null]);
  });

  it('hints by the first line with words', () => {
    expect([firstLine('\n  \n a b \nc'), firstLine('')]).toEqual(['a b', '']);
  });
});

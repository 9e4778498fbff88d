import { describe, expect, it } from '@jest/globals';
import { EN } from './en.js';
import { formatMessage } from './icu.js';
import { RU } from './ru.js';

const names = (message: string): string[] =>
  [...message.matchAll(/\{\s*(\w+)\s*[,}]/g)]
    .map((match) => match[1] ?? '')
    .filter((name, at, all) => all.indexOf(name) === at);

describe('catalogues', () => {
  it('have the same keys in both languages', () => {
    expect(Object.keys(EN).sort()).toEqual(Object.keys(RU).sort());
  });

  it('have no empty texts and the same placeholders', () => {
    for (const [key, ru] of Object.entries(RU)) {
      const en = EN[key as keyof typeof RU];
      expect({ key, empty: ru.trim() === '' || en.trim() === '' }).toEqual({ key, empty: false });
      expect({
        key,
        names: names(en)
          .filter((n) => /^[a-z]/.test(n))
          .sort(),
      }).toEqual({
        key,
        names: names(ru)
          .filter((n) => /^[a-z]/.test(n))
          .sort(),
      });
    }
  });

  it('format in both languages', () => {
    for (const message of Object.values(RU)) expect(() => formatMessage(message, { n: 2 }, 'ru')).not.toThrow();
    for (const message of Object.values(EN)) expect(() => formatMessage(message, { n: 2 }, 'en')).not.toThrow();
  });

  it('keep short Russian words with the next one and never use the short dash', () => {
    for (const [key, ru] of Object.entries(RU)) {
      expect({ key, loose: / (в|к|с|и|на|не|до|за|из|от|по) /.test(ru) || ru.includes('–') }).toEqual({
        key,
        loose: false,
      });
    }
  });
});

describe('formatMessage', () => {
  it('chooses Russian plural forms', () => {
    const said = [1, 2, 5, 11, 21, 22, 25, 111].map((n) => formatMessage(RU['list.count'], { n }, 'ru'));
    expect(said).toEqual([
      '1 диалог',
      '2 диалога',
      '5 диалогов',
      '11 диалогов',
      '21 диалог',
      '22 диалога',
      '25 диалогов',
      '111 диалогов',
    ]);
  });

  it('chooses English plural forms', () => {
    expect([1, 2].map((n) => formatMessage(EN['list.count'], { n }, 'en'))).toEqual(['1 dialog', '2 dialogs']);
  });

  it('fills placeholders, nests and writes numbers in the language', () => {
    expect(formatMessage('{a}, {n, plural, =0 {нет} other {# из {all}}}', { a: 'x', n: 12_490, all: 3 }, 'ru')).toBe(
      'x, 12\u00a0490 из 3',
    );
    expect(formatMessage('{a}, {n, plural, =0 {нет} other {#}}', { a: 'x', n: 0 }, 'ru')).toBe('x, нет');
  });

  it('refuses what it does not know', () => {
    expect(() => formatMessage('{n, selectordinal, other {#}}', {}, 'en')).toThrow(/placeholder/);
    expect(() => formatMessage('{n, plural, one {#}}', {}, 'en')).toThrow(/plural/);
  });
});

import { describe, expect, it } from '@jest/globals';
import { EN } from './en.js';
import { formatMessage } from './icu.js';
import { PART_NAMES, partTexts } from './parts.js';
import { RU } from './ru.js';

/** The first load and every part, in both languages. */
const catalogues = [
  { name: 'first load', ru: RU as Readonly<Record<string, string>>, en: EN as Readonly<Record<string, string>> },
  ...(await Promise.all(
    PART_NAMES.map(async (name) => ({ name, ru: await partTexts(name, 'ru'), en: await partTexts(name, 'en') })),
  )),
];

const names = (message: string): string[] =>
  [...message.matchAll(/\{\s*(\w+)\s*[,}]/g)]
    .map((match) => match[1] ?? '')
    .filter((name, at, all) => all.indexOf(name) === at);

describe.each(catalogues)('catalogue: $name', ({ ru: russian, en: english }) => {
  it('has the same keys in both languages', () => {
    expect(Object.keys(english).sort()).toEqual(Object.keys(russian).sort());
  });

  it('has no empty texts and the same placeholders', () => {
    const small = (message: string): string[] =>
      names(message)
        .filter((n) => /^[a-z]/.test(n))
        .sort();
    for (const [key, ru] of Object.entries(russian)) {
      const en = english[key] ?? '';
      expect({ key, empty: ru.trim() === '' || en.trim() === '' }).toEqual({ key, empty: false });
      expect({ key, names: small(en) }).toEqual({ key, names: small(ru) });
    }
  });

  it('formats in both languages', () => {
    for (const message of Object.values(russian)) expect(() => formatMessage(message, { n: 2 }, 'ru')).not.toThrow();
    for (const message of Object.values(english)) expect(() => formatMessage(message, { n: 2 }, 'en')).not.toThrow();
  });

  it('keeps short Russian words with the next one and never uses the short dash', () => {
    for (const [key, ru] of Object.entries(russian)) {
      expect({ key, loose: / (в|к|с|и|на|не|до|за|из|от|по) /.test(ru) || ru.includes('–') }).toEqual({
        key,
        loose: false,
      });
    }
  });
});

it('no key is in two catalogues', () => {
  const all = catalogues.flatMap((one) => Object.keys(one.ru));
  expect(all.filter((key, at) => all.indexOf(key) !== at)).toEqual([]);
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

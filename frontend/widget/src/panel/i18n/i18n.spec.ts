import { describe, expect, it } from '@jest/globals';
import { en } from './en.js';
import { chooseLanguage, createTexts } from './index.js';
import { ru } from './ru.js';

const placeholders = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();

describe('texts', () => {
  it('have the same keys and placeholders in both languages, none empty', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(ru).sort());
    for (const [key, text] of Object.entries(ru)) {
      const other = en[key as keyof typeof ru];
      expect([key, placeholders(other)]).toEqual([key, placeholders(text)]);
      expect(text.trim() && other.trim()).not.toBe('');
    }
  });

  it('follow the site, then the page, then the browser, and the site again for languages nobody speaks', () => {
    expect(chooseLanguage('en', 'ru', 'ru', 'ru')).toBe('en');
    expect(chooseLanguage('auto', 'en', 'ru-RU', 'en')).toBe('ru');
    expect(chooseLanguage('auto', 'ru', 'EN', 'ru')).toBe('en');
    expect(chooseLanguage('auto', 'en', '', 'ru')).toBe('ru');
    expect(chooseLanguage('auto', 'en', 'rundi', 'ru')).toBe('en');
    expect(chooseLanguage('auto', 'ru', 'de', 'en')).toBe('ru');
    expect(chooseLanguage('auto', 'en', '', 'uk')).toBe('en');
  });

  it('write days, sizes and limits', () => {
    const texts = createTexts('ru', ru);
    const now = new Date(2026, 4, 15, 0, 30).getTime();
    const at = (...parts: [number, number, number, number]): string => new Date(...parts).toISOString();
    expect(texts.day(at(2026, 4, 15, 0), now)).toBe('Сегодня');
    expect(texts.day(at(2026, 4, 14, 23), now)).toBe('Вчера');
    expect(texts.day(at(2026, 4, 13, 23), now)).toBe('13 мая');
    expect(texts.day(at(2024, 9, 12, 12), now)).toMatch(/^12 окт\. 2024/);
    expect(texts.time(at(2026, 4, 15, 9))).toBe('09:00');
    const plain = (text: string): string => text.replaceAll('\u00a0', ' ');
    expect([0, 1023, 412 * 1024, 2_097_152, 2_621_440].map((bytes) => plain(texts.size(bytes)))).toEqual([
      '0 Б',
      '1023 Б',
      '412 КБ',
      '2 МБ',
      '2,5 МБ',
    ]);
    expect(plain(texts.exactSize(2_097_152))).toBe('2 МБ (2 097 152 байт)');
    expect(plain(createTexts('en', en).exactSize(2_097_152))).toBe('2 MB (2,097,152 bytes)');
  });
});

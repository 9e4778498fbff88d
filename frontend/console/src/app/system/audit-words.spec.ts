import { beforeEach, describe, expect, it } from '@jest/globals';
import { type I18n } from '../i18n/i18n.js';
import { setUp } from '../testing/setup.js';
import { actionWord, pathWord, subjectWord, valueWord } from './audit-words.js';

describe('words of the log', () => {
  let t: I18n['t'];
  const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

  beforeEach(async () => {
    const { i18n } = await setUp();
    await i18n.need(['system']);
    t = i18n.t;
  });

  it('names actions by their last word and leaves unknown ones as they are', () => {
    expect(actionWord('operator.disabled', t)).toBe('Вход\u00a0запрещён'.replace('\u00a0', ' '));
    expect(actionWord('site.identity_secret_rotated', t)).toBe('Новый секрет подписи');
    expect(actionWord('future.frobnicated', t)).toBe('future.frobnicated');
  });

  it('names subjects and paths', () => {
    expect(plain(subjectWord('api_key', t))).toBe('Ключ API');
    expect(subjectWord('future', t)).toBe('future');
    expect(pathWord('widget.greeting.ru', t)).toBe('приветствие, Русский');
    expect(pathWord('widget.newThing', t)).toBe('newThing');
    expect([pathWord('name', t, 'operator'), pathWord('name', t, 'team')]).toEqual(['имя', 'название']);
  });

  it.each([
    ['name', '"Лесная тропа"', 'Лесная тропа'],
    ['role', '"admin"', 'Администратор'],
    ['disabled', 'true', 'да'],
    ['domains', '["a.example","b.example"]', 'a.example, b.example'],
    ['name', '', ''],
    ['name', 'null', ''],
    ['text', '"cut because it is lo…', '"cut because it is lo…'],
    ['days', 90, '90'],
    ['way', '"single_sign_on"', 'корпоративным входом'],
  ])('reads the value of %s: %p', (path, value, word) => {
    expect(plain(valueWord(path, value, t))).toBe(word);
  });

  it('names people and teams, and leaves the id of one that is gone', () => {
    const nameOf = (id: string): string | undefined => (id === 'o-1' ? 'Ольга Ветрова' : undefined);
    expect(valueWord('operatorIds', '["o-1","o-2"]', t, nameOf)).toBe('Ольга Ветрова, o-2');
    expect(valueWord('name', '"o-1"', t, nameOf)).toBe('o-1');
  });
});

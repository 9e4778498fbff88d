import { describe, expect, it } from '@jest/globals';
import { problemOf } from './answer.js';
import { offlineTexts } from './i18n/offline.js';

describe('what a visitor leaves', () => {
  it.each([
    ['irina@example.org', null],
    [' i.s+x@mail.example.co ', null],
    ['ирина@почта.рф', null],
    ['', 'empty'],
    ['   ', 'empty'],
    ['irina', 'unfinished'],
    ['irina@', 'unfinished'],
    ['irina@pochta', 'unfinished'],
    ['irina@pochta.', 'unfinished'],
    ['irina@pochta.r', 'unfinished'],
    ['a@b.ru, c@d.ru', 'invalid'],
    ['a b@c.ru', 'invalid'],
    ['a@@b.ru', 'invalid'],
    ['@b.ru', 'invalid'],
    [`${'a'.repeat(250)}@b.ru`, 'invalid'],
  ])('e-mail %p: %p', (typed, problem) => {
    expect(problemOf('email', typed)).toBe(problem);
  });

  it.each([
    ['+7 (912) 345-67-89', null],
    ['8.912.345.67.89', null],
    ['2345678', null],
    ['8 (495) 123-45-67 / 89', null],
    ['', 'empty'],
    ['+7 912', 'short'],
    ['+', 'short'],
    ['позвоните', 'invalid'],
    ['1234567890123456', 'invalid'],
    ['7+912345678', 'invalid'],
  ])('phone %p: %p', (typed, problem) => {
    expect(problemOf('phone', typed)).toBe(problem);
  });

  it('has words for everything that can be wrong with it, in both languages', () => {
    for (const texts of Object.values(offlineTexts)) {
      for (const problem of ['empty', 'unfinished', 'invalid', 'refused', 'network'] as const)
        expect(texts.problems.email[problem]).not.toBe('');
      for (const problem of ['empty', 'short', 'invalid', 'refused', 'network'] as const)
        expect(texts.problems.phone[problem]).not.toBe('');
      expect(texts.thanks.email + texts.thanks.phone).toMatch(/\{value\}.*\{value\}/);
    }
  });
});

import { describe, expect, it } from '@jest/globals';
import { cutMiddle, initials, tintOf } from './names.js';

describe('names', () => {
  it.each([
    ['Лесная тропа', 'ЛТ'],
    ['Марина', 'М'],
    ['марина лаврова-штейн', 'МЛ'],
    ['ООО «Ромашка»', 'ОР'],
    ['  ', '?'],
    ['𝒜lpha beta', '𝒜B'],
  ])('gives %s the letters %s', (name, letters) => {
    expect(initials(name)).toBe(letters);
  });

  it('gives an id always the same of six tints', () => {
    const tints = Array.from({ length: 500 }, (_, index) => tintOf(`id-${index}`));
    expect(new Set(tints)).toEqual(new Set([1, 2, 3, 4, 5, 6]));
    expect(tintOf('id-7')).toBe(tintOf('id-7'));
  });

  it('cuts a long file name in the middle and keeps its ending', () => {
    expect(cutMiddle('короткое.pdf')).toBe('короткое.pdf');
    const cut = cutMiddle('Заявление_на_возврат_по_заказу_48213.pdf', 20);
    expect([...cut]).toHaveLength(20);
    expect(cut.startsWith('Заявление_')).toBe(true);
    expect(cut.endsWith('48213.pdf')).toBe(true);
  });
});

import { describe, expect, it } from '@jest/globals';
import { CountryHolidays } from './country-holidays.js';

describe('holidays of countries', () => {
  const holidays = new CountryHolidays();

  it('are public ones, each day once, in order, in the language asked for', async () => {
    const found = (await holidays.list('RU', 2_027, 'ru')) ?? [];
    const days = found.map(({ date }) => date);
    expect(days).toEqual([...new Set(days)].sort());
    expect(found).toContainEqual({ date: '2027-05-09', name: 'День Победы', intervals: [] });
    // Holidays of several days are listed day by day.
    expect(days.slice(0, 8)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((n) => `2027-01-0${n}`));
    expect(await holidays.list('RU', 2_027, 'en')).toContainEqual(expect.objectContaining({ name: 'Victory Day' }));
    expect(await holidays.list('XX', 2_027, 'en')).toBeUndefined();
  });

  it('are known for many countries, sorted by their names', async () => {
    const russian = await holidays.countries('ru');
    expect(russian.length).toBeGreaterThan(100);
    expect(russian).toContainEqual({ code: 'DE', name: 'Германия' });
    const names = (await holidays.countries('en')).map(({ name }) => name);
    expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b, 'en')));
  });
});

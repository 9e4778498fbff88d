import { AppError } from '@beseda/errors';
import { describe, expect, it } from '@jest/globals';
import { DEFAULT_HOURS, type Hours, checkedHours, isDay, isTimeZone } from './hours.js';

const problems = (change: Partial<Hours>): string[] => {
  try {
    checkedHours({ ...DEFAULT_HOURS, ...change });
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.fields.map(({ path, code }) => `${path} ${code}`);
  }
};
const day = (weekday: number, ...pairs: [number, number][]) => ({
  weekday,
  intervals: pairs.map(([from, to]) => ({ from, to })),
});
const holiday = (date: string, name = '', ...pairs: [number, number][]) => ({ date, name, ...day(1, ...pairs) });

describe('time zones and days', () => {
  it('are those there are', () => {
    expect(
      ['Europe/Moscow', 'Asia/Kolkata', 'UTC', 'Etc/GMT+3', 'America/Argentina/Ushuaia'].filter(isTimeZone),
    ).toHaveLength(5);
    expect(
      ['', 'Moscow', '+03:00', 'Europe/Nowhere', 'Europe/Moscow; drop', 'x'.repeat(100)].filter(isTimeZone),
    ).toEqual([]);
    expect(['2026-12-31', '2028-02-29'].filter(isDay)).toHaveLength(2);
    expect(['2027-02-29', '2026-13-01', '31.12.2026', '2026-1-1', ''].filter(isDay)).toEqual([]);
  });
});

describe('hours', () => {
  it('are by default Monday to Friday from 9 to 18 in Moscow, switched off', () => {
    expect(checkedHours(DEFAULT_HOURS)).toEqual(DEFAULT_HOURS);
    expect(DEFAULT_HOURS).toMatchObject({ enabled: false, timezone: 'Europe/Moscow' });
    expect(DEFAULT_HOURS.days.map(({ intervals }) => intervals.length)).toEqual([1, 1, 1, 1, 1, 0, 0]);
  });

  it('are kept in order, all seven days, up to midnight', () => {
    const given = {
      ...DEFAULT_HOURS,
      days: [day(3, [840, 1_440], [0, 840])],
      holidays: [holiday('2027-01-02', ' B '), holiday('2027-01-01', 'A')],
    };
    const { days, holidays } = checkedHours(given);
    expect(days.map(({ weekday }) => weekday)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(days[2]?.intervals).toEqual([
      { from: 0, to: 840 },
      { from: 840, to: 1_440 },
    ]);
    expect(holidays).toEqual([
      { date: '2027-01-01', name: 'A', intervals: [] },
      { date: '2027-01-02', name: 'B', intervals: [] },
    ]);
  });

  it.each<[Partial<Hours>, string[]]>([
    [{ timezone: 'Mars/Base' }, ['timezone invalid_value']],
    [{ days: [day(0, [0, 1])] }, ['days.0.weekday invalid_value']],
    [{ days: [day(1), day(1)] }, ['days.1.weekday already_exists']],
    [{ days: [day(1, [60, 60])] }, ['days.0.intervals.0 invalid_value']],
    [{ days: [day(1, [120, 60])] }, ['days.0.intervals.0 invalid_value']],
    [{ days: [day(1, [0, 1_441])] }, ['days.0.intervals.0 invalid_value']],
    [{ days: [day(1, [-1, 60])] }, ['days.0.intervals.0 invalid_value']],
    [{ days: [day(1, [0.5, 60])] }, ['days.0.intervals.0 invalid_value']],
    [{ days: [day(1, [0, 600], [599, 700])] }, ['days.0.intervals.1 overlap']],
    [{ days: [day(1, [0, 600], [100, 200])] }, ['days.0.intervals.1 overlap']],
    [{ holidays: [holiday('2027-02-30')] }, ['holidays.0.date invalid_value']],
    [{ holidays: [holiday('2027-01-01'), holiday('2027-01-01')] }, ['holidays.1.date already_exists']],
    [{ holidays: [holiday('2027-01-01', 'x'.repeat(101))] }, ['holidays.0.name too_long']],
    [{ holidays: [holiday('2027-01-01', '', [9, 8])] }, ['holidays.0.intervals.0 invalid_value']],
  ])('name what is wrong in %j', (change, expected) => {
    expect(problems(change)).toEqual(expected);
  });

  it('end at 400 holidays', () => {
    const many = (count: number): Hours['holidays'] =>
      Array.from({ length: count }, (_, i) => holiday(new Date(Date.UTC(2027, 0, 1 + i)).toISOString().slice(0, 10)));
    expect(problems({ holidays: many(400) })).toEqual([]);
    expect(problems({ holidays: many(401) })).toEqual(['holidays too_many']);
  });
});

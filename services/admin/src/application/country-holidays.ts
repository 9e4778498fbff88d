import { LIMITS, type Locale } from '@beseda/api';
import { Injectable } from '@nestjs/common';
import type { Holiday } from '../domain/hours.js';

const DAY_MS = 86_400_000;

/** Public holidays as `date-holidays` lists them: https://github.com/commenthol/date-holidays */
interface Listed {
  /** Local time of the country, `2027-01-01 00:00:00`. */
  date: string;
  start: Date;
  end: Date;
  name: string;
  type: string;
}

const dayAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** Every day of a holiday that may last several. */
function daysOf({ date, start, end }: Listed): string[] {
  const first = date.slice(0, 10);
  // Rounded: a day on which clocks change has 23 or 25 hours.
  const count = Math.max(1, Math.round((end.getTime() - start.getTime()) / DAY_MS));
  return Array.from({ length: count }, (_, index) => dayAfter(first, index));
}

/** Holidays of countries, to choose from. The library is large: it is loaded when somebody asks. */
@Injectable()
export class CountryHolidays {
  /** Public holidays of a year by date, each day once; undefined for an unknown country. */
  async list(country: string, year: number, locale: Locale): Promise<Holiday[] | undefined> {
    const { default: Holidays } = await import('date-holidays');
    const calendar = new Holidays();
    if (!Object.keys(calendar.getCountries('en')).includes(country)) return undefined;
    calendar.init(country);
    const byDay = new Map<string, string[]>();
    for (const listed of calendar.getHolidays(year, locale)) {
      if (listed.type !== 'public') continue;
      for (const day of daysOf(listed)) {
        const names = byDay.get(day) ?? [];
        byDay.set(day, names.includes(listed.name) ? names : [...names, listed.name]);
      }
    }
    return [...byDay]
      .filter(([day]) => day.startsWith(`${year}-`))
      .map(([date, names]) => ({
        date,
        name: [...names.join(', ')].slice(0, LIMITS.holidayName).join(''),
        intervals: [],
      }))
      .sort((a, b) => (a.date < b.date ? -1 : 1));
  }

  /** Countries by name. */
  async countries(locale: Locale): Promise<{ code: string; name: string }[]> {
    const { default: Holidays } = await import('date-holidays');
    const calendar = new Holidays();
    const names = new Intl.DisplayNames([locale], { type: 'region' });
    return Object.keys(calendar.getCountries('en'))
      .map((code) => ({ code, name: names.of(code) ?? code }))
      .sort((a, b) => a.name.localeCompare(b.name, locale));
  }
}

import type { Answer, hoursSchema } from '@beseda/api';
import { LIMITS } from '@beseda/api/limits';
import { type FieldError, type Rule } from '../../kit/rules.js';

/** Business hours as the server gives them. */
export type Hours = Answer<typeof hoursSchema>;

/** A day of its own, `2026-12-31`; without intervals it is closed. */
export type Holiday = Hours['holidays'][number];

/** Times of a day, `09:00`; the end may be `24:00`. */
export type Interval = Holiday['intervals'][number];

export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;
export type Weekday = (typeof WEEKDAYS)[number];
export type DayKey = `d${Weekday}`;
export const dayKey = (weekday: Weekday): DayKey => `d${weekday}`;

/** What the page changes: each weekday is a field of its own, so that two people can work on different days. */
export interface HoursValue {
  readonly enabled: boolean;
  readonly timezone: string;
  readonly days: Readonly<Record<DayKey, readonly Interval[]>>;
  readonly holidays: readonly Holiday[];
}

export function valueOf(hours: Hours): HoursValue {
  const of = (weekday: Weekday): readonly Interval[] =>
    hours.days.find((day) => day.weekday === weekday)?.intervals ?? [];
  return {
    enabled: hours.enabled,
    timezone: hours.timezone,
    days: { d1: of(1), d2: of(2), d3: of(3), d4: of(4), d5: of(5), d6: of(6), d7: of(7) },
    holidays: hours.holidays,
  };
}

export function bodyOf(value: HoursValue, version: number): Hours {
  return {
    version,
    enabled: value.enabled,
    timezone: value.timezone,
    days: WEEKDAYS.map((weekday) => ({ weekday, intervals: sorted(value.days[dayKey(weekday)]) })),
    holidays: value.holidays.map((day) => ({ ...day, name: day.name.trim(), intervals: sorted(day.intervals) })),
  };
}

const sorted = (intervals: readonly Interval[]): readonly Interval[] =>
  [...intervals].sort((a, b) => minutes(a.from) - minutes(b.from));

/** Minutes since midnight; NaN for what is no time of a day. */
export function minutes(time: string): number {
  const [, hour, minute] = /^(\d\d):([0-5]\d)$/.exec(time) ?? [];
  const all = Number(hour) * 60 + Number(minute);
  return all <= 1_440 ? all : Number.NaN;
}

/** A time as people type it, written whole: "9" → "09:00", "930" → "09:30"; midnight as an end is "24:00". Else as it was typed. */
export function wholeTime(typed: string, end: 'from' | 'to'): string {
  const [, hour = '', minute = '0'] = /^(\d{1,2})[:.,\s]?([0-5]\d)?$/.exec(typed.trim()) ?? [];
  const whole = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  if (!hour || Number.isNaN(minutes(whole))) return typed.trim();
  return end === 'to' && whole === '00:00' ? '24:00' : whole;
}

/** What is wrong with the intervals of a day. */
export function intervalsError(intervals: readonly Interval[]): FieldError | null {
  if (intervals.length > LIMITS.intervalsPerDay) return { code: 'too_many', params: { max: LIMITS.intervalsPerDay } };
  if (intervals.some(({ from, to }) => !(minutes(from) < minutes(to)))) return { code: 'interval_order' };
  const inOrder = sorted(intervals);
  const overlap = inOrder.some((one, at) => at > 0 && minutes(one.from) < minutes(inOrder[at - 1]?.to ?? ''));
  return overlap ? { code: 'overlap' } : null;
}

const isIntervals = (value: unknown): value is readonly Interval[] => Array.isArray(value);
export const intervalsRule: Rule = (value) => (isIntervals(value) ? intervalsError(value) : null);

const isHolidays = (value: unknown): value is readonly Holiday[] => Array.isArray(value);

/** Each day a date, each date once, its hours in order. */
export const holidaysRule: Rule = (value): FieldError | null => {
  if (!isHolidays(value)) return null;
  if (value.length > LIMITS.holidays) return { code: 'too_many', params: { max: LIMITS.holidays } };
  if (value.some((day) => !/^\d{4}-\d\d-\d\d$/.test(day.date))) return { code: 'holiday_date' };
  if (new Set(value.map((day) => day.date)).size < value.length) return { code: 'holiday_twice' };
  if (value.some((day) => [...day.name].length > LIMITS.holidayName))
    return { code: 'too_long', params: { max: LIMITS.holidayName } };
  for (const day of value) {
    const error = intervalsError(day.intervals);
    if (error) return error;
  }
  return null;
};

/** A next interval after those there are; undefined when the day is full. */
export function nextInterval(intervals: readonly Interval[]): Interval | undefined {
  const last = sorted(intervals).at(-1);
  if (!last) return { from: '09:00', to: '18:00' };
  const from = Math.min(minutes(last.to) + 60, 1_440);
  if (!(from < 1_440)) return undefined;
  return { from: timeOf(from), to: timeOf(Math.min(from + 120, 1_440)) };
}

export function timeOf(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

/** Days with those of `fresh` whose date is not there yet, in order of time. */
export function withHolidays(days: readonly Holiday[], fresh: readonly Holiday[]): readonly Holiday[] {
  const known = new Set(days.map((day) => day.date));
  return [...days, ...fresh.filter((day) => !known.has(day.date))].sort((a, b) => (a.date < b.date ? -1 : 1));
}

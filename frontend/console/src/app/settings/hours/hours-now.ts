import { dayKey, minutes, type HoursValue, type Interval, type Weekday } from './hours-model.js';

/** Whether a site answers at a moment, and until when or from when on. */
export type OpenState =
  | { readonly kind: 'always' }
  | { readonly kind: 'open'; readonly until: string }
  /** `inDays`: 0 is today in the site's time zone. */
  | { readonly kind: 'closed'; readonly from: string; readonly inDays: number; readonly weekday: Weekday }
  | { readonly kind: 'never' };

/** How far ahead an opening is looked for: longer than any row of holidays. */
const DAYS_AHEAD = 31;

interface LocalTime {
  /** `2026-12-31`. */
  readonly date: string;
  readonly minute: number;
}

/** The calendar day and the time of day in a time zone. Throws a RangeError for one that does not exist. */
export function localTime(at: number, timezone: string): LocalTime {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(at);
  const of = (type: Intl.DateTimeFormatPartTypes): string => parts.find((part) => part.type === type)?.value ?? '';
  return { date: `${of('year')}-${of('month')}-${of('day')}`, minute: minutes(`${of('hour')}:${of('minute')}`) };
}

function dayAfter(date: string, days: number): { readonly date: string; readonly weekday: Weekday } {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return { date: day.toISOString().slice(0, 10), weekday: (day.getUTCDay() || 7) as Weekday };
}

/** Intervals of a day, holidays first. */
function intervalsOf(value: HoursValue, date: string, weekday: Weekday): readonly Interval[] {
  const holiday = value.holidays.find((day) => day.date === date);
  const intervals = holiday ? holiday.intervals : value.days[dayKey(weekday)];
  return [...intervals].sort((a, b) => minutes(a.from) - minutes(b.from));
}

/** What holds at a moment. Throws a RangeError for a time zone that does not exist. */
export function openState(value: HoursValue, at: number): OpenState {
  if (!value.enabled) return { kind: 'always' };
  const now = localTime(at, value.timezone);
  for (let inDays = 0; inDays <= DAYS_AHEAD; inDays += 1) {
    const { date, weekday } = dayAfter(now.date, inDays);
    for (const { from, to } of intervalsOf(value, date, weekday)) {
      if (inDays === 0 && minutes(to) <= now.minute) continue;
      if (inDays === 0 && minutes(from) <= now.minute) return { kind: 'open', until: to };
      return { kind: 'closed', from, inDays, weekday };
    }
  }
  return { kind: 'never' };
}

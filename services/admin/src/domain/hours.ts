import { LIMITS } from '@beseda/api';
import { AppError, type FieldError } from '@beseda/errors';

/** Minutes of a day, 0 to 1440; the end is not part of it. */
export interface DayInterval {
  from: number;
  to: number;
}

/** Weekday by ISO 8601: 1 = Monday to 7 = Sunday. No intervals: closed. */
export interface DayHours {
  weekday: number;
  intervals: DayInterval[];
}

export interface Holiday {
  /** `2026-12-31`. */
  date: string;
  name: string;
  /** Works these hours in spite of the holiday; none: closed. */
  intervals: DayInterval[];
}

/** When a site answers. */
export interface Hours {
  /** Off: the site answers round the clock. */
  enabled: boolean;
  /** IANA name. */
  timezone: string;
  days: DayHours[];
  holidays: Holiday[];
}

const DAY_MINUTES = 1_440;
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];

/** Monday to Friday from 9 to 18, switched off. */
export const DEFAULT_HOURS: Hours = {
  enabled: false,
  timezone: 'Europe/Moscow',
  days: WEEKDAYS.map((weekday) => ({ weekday, intervals: weekday <= 5 ? [{ from: 540, to: 1_080 }] : [] })),
  holidays: [],
};

/** Whether a text names a time zone of the IANA database. Mere offsets are none: they know no summer time. */
export function isTimeZone(text: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(text) || text.length > LIMITS.timezone) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    // RangeError: there is no such zone.
    return false;
  }
}

/** Whether a text is a day that exists, `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const time = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
}

const error = (path: string, code: string, message: string): FieldError => ({ path, code, message });

function intervalErrors(path: string, intervals: readonly DayInterval[]): FieldError[] {
  if (intervals.length > LIMITS.intervalsPerDay) {
    return [error(path, 'too_many', `There may be at most ${LIMITS.intervalsPerDay} intervals a day.`)];
  }
  const wrong = intervals.flatMap(({ from, to }, index) => {
    const whole = Number.isInteger(from) && Number.isInteger(to);
    const fits = whole && from >= 0 && from < to && to <= DAY_MINUTES;
    return fits
      ? []
      : [error(`${path}.${index}`, 'invalid_value', 'An interval must end after it begins, on the day.')];
  });
  if (wrong.length > 0) return wrong;
  return intervals.flatMap((one, index) => {
    const overlaps = intervals.some((other, at) => at < index && one.from < other.to && other.from < one.to);
    return overlaps ? [error(`${path}.${index}`, 'overlap', 'Intervals of a day may not overlap.')] : [];
  });
}

function dayErrors(days: readonly DayHours[]): FieldError[] {
  return days.flatMap(({ weekday, intervals }, index) => {
    const path = `days.${index}`;
    if (!WEEKDAYS.includes(weekday)) return [error(`${path}.weekday`, 'invalid_value', 'A weekday is 1 to 7.')];
    if (days.some((day, at) => at < index && day.weekday === weekday)) {
      return [error(`${path}.weekday`, 'already_exists', 'A weekday may be given once.')];
    }
    return intervalErrors(`${path}.intervals`, intervals);
  });
}

function holidayErrors(holidays: readonly Holiday[]): FieldError[] {
  if (holidays.length > LIMITS.holidays) {
    return [error('holidays', 'too_many', `There may be at most ${LIMITS.holidays} holidays.`)];
  }
  const seen = new Set<string>();
  return holidays.flatMap(({ date, name, intervals }, index) => {
    const path = `holidays.${index}`;
    const found = intervalErrors(`${path}.intervals`, intervals);
    if (!isDay(date)) found.push(error(`${path}.date`, 'invalid_value', 'A date looks like 2026-12-31.'));
    else if (seen.has(date)) found.push(error(`${path}.date`, 'already_exists', 'A day may be a holiday once.'));
    if ([...name].length > LIMITS.holidayName) {
      found.push(error(`${path}.name`, 'too_long', `A name may have at most ${LIMITS.holidayName} characters.`));
    }
    seen.add(date);
    return found;
  });
}

const sorted = (intervals: readonly DayInterval[]): DayInterval[] =>
  intervals.map(({ from, to }) => ({ from, to })).sort((a, b) => a.from - b.from);

/**
 * Hours as they are kept: all seven days in order, intervals and holidays in order of time.
 * @throws AppError INVALID_ARGUMENT that names every wrong field
 */
export function checkedHours(hours: Hours): Hours {
  const fields = [...dayErrors(hours.days), ...holidayErrors(hours.holidays)];
  if (!isTimeZone(hours.timezone)) {
    fields.unshift(error('timezone', 'invalid_value', 'There is no such time zone.'));
  }
  if (fields.length > 0) {
    throw new AppError('INVALID_ARGUMENT', fields.map(({ path, message }) => `${path}: ${message}`).join('; '), {
      fields,
    });
  }
  const byWeekday = new Map(hours.days.map((day) => [day.weekday, day.intervals]));
  return {
    enabled: hours.enabled,
    timezone: hours.timezone,
    days: WEEKDAYS.map((weekday) => ({ weekday, intervals: sorted(byWeekday.get(weekday) ?? []) })),
    holidays: hours.holidays
      .map(({ date, name, intervals }) => ({ date, name: name.trim(), intervals: sorted(intervals) }))
      .sort((a, b) => (a.date < b.date ? -1 : 1)),
  };
}

import { Injectable, computed, inject } from '@angular/core';
import { I18n } from './i18n.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Days between two moments by the calendar of this device. */
function calendarDays(from: Date, to: Date): number {
  const midnight = (d: Date): number => new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();
  return Math.round((midnight(to) - midnight(from)) / DAY);
}

/** Dates, durations and sizes as the interface writes them, in the present language and the device's time zone. */
@Injectable({ providedIn: 'root' })
export class Formats {
  readonly #i18n = inject(I18n);
  readonly #intl = computed(() => {
    const lang = this.#i18n.lang() === 'ru' ? 'ru' : 'en-GB';
    return {
      time: new Intl.DateTimeFormat(lang, { hour: '2-digit', minute: '2-digit' }),
      day: new Intl.DateTimeFormat(lang, { day: 'numeric', month: 'long' }),
      dayYear: new Intl.DateTimeFormat(lang, { day: 'numeric', month: 'long', year: 'numeric' }),
      short: new Intl.DateTimeFormat(lang, { day: 'numeric', month: 'short' }),
      shortYear: new Intl.DateTimeFormat(lang, { day: 'numeric', month: 'short', year: 'numeric' }),
      full: new Intl.DateTimeFormat(lang, { dateStyle: 'long', timeStyle: 'short' }),
      number: new Intl.NumberFormat(lang, { maximumFractionDigits: 1 }),
    };
  });

  /** "09:25". */
  clock(iso: string): string {
    return this.#intl().time.format(new Date(iso));
  }

  /** "09:25" today, "вчера", "14 мая", "12 окт. 2024". */
  listTime(iso: string, now = new Date()): string {
    const at = new Date(iso);
    const days = calendarDays(at, now);
    if (days <= 0) return this.clock(iso);
    if (days === 1) return this.#i18n.t('time.yesterday');
    const { short, shortYear } = this.#intl();
    return clean((at.getFullYear() === now.getFullYear() ? short : shortYear).format(at));
  }

  /** Heading of a day: "Сегодня, 22 мая". */
  day(iso: string, now = new Date()): string {
    const at = new Date(iso);
    const { day, dayYear } = this.#intl();
    const date = clean((at.getFullYear() === now.getFullYear() ? day : dayYear).format(at));
    const days = calendarDays(at, now);
    if (days === 0) return this.#i18n.t('tl.today', { date });
    return days === 1 ? this.#i18n.t('tl.yesterday', { date }) : date;
  }

  /** "12 октября 2024", with the year only when it is another one. */
  date(iso: string, now = new Date()): string {
    const at = new Date(iso);
    const { day, dayYear } = this.#intl();
    return clean((at.getFullYear() === now.getFullYear() ? day : dayYear).format(at));
  }

  /** Whole date for tooltips. */
  full(iso: string): string {
    return clean(this.#intl().full.format(new Date(iso)));
  }

  /** "12 мин", "2 ч 5 мин", "38 ч", "4 дн."; rounded down. */
  duration(ms: number): string {
    const t = this.#i18n.t;
    if (ms < MINUTE) return t('dur.now');
    if (ms < HOUR) return t('dur.min', { n: Math.floor(ms / MINUTE) });
    if (ms < 2 * DAY) {
      const minutes = Math.floor((ms % HOUR) / MINUTE);
      const hours = t('dur.hour', { n: Math.floor(ms / HOUR) });
      return ms < 6 * HOUR && minutes > 0 ? `${hours}\u00a0${t('dur.min', { n: minutes })}` : hours;
    }
    return t('dur.day', { n: Math.floor(ms / DAY) });
  }

  /** How long to wait, rounded up: "8 с", "2 мин". */
  wait(ms: number): string {
    const seconds = Math.max(1, Math.ceil(ms / 1000));
    return seconds < 90
      ? this.#i18n.t('dur.sec', { n: seconds })
      : this.#i18n.t('dur.min', { n: Math.ceil(seconds / 60) });
  }

  /** "184 КБ"; 1 КБ = 1,024 bytes. Megabytes are rounded up, so that a file over a limit never looks as large as the limit. */
  size(bytes: number): string {
    if (bytes < 1024) return this.#i18n.t('size.b', { n: bytes });
    if (bytes < 1024 * 1024) return this.#i18n.t('size.kb', { n: Math.round(bytes / 1024) });
    return this.#i18n.t('size.mb', { n: this.#intl().number.format(Math.ceil((bytes / 1024 / 1024) * 10) / 10) });
  }

  number(n: number): string {
    return this.#intl().number.format(n);
  }
}

/** Russian long dates end in "г."; the interface writes the year alone. */
function clean(date: string): string {
  return date.replace(/\s?г\./, '');
}

import { Component, ViewEncapsulation, computed, effect, inject, input, signal } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { Api } from '../../core/api.js';
import { Clock } from '../../core/clock.js';
import { Formats } from '../../i18n/formats.js';
import { I18n } from '../../i18n/i18n.js';
import { Icon } from '../../ui/icon.js';
import { SwitchField } from '../../kit/choice-fields.js';
import { FieldNote } from '../../kit/field-note.js';
import { SelectField } from '../../kit/fields.js';
import { FormFrame } from '../../kit/form-frame.js';
import { SettingsHead } from '../../kit/head.js';
import { SettingsForm } from '../../kit/settings-form.js';
import { HolidayImport } from './holiday-import.js';
import {
  WEEKDAYS,
  bodyOf,
  dayKey,
  holidaysRule,
  intervalsRule,
  valueOf,
  withHolidays,
  type Holiday,
  type Hours,
  type HoursValue,
  type Interval,
  type Weekday,
} from './hours-model.js';
import { localTime, openState } from './hours-now.js';
import { IntervalsField } from './intervals-field.js';

/** When a site answers: time zone, intervals of each weekday, holidays. */
@Component({
  selector: 'bsd-hours-page',
  imports: [FieldNote, FormFrame, HolidayImport, Icon, IntervalsField, SelectField, SettingsHead, SwitchField],
  templateUrl: './hours-page.html',
  styleUrl: './hours.scss',
  encapsulation: ViewEncapsulation.None,
})
export class HoursPage {
  readonly #api = inject(Api);
  readonly #i18n = inject(I18n);
  readonly #clock = inject(Clock);
  readonly #formats = inject(Formats);
  protected readonly t = this.#i18n.t;
  readonly siteId = input.required<string>();
  protected readonly weekdays = WEEKDAYS;
  protected readonly importing = signal(false);

  protected readonly form = new SettingsForm<HoursValue>({
    name: 'hours',
    kind: 'hours',
    fields: [
      { path: 'enabled', label: 'hours.enabled' },
      { path: 'timezone', label: 'hours.timezone' },
      ...WEEKDAYS.map(
        (weekday) =>
          ({
            path: `days.${dayKey(weekday)}`,
            label: `hours.day${weekday}`,
            rule: () => intervalsRule,
            show: (value: unknown) => this.#inWords(value as readonly Interval[]),
          }) as const,
      ),
      {
        path: 'holidays',
        label: 'hours.holidays',
        rule: () => holidaysRule,
        show: (value: unknown) =>
          (value as readonly Holiday[]).map((day) => `${day.date} ${day.name}`.trim()).join('\n') ||
          this.t('settings.value.empty'),
      },
    ],
    load: async (siteId) => this.#versioned(await this.#api.request<Hours>('GET', `/api/sites/${siteId}/hours`)),
    save: async (siteId, value, _changed, version) => {
      const body = bodyOf(value, version);
      return this.#versioned(await this.#api.request<Hours>('PUT', `/api/sites/${siteId}/hours`, body));
    },
  });

  protected readonly holidays = computed(() => this.form.draft()?.holidays ?? []);
  protected readonly zones = computed(() => {
    const current = this.form.draft()?.timezone ?? '';
    const all = Intl.supportedValuesOf('timeZone');
    return (all.includes(current) || !current ? all : [current, ...all]).map((value) => ({
      value,
      label: value.replaceAll('_', ' '),
    }));
  });
  protected readonly zoneTime = computed(() => {
    const draft = this.form.draft();
    try {
      const local = draft ? localTime(this.#clock.now(), draft.timezone) : null;
      if (!local) return '';
      const time = `${String(Math.floor(local.minute / 60)).padStart(2, '0')}:${String(local.minute % 60).padStart(2, '0')}`;
      return this.t('hours.zoneNow', { time });
    } catch {
      // RangeError: this browser does not know the zone the server has
      return '';
    }
  });
  /** Whether the site answers now, by what stands in the form. */
  protected readonly now = computed(() => {
    const draft = this.form.draft();
    if (!draft) return null;
    try {
      return this.#sentence(openState(draft, this.#clock.now()));
    } catch {
      // RangeError: as above
      return null;
    }
  });

  constructor() {
    const title = inject(Title);
    effect(() => this.form.open(this.siteId()));
    effect(() => title.setTitle(`${this.t('hours.title')} · ${this.t('app.name')}`));
  }

  protected day(weekday: Weekday) {
    return this.form.field(`days.${dayKey(weekday)}`);
  }

  protected copyToWeek(weekday: Weekday): void {
    const intervals = this.day(weekday).value();
    for (const other of WEEKDAYS.slice(0, 5)) this.day(other).set(intervals);
  }

  protected setHolidays(days: readonly Holiday[]): void {
    this.form.field('holidays').set(days);
  }

  protected changeHoliday(at: number, part: Partial<Holiday>): void {
    this.setHolidays(this.holidays().map((day, index) => (index === at ? { ...day, ...part } : day)));
  }

  protected addHoliday(): void {
    const at = this.holidays().length;
    this.setHolidays([...this.holidays(), { date: '', name: '', intervals: [] }]);
    setTimeout(() => document.getElementById(`holiday-${at}`)?.focus());
  }

  protected removeHoliday(at: number): void {
    this.setHolidays(this.holidays().filter((_day, index) => index !== at));
  }

  protected takeImported(days: readonly Holiday[]): void {
    this.setHolidays(withHolidays(this.holidays(), days));
    this.importing.set(false);
  }

  protected holidayName(day: Holiday): string {
    if (day.name) return day.name;
    return day.date ? this.#formats.date(`${day.date}T12:00:00`) : this.t('hours.holiday');
  }

  #versioned(hours: Hours) {
    return { version: hours.version, value: valueOf(hours) };
  }

  #inWords(intervals: readonly Interval[]): string {
    return intervals.map(({ from, to }) => `${from}—${to}`).join(', ') || this.t('hours.closedDay');
  }

  #sentence(state: ReturnType<typeof openState>): { readonly open: boolean; readonly text: string } {
    switch (state.kind) {
      case 'always':
        return { open: true, text: this.t('hours.always') };
      case 'open':
        return { open: true, text: this.t('hours.openUntil', { time: state.until }) };
      case 'never':
        return { open: false, text: this.t('hours.never') };
      case 'closed': {
        const time = state.from;
        if (state.inDays === 0) return { open: false, text: this.t('hours.opensToday', { time }) };
        if (state.inDays === 1) return { open: false, text: this.t('hours.opensTomorrow', { time }) };
        return { open: false, text: this.t('hours.opensOn', { day: this.t(`hours.short${state.weekday}`), time }) };
      }
    }
  }
}

import { Component, computed, effect, inject, input, output, signal } from '@angular/core';
import { toApiProblem, type ApiProblem } from '@beseda/realtime';
import { Api } from '../../core/api.js';
import { Problems } from '../../core/problems.js';
import { Formats } from '../../i18n/formats.js';
import { I18n } from '../../i18n/i18n.js';
import { Icon } from '../../ui/icon.js';
import { type Holiday } from './hours-model.js';

interface Country {
  readonly code: string;
  readonly name: string;
}

type Found = Pick<Holiday, 'date' | 'name'>;

/** Takes days off from a country's list of holidays; those already there are not offered. */
@Component({
  selector: 'bsd-holiday-import',
  imports: [Icon],
  template: `
    <div class="two">
      <div class="field">
        <label class="label" for="import-country">{{ t('hours.country') }}</label>
        <select #box class="input" id="import-country" data-testid="import-country" (change)="country.set(box.value)">
          <option value="">{{ t('hours.chooseCountry') }}</option>
          @for (one of countries(); track one.code) {
            <option [value]="one.code" [selected]="one.code === country()">{{ one.name }}</option>
          }
        </select>
      </div>
      <div class="field">
        <label class="label" for="import-year">{{ t('hours.year') }}</label>
        <select #years class="input" id="import-year" data-testid="import-year" (change)="year.set(+years.value)">
          @for (one of yearsOffered; track one) {
            <option [value]="one" [selected]="one === year()">{{ one }}</option>
          }
        </select>
      </div>
    </div>
    @if (problem(); as p) {
      <p class="err" role="alert">
        <bsd-icon name="circle-alert" size="s" /><span>{{ problems.sentence(p) }}</span>
      </p>
    }
    @if (fresh(); as days) {
      @if (days.length > 0) {
        <fieldset class="imp" data-testid="import-list">
          <legend class="sr">{{ t('hours.importList') }}</legend>
          @for (day of days; track day.date) {
            <label class="opt"
              ><input type="checkbox" [checked]="!skipped().has(day.date)" (change)="toggle(day.date)" /><span
                class="grow"
                >{{ day.name }}</span
              ><span class="meta">{{ formats.date(day.date + 'T12:00:00') }}</span></label
            >
          }
        </fieldset>
      } @else {
        <p class="hint" role="status">{{ t('hours.importNothing') }}</p>
      }
    }
    <div class="row row--wrap">
      <button
        type="button"
        class="btn btn--line"
        data-testid="import-add"
        [attr.aria-disabled]="chosen().length > 0 ? null : true"
        (click)="add()"
      >
        {{ t('hours.importAdd', { n: chosen().length }) }}
      </button>
      <button type="button" class="btn" (click)="closed.emit()">{{ t('settings.cancel') }}</button>
    </div>
  `,
  host: { class: 'field imp__host' },
})
export class HolidayImport {
  readonly #api = inject(Api);
  readonly #i18n = inject(I18n);
  protected readonly formats = inject(Formats);
  protected readonly problems = inject(Problems);
  protected readonly t = this.#i18n.t;
  readonly siteId = input.required<string>();
  readonly known = input.required<readonly Holiday[]>();
  readonly added = output<readonly Holiday[]>();
  readonly closed = output();

  protected readonly yearsOffered = [0, 1, 2].map((more) => new Date().getFullYear() + more);
  protected readonly countries = signal<readonly Country[]>([]);
  protected readonly country = signal('');
  protected readonly year = signal(this.yearsOffered[0] ?? 0);
  protected readonly problem = signal<ApiProblem | null>(null);
  protected readonly skipped = signal<ReadonlySet<string>>(new Set());
  readonly #found = signal<readonly Found[] | null>(null);
  protected readonly fresh = computed(() => {
    const known = new Set(this.known().map((day) => day.date));
    return this.#found()?.filter((day) => !known.has(day.date)) ?? null;
  });
  protected readonly chosen = computed(() => (this.fresh() ?? []).filter((day) => !this.skipped().has(day.date)));

  constructor() {
    effect((onCleanup) => {
      const path = `/api/sites/${this.siteId()}/holidays/countries?locale=${this.#i18n.lang()}`;
      const stop = new AbortController();
      onCleanup(() => stop.abort());
      this.#ask<Country>(path, stop.signal, (items) => this.countries.set(items));
    });
    effect((onCleanup) => {
      const [country, year] = [this.country(), this.year()];
      this.#found.set(null);
      this.skipped.set(new Set());
      if (!country) return;
      const query = new URLSearchParams({ country, year: String(year), locale: this.#i18n.lang() });
      const stop = new AbortController();
      onCleanup(() => stop.abort());
      this.#ask<Found>(`/api/sites/${this.siteId()}/holidays?${query}`, stop.signal, (items) => this.#found.set(items));
    });
  }

  protected toggle(date: string): void {
    this.skipped.update((all) => {
      const next = new Set(all);
      if (!next.delete(date)) next.add(date);
      return next;
    });
  }

  protected add(): void {
    const days = this.chosen();
    if (days.length > 0) this.added.emit(days.map(({ date, name }) => ({ date, name, intervals: [] })));
  }

  #ask<T>(path: string, signal: AbortSignal, take: (items: readonly T[]) => void): void {
    this.#api.request<{ items: readonly T[] }>('GET', path, undefined, { signal }).then(
      ({ items }) => {
        if (signal.aborted) return;
        this.problem.set(null);
        take(items);
      },
      (error: unknown) => {
        // ApiError: said above the button; choosing again asks again
        if (!signal.aborted) this.problem.set(toApiProblem(error));
      },
    );
  }
}

import { Component, computed, inject, input, output } from '@angular/core';
import { I18n } from '../../i18n/i18n.js';
import { Icon } from '../../ui/icon.js';
import { nextInterval, type Interval } from './hours-model.js';

/** The intervals of one day: two times each, one more, one less. An end at 00:00 is midnight. */
@Component({
  selector: 'bsd-intervals-field',
  imports: [Icon],
  template: `
    @for (interval of intervals(); track $index; let at = $index) {
      <span class="ivl">
        <input
          #from
          type="time"
          class="input"
          [id]="at === 0 ? id() : null"
          [attr.aria-label]="t('hours.from', { name: name() })"
          [attr.aria-invalid]="invalid() || null"
          [attr.aria-describedby]="invalid() ? id() + '-note' : null"
          [attr.data-testid]="testId() + '-from-' + at"
          [value]="interval.from"
          (input)="change(at, { from: from.value })"
          (blur)="touched.emit()"
        />
        <span aria-hidden="true">—</span>
        <input
          #to
          type="time"
          class="input"
          [attr.aria-label]="t('hours.to', { name: name() })"
          [attr.aria-invalid]="invalid() || null"
          [attr.data-testid]="testId() + '-to-' + at"
          [value]="interval.to === '24:00' ? '00:00' : interval.to"
          (input)="change(at, { to: to.value === '00:00' ? '24:00' : to.value })"
          (blur)="touched.emit()"
        />
        <button
          type="button"
          class="btn btn--ico btn--s"
          [attr.aria-label]="t('hours.removeInterval', { name: name(), from: interval.from })"
          (click)="remove(at)"
        >
          <bsd-icon name="x" size="m" />
        </button>
      </span>
    } @empty {
      <span class="muted small ivl__off">{{ t('hours.closedDay') }}</span>
    }
    @if (next(); as one) {
      <button
        type="button"
        class="btn btn--link btn--s"
        [id]="intervals().length === 0 ? id() : null"
        [attr.data-testid]="testId() + '-add'"
        [attr.aria-label]="t('hours.addIntervalFor', { name: name() })"
        (click)="changed.emit([...intervals(), one])"
      >
        <bsd-icon name="plus" size="s" />{{ t('hours.addInterval') }}
      </button>
    }
  `,
  host: { class: 'ivls' },
})
export class IntervalsField {
  protected readonly t = inject(I18n).t;
  readonly intervals = input.required<readonly Interval[]>();
  /** Of the day, for names of the boxes. */
  readonly name = input.required<string>();
  readonly id = input.required<string>();
  readonly testId = input.required<string>();
  readonly invalid = input(false);
  readonly changed = output<readonly Interval[]>();
  readonly touched = output();
  protected readonly next = computed(() => nextInterval(this.intervals()));

  protected change(at: number, part: Partial<Interval>): void {
    this.changed.emit(this.intervals().map((one, index) => (index === at ? { ...one, ...part } : one)));
  }

  protected remove(at: number): void {
    this.changed.emit(this.intervals().filter((_one, index) => index !== at));
    this.touched.emit();
  }
}

import { Component, computed, inject, input, output } from '@angular/core';
import { I18n } from '../../i18n/i18n.js';
import { Icon } from '../../ui/icon.js';
import { nextInterval, wholeTime, type Interval } from './hours-model.js';

/** The intervals of one day: two times each, one more, one less. "9" and "930" become times when the box is left. */
@Component({
  selector: 'bsd-intervals-field',
  imports: [Icon],
  template: `
    @for (interval of intervals(); track $index; let at = $index) {
      <span class="ivl">
        <input
          #from
          type="text"
          inputmode="numeric"
          autocomplete="off"
          maxlength="5"
          class="input"
          [id]="at === 0 ? id() : null"
          [attr.aria-label]="t('hours.from', { name: name() })"
          [attr.aria-invalid]="invalid() || null"
          [attr.aria-describedby]="invalid() ? id() + '-note' : null"
          [attr.data-testid]="testId() + '-from-' + at"
          [value]="interval.from"
          (input)="change(at, { from: from.value })"
          (blur)="leave(at, 'from', from)"
        />
        <span aria-hidden="true">—</span>
        <input
          #to
          type="text"
          inputmode="numeric"
          autocomplete="off"
          maxlength="5"
          class="input"
          [attr.aria-label]="t('hours.to', { name: name() })"
          [attr.aria-invalid]="invalid() || null"
          [attr.data-testid]="testId() + '-to-' + at"
          [value]="interval.to"
          (input)="change(at, { to: to.value })"
          (blur)="leave(at, 'to', to)"
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

  protected leave(at: number, end: keyof Interval, box: HTMLInputElement): void {
    const time = wholeTime(box.value, end);
    box.value = time;
    this.change(at, { [end]: time });
    this.touched.emit();
  }

  protected remove(at: number): void {
    this.changed.emit(this.intervals().filter((_one, index) => index !== at));
    this.touched.emit();
  }
}

import { Component, computed, inject, signal } from '@angular/core';
import { toApiProblem } from '@beseda/realtime';
import { Problems } from '../core/problems.js';
import { Toasts } from '../core/toast.js';
import { I18n } from '../i18n/i18n.js';
import { Icon } from '../ui/icon.js';
import { AuditStore } from './audit.store.js';

/** Bounds of the server, days. */
const MIN_DAYS = 30;
const MAX_DAYS = 3_650;

/** How long the log is kept: a line at its end, edited in place. */
@Component({
  selector: 'bsd-retention',
  imports: [Icon],
  template: `
    @if (editing()) {
      <form class="row row--wrap grow" novalidate (submit)="$event.preventDefault(); submit()">
        <label class="label" for="retention">{{ t('system.audit.keepFor') }}</label>
        <input
          #box
          class="input input--number"
          id="retention"
          type="number"
          inputmode="numeric"
          data-testid="setting-days"
          [attr.min]="min"
          [attr.max]="max"
          [value]="value()"
          [attr.aria-invalid]="error() ? true : null"
          aria-describedby="retention-note"
          (input)="typed(box.valueAsNumber)"
        />
        <button type="submit" class="btn btn--main" data-testid="settings-save" [attr.aria-busy]="busy()">
          {{ t('settings.save') }}
        </button>
        <button type="button" class="btn" (click)="editing.set(false)">{{ t('settings.cancel') }}</button>
        @if (error(); as text) {
          <span class="err" id="retention-note" role="alert"><bsd-icon name="circle-alert" size="s" />{{ text }}</span>
        } @else {
          <span class="hint" id="retention-note">{{ t('system.audit.keepHint') }}</span>
        }
      </form>
    } @else {
      <span class="hint grow">{{ t('system.audit.kept', { n: store.days() ?? 0 }) }}</span>
      <button type="button" class="btn btn--link" data-testid="retention-edit" (click)="begin()">
        {{ t('system.audit.keepChange') }}
      </button>
    }
  `,
  host: { class: 'save' },
})
export class Retention {
  readonly #problems = inject(Problems);
  readonly #toasts = inject(Toasts);
  protected readonly store = inject(AuditStore);
  protected readonly t = inject(I18n).t;
  protected readonly min = MIN_DAYS;
  protected readonly max = MAX_DAYS;
  protected readonly editing = signal(false);
  protected readonly busy = signal(false);
  protected readonly value = signal(0);
  readonly #refused = signal('');
  protected readonly error = computed(() => {
    const days = this.value();
    const fits = Number.isInteger(days) && days >= MIN_DAYS && days <= MAX_DAYS;
    return fits ? this.#refused() : this.t('system.audit.keepRange', { min: MIN_DAYS, max: MAX_DAYS });
  });

  protected begin(): void {
    this.value.set(this.store.days() ?? MIN_DAYS);
    this.#refused.set('');
    this.editing.set(true);
    setTimeout(() => document.getElementById('retention')?.focus());
  }

  protected typed(days: number): void {
    this.value.set(days);
    this.#refused.set('');
  }

  protected async submit(): Promise<void> {
    if (this.busy() || this.error()) return;
    this.busy.set(true);
    try {
      await this.store.keepFor(this.value());
      this.editing.set(false);
      this.#toasts.show({ text: this.t('system.audit.keepSaved') });
    } catch (error) {
      // ApiError: said at the field
      this.#refused.set(this.#problems.sentence(toApiProblem(error)));
    } finally {
      this.busy.set(false);
    }
  }
}

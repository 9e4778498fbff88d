import { Component, computed, inject, input } from '@angular/core';
import { I18n } from '../i18n/i18n.js';
import { Icon } from '../ui/icon.js';
import { SAMPLE_COLOR } from './colors.js';
import { sentenceOf, type FieldError } from './rules.js';

/** Under a field: its hint, or instead of it what is wrong and what to do. The field is described by `<its id>-note`. */
@Component({
  selector: 'bsd-field-note',
  imports: [Icon],
  template: `
    @if (error(); as e) {
      <span class="err" [id]="forId() + '-note'" data-testid="field-error"
        ><bsd-icon name="circle-alert" size="s" /><span>{{ sentence() }}</span></span
      >
    } @else if (hint()) {
      <span class="hint" [id]="forId() + '-note'">{{ hint() }}</span>
    }
  `,
  styles: ':host{display:contents}',
})
export class FieldNote {
  readonly #i18n = inject(I18n);
  readonly forId = input.required<string>();
  readonly error = input<FieldError | null>(null);
  readonly hint = input('');
  protected readonly sentence = computed(() => {
    const error = this.error();
    return error ? this.#i18n.t(sentenceOf(error), { example: SAMPLE_COLOR, ...error.params }) : '';
  });
}

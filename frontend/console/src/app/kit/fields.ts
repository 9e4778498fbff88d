import { Component, computed, inject, input } from '@angular/core';
import { I18n } from '../i18n/i18n.js';
import { type Field } from './field.js';
import { FieldNote } from './field-note.js';

/** What `aria-describedby` of a field names: its note, when there is one. */
function noteOf(field: { readonly id: string; readonly error: () => unknown }, hint: string): string | null {
  return field.error() || hint ? `${field.id}-note` : null;
}

/** A line of text with its label above and its hint or error below. With `max` the hint counts the characters. */
@Component({
  selector: 'bsd-text-field',
  imports: [FieldNote],
  template: `
    <label class="label" [attr.for]="field().id"
      >{{ label() || field().label() }}
      @if (optional()) {
        <span class="field__opt">{{ t('settings.optional') }}</span>
      }
    </label>
    <input
      #box
      class="input"
      [id]="field().id"
      [attr.type]="type()"
      [attr.data-testid]="field().testId"
      [attr.autocomplete]="autocomplete()"
      [placeholder]="placeholder()"
      [value]="field().value()"
      [attr.aria-invalid]="field().error() ? true : null"
      [attr.aria-describedby]="note()"
      (input)="field().set(box.value)"
      (blur)="field().touch()"
    />
    <bsd-field-note [forId]="field().id" [error]="field().error()" [hint]="under()" />
  `,
  host: { class: 'field' },
})
export class TextField {
  protected readonly t = inject(I18n).t;
  readonly field = input.required<Field<string>>();
  readonly label = input('');
  readonly hint = input('');
  readonly placeholder = input('');
  readonly type = input<'text' | 'url' | 'email' | 'password'>('text');
  readonly autocomplete = input('off');
  readonly optional = input(false);
  /** Most characters; shown, not enforced while typing. */
  readonly max = input(0);
  protected readonly under = computed(() => {
    const max = this.max();
    if (max === 0) return this.hint();
    const counter = this.t('settings.counter', { n: [...this.field().value()].length, max });
    return this.hint() ? `${counter}. ${this.hint()}` : counter;
  });
  protected readonly note = computed(() => noteOf(this.field(), this.under()));
}

/** Several lines of text. */
@Component({
  selector: 'bsd-area-field',
  imports: [FieldNote],
  template: `
    <label class="label" [attr.for]="field().id"
      >{{ label() || field().label() }}
      @if (optional()) {
        <span class="field__opt">{{ t('settings.optional') }}</span>
      }
    </label>
    <textarea
      #box
      class="input"
      [rows]="rows()"
      [id]="field().id"
      [attr.data-testid]="field().testId"
      [placeholder]="placeholder()"
      [value]="field().value()"
      [attr.aria-invalid]="field().error() ? true : null"
      [attr.aria-describedby]="note()"
      (input)="field().set(box.value)"
      (blur)="field().touch()"
    ></textarea>
    <bsd-field-note [forId]="field().id" [error]="field().error()" [hint]="hint()" />
  `,
  host: { class: 'field' },
})
export class AreaField {
  protected readonly t = inject(I18n).t;
  readonly field = input.required<Field<string>>();
  readonly label = input('');
  readonly hint = input('');
  readonly placeholder = input('');
  readonly rows = input(3);
  readonly optional = input(false);
  protected readonly note = computed(() => noteOf(this.field(), this.hint()));
}

/** A whole number with its unit in the hint. An empty box is no number and therefore wrong, not zero. */
@Component({
  selector: 'bsd-number-field',
  imports: [FieldNote],
  template: `
    <label class="label" [attr.for]="field().id">{{ label() || field().label() }}</label>
    <input
      #box
      class="input input--number"
      type="number"
      inputmode="numeric"
      step="1"
      [id]="field().id"
      [attr.data-testid]="field().testId"
      [attr.min]="min()"
      [attr.max]="max()"
      [value]="shown()"
      [attr.aria-invalid]="field().error() ? true : null"
      [attr.aria-describedby]="note()"
      (input)="field().set(box.value === '' ? null : box.valueAsNumber)"
      (blur)="field().touch()"
    />
    <bsd-field-note [forId]="field().id" [error]="field().error()" [hint]="hint()" />
  `,
  host: { class: 'field' },
})
export class NumberField {
  readonly field = input.required<Field<number | null>>();
  readonly label = input('');
  readonly hint = input('');
  readonly min = input<number>();
  readonly max = input<number>();
  protected readonly shown = computed(() => this.field().value() ?? '');
  protected readonly note = computed(() => noteOf(this.field(), this.hint()));
}

/** One of the choices of a `<select>`, or one segment. */
export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
}

/** A list to choose one of, for many choices. */
@Component({
  selector: 'bsd-select-field',
  imports: [FieldNote],
  template: `
    <label class="label" [attr.for]="field().id">{{ label() || field().label() }}</label>
    <select
      #box
      class="input"
      [id]="field().id"
      [attr.data-testid]="field().testId"
      [attr.aria-invalid]="field().error() ? true : null"
      [attr.aria-describedby]="note()"
      (change)="field().set(box.value)"
      (blur)="field().touch()"
    >
      @for (choice of choices(); track choice.value) {
        <option [value]="choice.value" [selected]="choice.value === field().value()">{{ choice.label }}</option>
      }
    </select>
    <bsd-field-note [forId]="field().id" [error]="field().error()" [hint]="hint()" />
  `,
  host: { class: 'field' },
})
export class SelectField {
  readonly field = input.required<Field<string>>();
  readonly label = input('');
  readonly choices = input.required<readonly Choice[]>();
  readonly hint = input('');
  protected readonly note = computed(() => noteOf(this.field(), this.hint()));
}

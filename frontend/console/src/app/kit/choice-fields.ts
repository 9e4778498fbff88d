import { Component, computed, inject, input } from '@angular/core';
import { I18n } from '../i18n/i18n.js';
import { type Field } from './field.js';
import { FieldNote } from './field-note.js';
import { type Choice } from './fields.js';

/** Two to four choices side by side; radio buttons underneath, so arrows walk them. */
@Component({
  selector: 'bsd-choice-field',
  imports: [FieldNote],
  template: `
    <span class="label" [id]="field().id + '-label'">{{ label() || field().label() }}</span>
    <div>
      <div
        class="seg"
        role="radiogroup"
        [attr.aria-labelledby]="field().id + '-label'"
        [attr.data-testid]="field().testId"
        [attr.data-value]="field().value()"
      >
        @for (choice of choices(); track choice.value; let first = $first) {
          <label
            ><input
              type="radio"
              class="over"
              [id]="first ? field().id : null"
              [name]="field().id"
              [value]="choice.value"
              [checked]="choice.value === field().value()"
              (change)="field().set(choice.value)"
            />{{ choice.label }}</label
          >
        }
      </div>
    </div>
    <bsd-field-note [forId]="field().id" [error]="field().error()" [hint]="hint()" />
  `,
  host: { class: 'field' },
})
export class ChoiceField {
  readonly field = input.required<Field<string>>();
  readonly label = input('');
  readonly choices = input.required<readonly Choice[]>();
  readonly hint = input('');
}

/** Choices under each other, each with a sentence that explains it. */
@Component({
  selector: 'bsd-radio-field',
  imports: [FieldNote],
  template: `
    <span class="label" [id]="field().id + '-label'">{{ label() || field().label() }}</span>
    <div
      class="radios"
      role="radiogroup"
      [attr.aria-labelledby]="field().id + '-label'"
      [attr.data-testid]="field().testId"
      [attr.data-value]="field().value()"
    >
      @for (choice of choices(); track choice.value; let first = $first) {
        <label class="opt"
          ><input
            type="radio"
            [id]="first ? field().id : null"
            [name]="field().id"
            [value]="choice.value"
            [checked]="choice.value === field().value()"
            [attr.aria-describedby]="choice.hint ? field().id + '-' + choice.value : null"
            (change)="field().set(choice.value)"
          />
          <span
            ><span class="opt__b">{{ choice.label }}</span>
            @if (choice.hint) {
              <span class="hint" [id]="field().id + '-' + choice.value">{{ choice.hint }}</span>
            }
          </span>
        </label>
      }
    </div>
    <bsd-field-note [forId]="field().id" [error]="field().error()" [hint]="hint()" />
  `,
  host: { class: 'field' },
})
export class RadioField {
  readonly field = input.required<Field<string>>();
  readonly label = input('');
  readonly choices = input.required<readonly Choice[]>();
  readonly hint = input('');
}

/** On or off; its name and what it does at the left. `locked`: why it cannot be changed. */
@Component({
  selector: 'bsd-switch-field',
  template: `
    <span class="grow"
      ><span class="opt__b" [id]="field().id + '-label'">{{ label() || field().label() }}</span>
      @if (locked() || hint()) {
        <span class="hint" [id]="field().id + '-note'">{{ locked() || hint() }}</span>
      }
    </span>
    <button
      type="button"
      class="switch"
      role="switch"
      [id]="field().id"
      [attr.data-testid]="field().testId"
      [attr.aria-checked]="on()"
      [attr.aria-disabled]="locked() ? true : null"
      [attr.aria-labelledby]="field().id + '-label'"
      [attr.aria-describedby]="locked() || hint() ? field().id + '-note' : null"
      (click)="turn($event)"
    ></button>
  `,
  host: { class: 'opt', '(click)': 'turn($event)' },
})
export class SwitchField {
  readonly field = input.required<Field<boolean>>();
  readonly label = input('');
  readonly hint = input('');
  readonly locked = input('');
  /** What holds while it is locked, whatever is stored. */
  readonly lockedTo = input(true);
  /** The stored value means the opposite of what the switch says. */
  readonly inverted = input(false);
  protected readonly on = computed(() => (this.locked() ? this.lockedTo() : this.field().value() !== this.inverted()));

  protected turn(event: Event): void {
    event.stopPropagation();
    if (!this.locked()) this.field().set(!this.field().value());
  }
}

/** The same text in both languages of the widget: two boxes under one label. */
@Component({
  selector: 'bsd-localized-field',
  imports: [FieldNote],
  template: `
    <span class="label" [id]="ru().id + '-label'"
      >{{ label() }}
      @if (optional()) {
        <span class="field__opt">{{ t('settings.optional') }}</span>
      }
    </span>
    @for (one of both(); track one.lang) {
      <div class="input input--box" [attr.aria-invalid]="one.field.error() ? true : null">
        <span class="input__pre" aria-hidden="true">{{ one.lang }}</span>
        @if (rows() > 1) {
          <textarea
            #area
            [rows]="rows()"
            [lang]="one.lang"
            [id]="one.field.id"
            [attr.data-testid]="one.field.testId"
            [placeholder]="one.placeholder"
            [attr.aria-label]="one.name"
            [attr.aria-invalid]="one.field.error() ? true : null"
            [attr.aria-describedby]="one.note"
            [value]="one.field.value()"
            (input)="one.field.set(area.value)"
            (blur)="one.field.touch()"
          ></textarea>
        } @else {
          <input
            #line
            type="text"
            autocomplete="off"
            [lang]="one.lang"
            [id]="one.field.id"
            [attr.data-testid]="one.field.testId"
            [placeholder]="one.placeholder"
            [attr.aria-label]="one.name"
            [attr.aria-invalid]="one.field.error() ? true : null"
            [attr.aria-describedby]="one.note"
            [value]="one.field.value()"
            (input)="one.field.set(line.value)"
            (blur)="one.field.touch()"
          />
        }
      </div>
      <bsd-field-note [forId]="one.field.id" [error]="one.field.error()" [hint]="one.hint" />
    }
    @if (hint()) {
      <span class="hint">{{ hint() }}</span>
    }
  `,
  host: { class: 'field', role: 'group', '[attr.aria-labelledby]': "ru().id + '-label'" },
})
export class LocalizedField {
  readonly #i18n = inject(I18n);
  protected readonly t = this.#i18n.t;
  readonly ru = input.required<Field<string>>();
  readonly en = input.required<Field<string>>();
  readonly label = input.required<string>();
  readonly hint = input('');
  readonly optional = input(false);
  readonly placeholders = input<{ readonly ru: string; readonly en: string }>({ ru: '', en: '' });
  readonly rows = input(1);
  /** Most characters of each; counted under it. */
  readonly max = input(0);
  protected readonly both = computed(() =>
    (['ru', 'en'] as const).map((lang) => {
      const field = lang === 'ru' ? this.ru() : this.en();
      const count = this.max() > 0 ? { n: [...field.value()].length, max: this.max() } : null;
      return {
        lang,
        field,
        placeholder: this.placeholders()[lang],
        name: `${this.label()}, ${this.t(lang === 'ru' ? 'lang.ru' : 'lang.en')}`,
        note: field.error() || count ? `${field.id}-note` : null,
        hint: count ? this.t('settings.counter', count) : '',
      };
    }),
  );
}

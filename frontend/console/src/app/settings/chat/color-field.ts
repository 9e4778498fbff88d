import { Component, computed, inject, input } from '@angular/core';
import { Formats } from '../../i18n/formats.js';
import { I18n } from '../../i18n/i18n.js';
import { Icon } from '../../ui/icon.js';
import { type Field } from '../../kit/field.js';
import { FieldNote } from '../../kit/field-note.js';
import { SWATCHES, textOn } from './colors.js';

/** The site's colour: a few good ones, any other as `#rrggbb`, and how well text can be read on it. */
@Component({
  selector: 'bsd-color-field',
  imports: [FieldNote, Icon],
  template: `
    <label class="label" [attr.for]="field().id">{{ field().label() }}</label>
    <div class="sw">
      <span class="sw__all" role="radiogroup" [attr.aria-label]="t('chat.colorSwatches')">
        @for (color of swatches; track color) {
          <label class="sw__o" [style.--v]="color"
            ><input
              type="radio"
              class="over"
              name="swatch"
              [attr.aria-label]="color"
              [value]="color"
              [checked]="color === shown()"
              (change)="field().set(color)"
          /></label>
        }
      </span>
      <input
        #box
        class="input mono"
        type="text"
        autocomplete="off"
        spellcheck="false"
        maxlength="7"
        [id]="field().id"
        [attr.data-testid]="field().testId"
        [value]="field().value()"
        [attr.aria-invalid]="field().error() ? true : null"
        [attr.aria-describedby]="field().id + '-note'"
        (input)="field().set(whole(box.value))"
        (blur)="field().touch()"
      />
    </div>
    @if (read(); as on) {
      <span class="hint row color__read" [id]="field().id + '-note'" data-testid="color-contrast"
        ><bsd-icon class="ok" name="check" size="s" /><span>{{
          t(on.text === 'white' ? 'chat.whiteText' : 'chat.blackText', { n: ratio() })
        }}</span></span
      >
    } @else {
      <bsd-field-note [forId]="field().id" [error]="field().error()" [hint]="t('chat.colorHint')" />
    }
  `,
  host: { class: 'field' },
})
export class ColorField {
  readonly #formats = inject(Formats);
  protected readonly t = inject(I18n).t;
  protected readonly swatches = SWATCHES;
  readonly field = input.required<Field<string>>();
  protected readonly shown = computed(() => this.field().value().toLowerCase());
  protected readonly read = computed(() => textOn(this.field().value()));
  protected readonly ratio = computed(() => this.#formats.number(this.read()?.contrast ?? 0));

  /** Pasted without the mark. */
  protected whole(value: string): string {
    const text = value.trim();
    return /^[0-9a-f]{6}$/i.test(text) ? `\u0023${text}` : text;
  }
}

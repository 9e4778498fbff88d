import { Component, computed, input } from '@angular/core';
import { withMark } from './colors.js';
import { type Field } from './field.js';
import { FieldNote } from './field-note.js';

/** A colour: a few good ones, or any other as `#rrggbb`. What stands inside is the field's note while `noted`. */
@Component({
  selector: 'bsd-color-field',
  imports: [FieldNote],
  template: `
    <label class="label" [attr.for]="field().id">{{ field().label() }}</label>
    <div class="sw">
      <span class="sw__all" role="radiogroup" [attr.aria-label]="swatchesLabel()">
        @for (color of swatches(); track color) {
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
    @if (noted()) {
      <ng-content />
    } @else {
      <bsd-field-note [forId]="field().id" [error]="field().error()" [hint]="hint()" />
    }
  `,
  host: { class: 'field' },
})
export class ColorField {
  readonly field = input.required<Field<string>>();
  readonly swatches = input.required<readonly string[]>();
  readonly swatchesLabel = input.required<string>();
  readonly hint = input('');
  readonly noted = input(false);
  protected readonly whole = withMark;
  protected readonly shown = computed(() => this.field().value().toLowerCase());
}

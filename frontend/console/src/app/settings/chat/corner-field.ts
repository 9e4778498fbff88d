import { Component, computed, inject, input } from '@angular/core';
import { I18n } from '../../i18n/i18n.js';
import { type Field } from '../../kit/field.js';
import { CORNERS, type Corner } from './site-settings.js';

/** The corner of the screen the chat sits in: a small screen with four places. */
@Component({
  selector: 'bsd-corner-field',
  template: `
    <span class="label" [id]="field().id + '-label'">{{ t('chat.corner') }}</span>
    <div class="row corner__row">
      <div
        class="corner"
        role="radiogroup"
        [attr.aria-labelledby]="field().id + '-label'"
        [attr.data-testid]="field().testId"
        [attr.data-value]="field().value()"
      >
        @for (corner of corners; track corner) {
          <label [class]="'corner__o corner__o--' + corner" [title]="t(names[corner])"
            ><input
              type="radio"
              class="over"
              [id]="$first ? field().id : null"
              [name]="field().id"
              [value]="corner"
              [attr.aria-label]="t(names[corner])"
              [checked]="corner === field().value()"
              (change)="field().set(corner)" /><span></span
          ></label>
        }
      </div>
      <span class="hint">{{ name() }}</span>
    </div>
  `,
  host: { class: 'field' },
})
export class CornerField {
  protected readonly t = inject(I18n).t;
  protected readonly corners = CORNERS;
  protected readonly names = {
    'top-left': 'chat.corner.top-left',
    'top-right': 'chat.corner.top-right',
    'bottom-left': 'chat.corner.bottom-left',
    'bottom-right': 'chat.corner.bottom-right',
  } as const satisfies Record<Corner, string>;
  readonly field = input.required<Field<Corner>>();
  protected readonly name = computed(() => this.t(this.names[this.field().value()]));
}

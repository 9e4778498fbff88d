import { Component, input } from '@angular/core';
import { MatMenuTrigger, type MatMenu } from '@angular/material/menu';
import { Icon } from '../ui/icon.js';

/** The three dots of a row, with the menu of what can be done with it; the focus comes back to them when the row's panel closes. */
@Component({
  selector: 'bsd-row-actions',
  imports: [Icon, MatMenuTrigger],
  template: `
    <button
      type="button"
      class="btn btn--ico"
      [attr.data-testid]="testId()"
      [attr.data-actions-of]="of()"
      [attr.aria-label]="label()"
      [matMenuTriggerFor]="menu()"
      [matMenuTriggerData]="data()"
    >
      <bsd-icon name="ellipsis" />
    </button>
  `,
  styles: ':host{display:contents}',
})
export class RowActions {
  /** Id of the row. */
  readonly of = input.required<string>();
  readonly label = input.required<string>();
  readonly testId = input.required<string>();
  readonly menu = input.required<MatMenu>();
  /** What the menu's template gets. */
  readonly data = input.required<unknown>();
}

import { Component, input } from '@angular/core';
import { MatIcon } from '@angular/material/icon';
import { type IconName } from './icons.js';

/** An icon of the set; hidden from assistive technology, the words beside it speak. Sizes: s 14, m 16, default 18, l 20 px. */
@Component({
  selector: 'bsd-icon',
  imports: [MatIcon],
  template: `<mat-icon [svgIcon]="name()" [class]="'i ' + (size() ? 'i--' + size() : '')" aria-hidden="true" />`,
  host: { class: 'icon', 'aria-hidden': 'true' },
})
export class Icon {
  readonly name = input.required<IconName>();
  readonly size = input<'s' | 'm' | 'l' | ''>('');
}

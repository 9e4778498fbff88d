import { Component, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { I18n } from '../i18n/i18n.js';
import { Icon } from '../ui/icon.js';

/** Head of a page of the settings: its title, on a phone the way back to the navigation; states and buttons go inside. */
@Component({
  selector: 'bsd-settings-head',
  imports: [Icon, RouterLink],
  template: `
    <a
      class="btn btn--ico show-s bar__back"
      [routerLink]="['/sites', siteId(), 'settings']"
      [attr.aria-label]="t('settings.back')"
      ><bsd-icon name="arrow-left"
    /></a>
    <h1>{{ heading() }}</h1>
    <ng-content />
  `,
  host: { class: 'bar' },
})
export class SettingsHead {
  readonly siteId = input.required<string>();
  readonly heading = input.required<string>();
  protected readonly t = inject(I18n).t;
}

import { Component, ViewEncapsulation, computed, inject, input } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { NavigationEnd, Router, RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { filter, map, startWith } from 'rxjs';
import { Sites } from '../core/sites.js';
import { I18n } from '../i18n/i18n.js';
import { type MessageKey } from '../i18n/ru.js';
import { GROUPS, pagesFor, type SettingsGroup, type SettingsPage } from './pages.js';

const GROUP_NAMES: Readonly<Record<SettingsGroup, MessageKey>> = {
  site: 'settings.group.site',
  dialogs: 'settings.group.dialogs',
  system: 'settings.group.system',
  personal: 'settings.group.personal',
};

/** Navigation of the settings with the pages the role may see; the page is beside it, on a phone instead of it. */
@Component({
  selector: 'bsd-settings',
  imports: [RouterLink, RouterLinkActive, RouterOutlet],
  template: `
    <nav class="snav scroll" [attr.aria-label]="t('nav.settings')" data-testid="settings-nav">
      <h2>{{ t('nav.settings') }}</h2>
      @for (group of groups(); track group.name) {
        <h3>{{ group.name }}</h3>
        @for (page of group.pages; track page.path) {
          <a
            [routerLink]="['/sites', siteId(), 'settings', page.path]"
            routerLinkActive
            ariaCurrentWhenActive="page"
            [attr.data-testid]="'settings-' + page.path"
            >{{ t(page.label) }}</a
          >
        }
      }
    </nav>
    <main class="scol"><router-outlet /></main>
  `,
  styleUrls: ['./settings.scss', '../kit/kit.scss'],
  encapsulation: ViewEncapsulation.None,
  host: { class: 'settings', '[class.settings--open]': 'open()' },
})
export class Settings {
  readonly #sites = inject(Sites);
  readonly #router = inject(Router);
  protected readonly t = inject(I18n).t;
  readonly siteId = input.required<string>();
  readonly #url = toSignal(
    this.#router.events.pipe(
      filter((event) => event instanceof NavigationEnd),
      map((event) => event.urlAfterRedirects),
      startWith(this.#router.url),
    ),
    { requireSync: true },
  );
  /** A page is open: on a phone the navigation goes away. */
  protected readonly open = computed(() => /\/settings\/[^/?#]/.test(this.#url()));
  readonly #role = computed(() => this.#sites.items()?.find((site) => site.id === this.siteId())?.role);
  protected readonly groups = computed(() => {
    const pages = pagesFor(this.#role());
    const of = (group: SettingsGroup): readonly SettingsPage[] => pages.filter((page) => page.group === group);
    return GROUPS.map((group) => ({ name: this.t(GROUP_NAMES[group]), pages: of(group) })).filter(
      (group) => group.pages.length > 0,
    );
  });
}

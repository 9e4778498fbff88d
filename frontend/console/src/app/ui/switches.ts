import { Component, computed, inject, input } from '@angular/core';
import { MatMenuModule } from '@angular/material/menu';
import { Preferences } from '../core/auth-preferences.js';
import { Theme, THEMES, type ThemeName } from '../core/theme.js';
import { I18n, LANGS, type Lang } from '../i18n/i18n.js';
import { Icon } from './icon.js';
import { type IconName } from './icons.js';

const THEME_ICONS: Readonly<Record<ThemeName, IconName>> = { auto: 'monitor', light: 'sun', dark: 'moon' };

/** Changes the language at once. With two languages a press switches to the other one. */
@Component({
  selector: 'bsd-language-switch',
  imports: [Icon],
  template: `
    <button
      type="button"
      [class]="rail() ? 'rail__item rail__item--low' : 'btn btn--quiet'"
      data-testid="language"
      [attr.data-lang]="i18n.lang()"
      [attr.aria-label]="i18n.t('nav.languageNow', { name: i18n.t(i18n.lang() === 'ru' ? 'lang.ru' : 'lang.en') })"
      (click)="next()"
    >
      <bsd-icon name="languages" [size]="rail() ? 'l' : 'm'" />
      <span>{{ rail() ? i18n.t('nav.language') : i18n.t(i18n.lang() === 'ru' ? 'lang.ru' : 'lang.en') }}</span>
    </button>
  `,
})
export class LanguageSwitch {
  readonly #preferences = inject(Preferences);
  protected readonly i18n = inject(I18n);
  readonly rail = input(false);

  protected next(): void {
    const lang: Lang = LANGS[(LANGS.indexOf(this.i18n.lang()) + 1) % LANGS.length] ?? 'ru';
    void this.#preferences.useLang(lang);
  }
}

/** Light, dark or as the system has it. */
@Component({
  selector: 'bsd-theme-switch',
  imports: [Icon, MatMenuModule],
  template: `
    <button
      type="button"
      [class]="rail() ? 'rail__item rail__item--low' : 'btn btn--quiet'"
      data-testid="theme"
      [attr.data-theme-name]="theme.name()"
      [matMenuTriggerFor]="menu"
      [attr.aria-label]="i18n.t('nav.themeNow', { name: label() })"
    >
      <bsd-icon [name]="icon()" [size]="rail() ? 'l' : 'm'" />
      <span>{{ rail() ? i18n.t('nav.theme') : label() }}</span>
    </button>
    <mat-menu #menu="matMenu">
      @for (name of names; track name) {
        <button
          mat-menu-item
          type="button"
          role="menuitemradio"
          [attr.aria-checked]="theme.name() === name"
          (click)="preferences.useTheme(name)"
        >
          <span class="mi"
            ><bsd-icon [name]="icons[name]" size="m" />{{ labels()[name] }}
            @if (theme.name() === name) {
              <bsd-icon class="mi__end" name="check" size="m" />
            }
          </span>
        </button>
      }
    </mat-menu>
  `,
})
export class ThemeSwitch {
  protected readonly preferences = inject(Preferences);
  protected readonly i18n = inject(I18n);
  protected readonly theme = inject(Theme);
  readonly rail = input(false);
  protected readonly names = THEMES;
  protected readonly icons = THEME_ICONS;
  protected readonly icon = computed(() => THEME_ICONS[this.theme.name()]);
  protected readonly labels = computed((): Record<ThemeName, string> => ({
    auto: this.i18n.t('theme.auto'),
    light: this.i18n.t('theme.light'),
    dark: this.i18n.t('theme.dark'),
  }));
  protected readonly label = computed(() => this.labels()[this.theme.name()]);
}

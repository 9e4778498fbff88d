import { Injectable, effect, inject, untracked } from '@angular/core';
import { I18n, type Lang } from '../i18n/i18n.js';
import { Api } from './api.js';
import { Auth } from './auth.js';
import { Problems } from './problems.js';
import { Theme, type ThemeName } from './theme.js';
import { Toasts } from './toast.js';

/** Language and theme: kept with the account, so that they are the same on every device; before signing in, on this device. */
@Injectable({ providedIn: 'root' })
export class Preferences {
  readonly #api = inject(Api);
  readonly #auth = inject(Auth);
  readonly #i18n = inject(I18n);
  readonly #theme = inject(Theme);
  readonly #problems = inject(Problems);
  readonly #toasts = inject(Toasts);
  #applied = '';

  constructor() {
    effect(() => {
      const operator = this.#auth.operator();
      untracked(() => {
        const chosen = `${operator?.id} ${operator?.locale} ${operator?.theme}`;
        // the same answer again (a renewed token) is no reason to undo what is chosen here and still on its way
        if (chosen === this.#applied) return;
        this.#applied = chosen;
        if (operator?.locale && operator.locale !== this.#i18n.lang()) void this.#i18n.use(operator.locale);
        if (operator?.theme && operator.theme !== this.#theme.name()) this.#theme.use(operator.theme);
      });
    });
  }

  async useLang(lang: Lang): Promise<void> {
    await this.#i18n.use(lang);
    await this.#keep({ locale: lang });
  }

  async useTheme(theme: ThemeName): Promise<void> {
    this.#theme.use(theme);
    await this.#keep({ theme });
  }

  async #keep(change: { readonly locale: Lang } | { readonly theme: ThemeName }): Promise<void> {
    if (!this.#auth.signedIn()) return;
    try {
      await this.#api.request('PATCH', '/api/account', change);
      this.#auth.update(change);
    } catch (error) {
      // ApiError: the choice holds on this device all the same
      this.#toasts.show({ text: this.#i18n.t('nav.onlyHere', { reason: this.#problems.reason(error) }) });
    }
  }
}

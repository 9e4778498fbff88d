import { Component, effect, inject } from '@angular/core';
import { Router, RouterOutlet } from '@angular/router';
import { Auth } from './core/auth.js';
import { Preferences } from './core/auth-preferences.js';
import { Live } from './core/live.js';
import { PresenceStore } from './core/presence.js';
import { Sites } from './core/sites.js';
import { Theme } from './core/theme.js';

/** The root: shows a route, and leads to the login page when the session is over. */
@Component({ selector: 'bsd-root', imports: [RouterOutlet], template: '<router-outlet />' })
export class App {
  readonly #auth = inject(Auth);
  readonly #router = inject(Router);
  readonly #live = inject(Live);
  readonly #sites = inject(Sites);
  readonly #presence = inject(PresenceStore);

  constructor() {
    inject(Theme);
    inject(Preferences);
    effect(() => {
      if (this.#auth.signedIn()) return;
      this.#live.leave();
      this.#sites.forget();
      this.#presence.forget();
      const url = this.#router.url;
      const reason = this.#auth.reason();
      if (/^\/(login|reset)\b/.test(url) || reason === null) return;
      const back = reason === 'signed-out' || url === '/' ? {} : { back: url };
      void this.#router.navigate(['/login'], { queryParams: back });
    });
  }
}

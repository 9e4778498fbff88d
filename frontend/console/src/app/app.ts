import { Component, effect, inject } from '@angular/core';
import { Router, RouterOutlet } from '@angular/router';
import { Auth } from './core/auth.js';
import { Live } from './core/live.js';
import { Sites } from './core/sites.js';
import { Theme } from './core/theme.js';

/** The root: shows a route, and leads to the login page when the session is over. */
@Component({ selector: 'bsd-root', imports: [RouterOutlet], template: '<router-outlet />' })
export class App {
  readonly #auth = inject(Auth);
  readonly #router = inject(Router);
  readonly #live = inject(Live);
  readonly #sites = inject(Sites);

  constructor() {
    inject(Theme);
    effect(() => {
      if (this.#auth.signedIn()) return;
      this.#live.leave();
      this.#sites.forget();
      const url = this.#router.url;
      const reason = this.#auth.reason();
      if (url.startsWith('/login') || reason === null) return;
      const back = reason === 'signed-out' || url === '/' ? {} : { back: url };
      void this.#router.navigate(['/login'], { queryParams: back });
    });
  }
}

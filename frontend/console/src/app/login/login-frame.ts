import { Component, computed, inject } from '@angular/core';
import { I18n } from '../i18n/i18n.js';
import { Avatar } from '../ui/avatar.js';
import { LanguageSwitch, ThemeSwitch } from '../ui/switches.js';

/** The frame of every page for people who are not signed in: the form at the left, a picture of the product at the right. */
@Component({
  selector: 'bsd-login-frame',
  imports: [Avatar, LanguageSwitch, ThemeSwitch],
  template: `
    <div class="login">
      <main class="login__f">
        <div class="brand"><span class="rail__logo" aria-hidden="true">Б</span>{{ t('app.name') }}</div>
        <ng-content />
        <div class="row login__foot"><bsd-language-switch /><bsd-theme-switch /></div>
      </main>
      <aside class="login__a" aria-hidden="true">
        <div class="la">
          @for (card of cards(); track card.seed) {
            <div class="box la__r">
              <bsd-avatar [seed]="card.seed" [name]="card.name" [channel]="card.channel" />
              <div class="grow">
                <div class="row">
                  <b class="label grow">{{ card.title }}</b><span class="meta">{{ card.at }}</span>
                </div>
                <span class="small muted">{{ card.text }}</span>
              </div>
            </div>
          }
          <p class="la__t">{{ t('login.art') }}<br />{{ t('login.art2') }}</p>
        </div>
      </aside>
    </div>
  `,
})
export class LoginFrame {
  protected readonly t = inject(I18n).t;
  protected readonly cards = computed(() => {
    const named = (seed: string, title: string, channel: string, at: string, text: string) => {
      return { seed, name: title as string | null, title, channel, at, text };
    };
    const t = this.t;
    return [
      { ...named('7C4F', t('person.visitor', { code: '7C4F' }), 'chat', '09:34', t('login.artText1')), name: null },
      named('kd', t('login.artName2'), 'telegram', '09:25', t('login.artText2')),
      named('ri', t('login.artName3'), 'vk', '09:22', t('login.artText3')),
      named('kp', t('login.artName4'), 'email', '09:20', t('login.artText4')),
    ];
  });
}

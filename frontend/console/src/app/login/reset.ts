import { Component, inject, signal } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { ActivatedRoute, RouterLink } from '@angular/router';
import { Auth } from '../core/auth.js';
import { I18n } from '../i18n/i18n.js';
import { LoginFrame } from './login-frame.js';
import { NewPassword } from './new-password.js';

/** The page of the link in the mail: sets a new password by a token that works once. */
@Component({
  selector: 'bsd-reset',
  imports: [LoginFrame, NewPassword, RouterLink],
  template: `
    <bsd-login-frame>
      <div class="login__in">
        @switch (state()) {
          @case ('form') {
            <h1>{{ t('signin.resetTitle') }}</h1>
            <p class="muted login__lead">{{ t('signin.resetLead') }}</p>
            <bsd-new-password [button]="t('signin.resetSave')" [save]="save" (expired)="state.set('expired')" />
          }
          @case ('done') {
            <h1>{{ t('signin.resetDone') }}</h1>
            <p class="muted login__lead" role="status">{{ t('signin.resetDoneText') }}</p>
            <a class="btn btn--main" routerLink="/login" data-testid="reset-login">{{ t('login.submit') }}</a>
          }
          @default {
            <h1>{{ t('signin.resetExpired') }}</h1>
            <p class="muted login__lead" role="alert">{{ t('signin.resetExpiredText') }}</p>
            <a class="btn btn--main" routerLink="/login" [queryParams]="{ forgot: 1 }">{{
              t('signin.resetAskAgain')
            }}</a>
            <div class="login__links">
              <a class="small" routerLink="/login">{{ t('signin.back') }}</a>
            </div>
          }
        }
      </div>
    </bsd-login-frame>
  `,
})
export class Reset {
  readonly #auth = inject(Auth);
  readonly #token = inject(ActivatedRoute).snapshot.queryParamMap.get('token') ?? '';
  protected readonly t = inject(I18n).t;
  protected readonly state = signal<'form' | 'done' | 'expired'>(this.#token ? 'form' : 'expired');
  protected readonly save = async (password: string): Promise<void> => {
    await this.#auth.confirmReset(this.#token, password);
    this.state.set('done');
  };

  constructor() {
    inject(Title).setTitle(`${this.t('signin.resetTitle')} · ${this.t('app.name')}`);
  }
}

import { Component, computed, inject, signal, viewChild } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { FormControl } from '@angular/forms';
import { ApiError } from '@beseda/realtime';
import { Toasts } from '../core/toast.js';
import { I18n } from '../i18n/i18n.js';
import { NewPassword } from '../login/new-password.js';
import { PasswordInput } from '../login/password-input.js';
import { AccountStore } from './account.store.js';

/** Changes the own password; other sessions end with it. */
@Component({
  selector: 'bsd-password-section',
  imports: [NewPassword, PasswordInput],
  template: `
    <h2>{{ t('account.password') }}</h2>
    @if (store.account()?.noPassword) {
      <p class="hint">{{ t('account.password.sso') }}</p>
    } @else if (open()) {
      <bsd-new-password
        [email]="store.account()?.email ?? ''"
        [button]="t('account.password.save')"
        [save]="save"
        class="narrow"
      >
        <bsd-password-input
          #current
          inputId="current-password"
          [label]="t('account.currentPassword')"
          [control]="control"
          [error]="error()"
        />
      </bsd-new-password>
      <div>
        <button type="button" class="btn" (click)="close()">{{ t('settings.cancel') }}</button>
      </div>
    } @else {
      <p class="hint">{{ t('account.password.lead') }}</p>
      <div>
        <button type="button" class="btn btn--line" data-testid="password-start" (click)="begin()">
          {{ t('account.password.change') }}
        </button>
      </div>
    }
  `,
  host: { class: 'fs', 'data-testid': 'password-section' },
})
export class PasswordSection {
  readonly #toasts = inject(Toasts);
  protected readonly store = inject(AccountStore);
  protected readonly t = inject(I18n).t;
  protected readonly open = signal(false);
  protected readonly control = new FormControl('', { nonNullable: true });
  readonly #events = toSignal(this.control.events);
  readonly #wrong = signal<'empty' | 'wrong' | null>(null);
  private readonly current = viewChild<PasswordInput>('current');

  protected readonly error = computed(() => {
    this.#events();
    if (this.#wrong() === 'empty' && !this.control.value) return this.t('account.ask.noPassword');
    return this.#wrong() === 'wrong' ? this.t('account.ask.wrongPassword') : null;
  });

  constructor() {
    this.control.valueChanges.subscribe(() => this.#wrong.set(null));
  }

  protected begin(): void {
    this.open.set(true);
    setTimeout(() => this.current()?.focus());
  }

  protected close(): void {
    this.control.setValue('');
    this.open.set(false);
  }

  protected readonly save = async (password: string): Promise<void> => {
    if (!this.control.value) return this.#complain('empty');
    try {
      await this.store.changePassword(this.control.value, password);
    } catch (error) {
      // ApiError: what is wrong with the new password is said by its own field
      if (error instanceof ApiError && error.problem.errors?.some((one) => one.path === 'currentPassword'))
        return this.#complain('wrong');
      throw error;
    }
    this.close();
    this.#toasts.show({ text: this.t('account.password.saved') });
  };

  #complain(what: 'empty' | 'wrong'): void {
    this.#wrong.set(what);
    setTimeout(() => this.current()?.select());
  }
}

import { Component, DestroyRef, computed, inject, signal } from '@angular/core';
import { Toasts } from '../core/toast.js';
import { I18n } from '../i18n/i18n.js';
import { CopyBox } from '../kit/copy-box.js';
import { OpenForms } from '../kit/leaving.js';
import { Icon } from '../ui/icon.js';
import { AccountStore } from './account.store.js';
import { AskSecret } from './ask-secret.js';
import { Qr } from './qr.js';
import { RecoveryCodes } from './recovery-codes.js';

/** What the section is doing; `rest` shows the state and the buttons. */
type Step = 'rest' | 'password' | 'scan' | 'codes' | 'renew' | 'stop';

/** Codes of an authenticator app at every sign-in. Nothing is on until a first code was right. */
@Component({
  selector: 'bsd-second-factor',
  imports: [AskSecret, CopyBox, Icon, Qr, RecoveryCodes],
  templateUrl: './second-factor.html',
  host: { class: 'fs', 'data-testid': 'second-factor' },
})
export class SecondFactor {
  readonly #toasts = inject(Toasts);
  protected readonly store = inject(AccountStore);
  protected readonly t = inject(I18n).t;
  protected readonly step = signal<Step>('rest');
  protected readonly started = signal<{ readonly secret: string; readonly uri: string } | null>(null);
  protected readonly codes = signal<readonly string[]>([]);
  protected readonly on = computed(() => this.store.account()?.secondFactor ?? false);
  protected readonly left = computed(() => this.store.account()?.recoveryCodesLeft ?? 0);
  /** In groups of four, as it is read out and typed. */
  protected readonly secret = computed(() => this.started()?.secret.replace(/(.{4})(?=.)/g, '$1 ') ?? '');

  protected readonly start = async (password: string): Promise<void> => {
    this.started.set(await this.store.startFactor(password));
    this.step.set('scan');
  };
  protected readonly confirm = async (code: string): Promise<void> => {
    this.codes.set(await this.store.confirmFactor(code));
    this.started.set(null);
    this.step.set('codes');
  };
  protected readonly renew = async (code: string): Promise<void> => {
    this.codes.set(await this.store.renewCodes(code));
    this.step.set('codes');
  };
  protected readonly stop = async (code: string): Promise<void> => {
    await this.store.stopFactor(code);
    this.rest();
    this.#toasts.show({ text: this.t('account.factor.stopped') });
  };

  constructor() {
    // codes that nobody has kept are lost with the page
    const off = inject(OpenForms).add({ dirty: () => this.step() === 'codes', discard: () => this.rest() });
    inject(DestroyRef).onDestroy(off);
  }

  protected rest(): void {
    this.started.set(null);
    this.codes.set([]);
    this.step.set('rest');
  }
}

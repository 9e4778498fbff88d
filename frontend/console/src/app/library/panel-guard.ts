import { Injectable, inject } from '@angular/core';
import { I18n } from '../i18n/i18n.js';
import { Confirm } from '../kit/confirm.js';
import { OpenForms } from '../kit/leaving.js';

/** Asks before a panel with something unsaved gives way to another or closes. */
@Injectable({ providedIn: 'root' })
export class PanelGuard {
  readonly #confirm = inject(Confirm);
  readonly #forms = inject(OpenForms);
  readonly #t = inject(I18n).t;

  async mayLeave(): Promise<boolean> {
    if (!this.#forms.dirty()) return true;
    const leave = await this.#confirm.ask({
      title: this.#t('settings.leave.title'),
      text: this.#t('settings.leave.text'),
      action: this.#t('settings.leave.go'),
      stay: this.#t('settings.leave.stay'),
      danger: true,
    });
    if (leave) this.#forms.discard();
    return leave;
  }
}

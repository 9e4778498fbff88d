import { DestroyRef, Injectable, inject } from '@angular/core';
import { type CanDeactivateFn } from '@angular/router';
import { Auth } from '../core/auth.js';
import { I18n } from '../i18n/i18n.js';
import { Confirm } from './confirm.js';

/** Something that holds what was typed and is not saved yet. */
export interface Unsaved {
  readonly dirty: () => boolean;
  /** The operator leaves without saving. */
  readonly discard: () => void;
}

/** Everything on the page that would be lost by leaving it. */
@Injectable({ providedIn: 'root' })
export class OpenForms {
  readonly #forms = new Set<Unsaved>();

  constructor() {
    const ask = (event: BeforeUnloadEvent): void => {
      if (this.dirty()) event.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    inject(DestroyRef).onDestroy(() => window.removeEventListener('beforeunload', ask));
  }

  /** Returns a function that takes it off again. */
  add(form: Unsaved): () => void {
    this.#forms.add(form);
    return () => void this.#forms.delete(form);
  }

  dirty(): boolean {
    return [...this.#forms].some((form) => form.dirty());
  }

  discard(): void {
    for (const form of this.#forms) form.discard();
  }
}

/** Leaving a page with changes asks. When the session has ended nothing is asked: the draft waits for the next sign-in. */
export const askBeforeLeaving: CanDeactivateFn<unknown> = async () => {
  const forms = inject(OpenForms);
  const { t } = inject(I18n);
  const confirm = inject(Confirm);
  if (!inject(Auth).signedIn() || !forms.dirty()) return true;
  const leave = await confirm.ask({
    title: t('settings.leave.title'),
    text: t('settings.leave.text'),
    action: t('settings.leave.go'),
    stay: t('settings.leave.stay'),
    danger: true,
  });
  if (leave) forms.discard();
  return leave;
};

import { DestroyRef, Injectable, inject } from '@angular/core';
import { type CanDeactivateFn } from '@angular/router';
import { Auth } from '../core/auth.js';
import { I18n } from '../i18n/i18n.js';
import { Confirm, type Question } from './confirm.js';

/** Something that holds what was typed and is not saved yet. */
export interface Unsaved {
  readonly dirty: () => boolean;
  /** The operator leaves without saving. */
  readonly discard: () => void;
  /** Asked instead of the usual question. */
  readonly question?: () => Question | null;
}

/** Everything on the page that would be lost by leaving it. */
@Injectable({ providedIn: 'root' })
export class OpenForms {
  readonly #confirm = inject(Confirm);
  readonly #t = inject(I18n).t;
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

  /** Asks when something would be lost; what is left behind is discarded. */
  async mayLeave(): Promise<boolean> {
    const unsaved = [...this.#forms].filter((form) => form.dirty());
    if (unsaved.length === 0) return true;
    const usual: Question = {
      title: this.#t('settings.leave.title'),
      text: this.#t('settings.leave.text'),
      action: this.#t('settings.leave.go'),
      stay: this.#t('settings.leave.stay'),
      danger: true,
    };
    const [own] = unsaved.flatMap((form) => form.question?.() ?? []);
    const leave = await this.#confirm.ask(own ?? usual);
    if (leave) this.discard();
    return leave;
  }
}

/** Leaving a page with changes asks. When the session has ended nothing is asked: the draft waits for the next sign-in. */
export const askBeforeLeaving: CanDeactivateFn<unknown> = () =>
  !inject(Auth).signedIn() || inject(OpenForms).mayLeave();

import { DestroyRef, ElementRef, Injectable, inject, signal } from '@angular/core';
import { toApiProblem, type ApiProblem } from '@beseda/realtime';
import { Hotkeys } from '../core/hotkeys.js';
import { Problems } from '../core/problems.js';
import { Toasts } from '../core/toast.js';
import { Confirm, type Question } from './confirm.js';
import { OpenForms } from './leaving.js';

/** An action of a row. */
export interface RowAction {
  /** Asked before it. */
  readonly question?: Question;
  /** Rejects with ApiError. */
  readonly run: () => Promise<unknown>;
  /** What stands above the list when it failed. */
  readonly failed: (reason: string, problem: ApiProblem) => string;
}

/**
 * What a list page holds beside its rows: the panel at its side, and what went wrong with an action of a row. A panel with changes gives
 * way only after a question; the focus goes back to where it was opened. Provide it at the page.
 */
@Injectable()
export class Panels {
  readonly #confirm = inject(Confirm);
  readonly #forms = inject(OpenForms);
  readonly #problems = inject(Problems);
  readonly #toasts = inject(Toasts);
  readonly #host = inject<ElementRef<HTMLElement>>(ElementRef);
  readonly #shown = signal<string | null>(null);
  readonly #kind = signal('');

  /** Id of the item in the panel, `new`, another word of the page, or null. */
  readonly shown = this.#shown.asReadonly();
  /** Which panel, on a page that has several for an item. */
  readonly kind = this.#kind.asReadonly();
  /** What went wrong with an action of a row. */
  readonly trouble = signal<string | null>(null);

  constructor() {
    const off = inject(Hotkeys).add({
      key: 'Escape',
      inFields: true,
      run: (event) => {
        if (this.#shown() === null) return;
        event.preventDefault();
        void this.close();
      },
    });
    inject(DestroyRef).onDestroy(off);
  }

  async show(id: string, kind = ''): Promise<void> {
    if ((this.#shown() === id && this.#kind() === kind) || !(await this.#forms.mayLeave())) return;
    this.#shown.set(id);
    this.#kind.set(kind);
  }

  async close(): Promise<void> {
    const id = this.#shown();
    if (id === null || !(await this.#forms.mayLeave())) return;
    this.#shown.set(null);
    this.focusRow(id);
  }

  /** The panel did what it was opened for; `id` names the row it was about. */
  done(text = '', id = this.#shown() ?? ''): void {
    this.#shown.set(null);
    if (text) this.#toasts.show({ text });
    setTimeout(() => this.focusRow(id));
  }

  /** Something is no longer in the list. */
  gone(...ids: readonly string[]): void {
    if (ids.includes(this.#shown() ?? '')) this.#shown.set(null);
  }

  /** Runs an action of a row; a failure is said above the list. */
  async act({ question, run, failed }: RowAction): Promise<void> {
    if (question && !(await this.#confirm.ask({ danger: true, ...question }))) return;
    this.trouble.set(null);
    try {
      await run();
    } catch (error) {
      // ApiError or a TypeError of fetch: said above the list
      const problem = toApiProblem(error);
      this.trouble.set(failed(this.#problems.sentence(problem), problem));
    }
  }

  /** To the actions of a row, or to the button that adds one. */
  focusRow(id: string): void {
    this.focus(`[data-actions-of="${id}"]`) || this.focus('[data-list-add]');
  }

  focus(selector: string): boolean {
    const element = this.#host.nativeElement.querySelector<HTMLElement>(selector);
    element?.focus();
    return element !== null;
  }
}

import { Injectable, signal } from '@angular/core';

export interface ToastMessage {
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** Milliseconds a toast stays when the pointer is elsewhere. */
const STAYS_MS = 6_000;

/** One message at the bottom of the page: what was done and how to undo it, or an error that has no other place. */
@Injectable({ providedIn: 'root' })
export class Toasts {
  readonly #shown = signal<ToastMessage | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly shown = this.#shown.asReadonly();

  show(message: ToastMessage): void {
    this.#shown.set(message);
    this.resume();
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.#shown.set(null);
  }

  /** The pointer is over it: it stays. */
  hold(): void {
    clearTimeout(this.#timer);
  }

  resume(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#shown.set(null), STAYS_MS);
  }

  /** Key Z. */
  act(): void {
    const action = this.#shown()?.action;
    if (!action) return;
    this.hide();
    action.run();
  }
}

import { DestroyRef, Injectable, inject } from '@angular/core';

/** A key press the page may use: a single key outside fields, or any key with `inFields`. */
export interface Hotkey {
  /** `KeyboardEvent.code` of a letter ("KeyJ": works in any keyboard layout) or `key` ("Escape", "/"). */
  readonly key: string;
  readonly run: (event: KeyboardEvent) => void;
  readonly inFields?: boolean;
}

/** Single-key shortcuts. They follow the place of the key, so J and K work in the Russian layout too. */
@Injectable({ providedIn: 'root' })
export class Hotkeys {
  readonly #keys = new Set<Hotkey>();

  constructor() {
    const listen = (event: KeyboardEvent): void => this.#press(event);
    document.addEventListener('keydown', listen);
    inject(DestroyRef).onDestroy(() => document.removeEventListener('keydown', listen));
  }

  /** Returns a function that takes them off again. */
  add(...keys: readonly Hotkey[]): () => void {
    for (const key of keys) this.#keys.add(key);
    return () => {
      for (const key of keys) this.#keys.delete(key);
    };
  }

  #press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const field = isField(event.target);
    // an open menu or dialog has its own keys
    if (document.querySelector('.cdk-overlay-container [role=menu], .cdk-overlay-container [role=dialog]')) return;
    for (const key of this.#keys) {
      if (key.key !== event.key && key.key !== event.code) continue;
      if (field && !key.inFields) continue;
      key.run(event);
      if (event.defaultPrevented) return;
    }
  }
}

function isField(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  return !!element?.closest?.('input, textarea, select, [contenteditable=true]');
}

import { Injectable, effect, signal } from '@angular/core';
import { readStored, writeStored } from './storage.js';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type ThemeName = (typeof THEMES)[number];

const STORED = 'beseda:theme';

/** Light, dark or as the system has it. `public/theme.js` sets the same before the first paint. */
@Injectable({ providedIn: 'root' })
export class Theme {
  readonly #name = signal<ThemeName>(stored());
  readonly name = this.#name.asReadonly();

  constructor() {
    effect(() => {
      const name = this.#name();
      if (name === 'auto') document.documentElement.removeAttribute('data-theme');
      else document.documentElement.setAttribute('data-theme', name);
    });
  }

  use(name: ThemeName): void {
    this.#name.set(name);
    writeStored(STORED, name === 'auto' ? null : name);
  }
}

function stored(): ThemeName {
  const value = readStored(STORED);
  return value === 'light' || value === 'dark' ? value : 'auto';
}

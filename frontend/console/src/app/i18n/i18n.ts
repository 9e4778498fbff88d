import { Injectable, inject, signal, type EnvironmentProviders, makeEnvironmentProviders } from '@angular/core';
import { provideTransloco, provideTranslocoTranspiler, TranslocoService } from '@jsverse/transloco';
import { from, firstValueFrom, type Observable } from 'rxjs';
import { readStored, writeStored } from '../core/storage.js';
import { IcuTranspiler, type MessageParams } from './icu.js';
import { partTexts, type PartName } from './parts.js';
import { type MessageKey } from './ru.js';

/** Languages of the console. */
export const LANGS = ['ru', 'en'] as const;
export type Lang = (typeof LANGS)[number];

const STORED = 'beseda:lang';

function firstLang(): Lang {
  const stored = readStored(STORED);
  if (stored === 'ru' || stored === 'en') return stored;
  return /^(ru|be|uk|kk)\b/i.test(globalThis.navigator?.language ?? 'ru') ? 'ru' : 'en';
}

class CatalogueLoader {
  getTranslation(lang: string): Observable<Record<string, string>> {
    return from(lang === 'en' ? import('./en.js').then((m) => m.EN) : import('./ru.js').then((m) => ({ ...m.RU })));
  }
}

/** Transloco with catalogues as lazy chunks and ICU messages. */
export function provideI18n(): EnvironmentProviders {
  return makeEnvironmentProviders([
    provideTransloco({
      config: {
        availableLangs: [...LANGS],
        defaultLang: firstLang(),
        prodMode: true,
        missingHandler: { logMissingKey: false },
      },
      loader: CatalogueLoader,
    }),
    provideTranslocoTranspiler(IcuTranspiler),
  ]);
}

/** Texts in the present language. `t` reads a signal, so templates and computed values follow a change of language. */
@Injectable({ providedIn: 'root' })
export class I18n {
  readonly #transloco = inject(TranslocoService);
  readonly #lang = signal<Lang>(firstLang());
  readonly #loads = signal(0);
  readonly #parts = new Set<PartName>();
  readonly lang = this.#lang.asReadonly();

  readonly t = (key: MessageKey, params?: MessageParams): string => {
    this.#loads();
    return this.#transloco.translate<string>(key, { ...params }, this.#lang());
  };

  /** Loads the first language; the application starts after it. */
  async start(): Promise<void> {
    await this.#activate(this.#lang());
  }

  /** Switches at once, without a reload, and keeps the choice on this device. */
  async use(lang: Lang): Promise<void> {
    await this.#activate(lang);
    writeStored(STORED, lang);
  }

  /** Loads parts of the catalogue that a page brings; they follow a later change of language. */
  async need(parts: readonly PartName[]): Promise<void> {
    const fresh = parts.filter((part) => !this.#parts.has(part));
    await this.#merge(fresh, this.#lang());
    for (const part of fresh) this.#parts.add(part);
    this.#loads.update((n) => n + 1);
  }

  async #merge(parts: readonly PartName[], lang: Lang): Promise<void> {
    const texts = await Promise.all(parts.map((part) => partTexts(part, lang)));
    for (const one of texts) this.#transloco.setTranslation({ ...one }, lang, { emitChange: false });
  }

  async #activate(lang: Lang): Promise<void> {
    await firstValueFrom(this.#transloco.load(lang));
    await this.#merge([...this.#parts], lang);
    this.#transloco.setActiveLang(lang);
    this.#lang.set(lang);
    this.#loads.update((n) => n + 1);
    globalThis.document?.documentElement.setAttribute('lang', lang);
  }
}

import type { PreviewLook } from '../shared/protocol.js';
import { siteColor, type SiteColor } from './color.js';
import { chooseLanguage, loadTexts, type Texts } from './i18n/index.js';
import { inLanguage, readSettings, type Localized, type WidgetSettings } from './settings.js';

/** What {@link Look} begins with. */
export interface LookOptions {
  readonly siteId: string;
  readonly settings: unknown;
  /** `lang` of the page. */
  readonly pageLang: string;
  readonly browserLang: string;
  readonly preview?: PreviewLook | undefined;
  onChange(): void;
}

/** The settings as they are now, and what follows from them: language, theme, colours. Dresses the document with them. */
export class Look {
  readonly #o: LookOptions;
  readonly #scheme = matchMedia('(prefers-color-scheme: dark)');
  #settings: WidgetSettings;
  #texts: Texts | undefined;
  #pageLang: string;
  #preview: PreviewLook | undefined;

  constructor(options: LookOptions) {
    this.#o = options;
    this.#pageLang = options.pageLang;
    this.#preview = options.preview;
    this.#settings = readSettings(options.settings, options.siteId);
    this.#scheme.addEventListener('change', () => this.#changed());
  }

  /** Nothing can be drawn before the texts are here. */
  async prepare(): Promise<void> {
    let texts: Texts;
    // the page may change its language meanwhile
    do texts = await loadTexts(this.#language());
    while (texts.language !== this.#language());
    this.#texts = texts;
    this.#dress();
  }

  get settings(): WidgetSettings {
    return this.#settings;
  }

  get texts(): Texts {
    if (!this.#texts) throw new Error('drawn before it was prepared');
    return this.#texts;
  }

  get color(): SiteColor {
    return siteColor(this.#settings.color);
  }

  get dark(): boolean {
    const { theme } = this.#settings;
    if (theme !== 'auto') return theme === 'dark';
    return this.#preview?.theme ? this.#preview.theme === 'dark' : this.#scheme.matches;
  }

  /** A text of the site's owner in the language spoken now. */
  own(value: Localized | null): string {
    return inLanguage(value, this.texts.language);
  }

  /** The settings changed. */
  apply(settings: unknown, preview?: PreviewLook): void {
    const next = readSettings(settings, this.#o.siteId);
    // a socket is told them at each connect: mostly they are the same
    if (!preview && JSON.stringify(next) === JSON.stringify(this.#settings)) return;
    this.#preview = preview;
    this.#settings = next;
    this.#changed();
  }

  /** The page is in this language now. */
  speak(pageLang: string): void {
    this.#pageLang = pageLang;
    this.#changed();
  }

  #language(): Texts['language'] {
    const { language, fallbackLanguage } = this.#settings;
    if (language === 'auto' && this.#preview?.language) return this.#preview.language;
    return chooseLanguage(language, fallbackLanguage, this.#pageLang, this.#o.browserLang);
  }

  #changed(): void {
    // what changes before anything was drawn is seen in the first drawing
    if (!this.#texts) return;
    const language = this.#language();
    if (language !== this.#texts.language) void this.#switch(language);
    this.#dress();
    this.#o.onChange();
  }

  /** Until the other language is here the former is spoken. */
  async #switch(language: Texts['language']): Promise<void> {
    const texts = await loadTexts(language);
    if (language !== this.#language()) return;
    this.#texts = texts;
    this.#dress();
    this.#o.onChange();
  }

  #dress(): void {
    const { documentElement: root } = document;
    const { color, onColor, edge } = this.color;
    const { dark } = this;
    root.lang = this.texts.language;
    document.title = this.texts.t('frameTitle');
    root.style.setProperty('--w', color);
    root.style.setProperty('--on-w', onColor);
    root.classList.toggle('dark', dark);
    root.classList.toggle('edge', edge[dark ? 1 : 0]);
  }
}

import type { TextKey } from './ru.js';

export type { TextKey } from './ru.js';

/** Languages of the widget. */
export type Language = 'ru' | 'en';

/** Texts, dates and sizes in one language. */
export interface Texts {
  readonly language: Language;
  t(key: TextKey, values?: Readonly<Record<string, string | number>>): string;
  /** 09:25 */
  time(iso: string): string;
  /** "Today", "Yesterday", "14 мая", "12 окт. 2024 г." */
  day(iso: string, now: number): string;
  /** Full date and time, for tooltips. */
  full(iso: string): string;
  /** 412 КБ */
  size(bytes: number): string;
  /** 2 МБ (2 097 152 байт) */
  exactSize(bytes: number): string;
}

/** All texts of a language. */
export type Catalogue = Readonly<Record<TextKey, string>>;

/** Only the language that is spoken is loaded. */
const CATALOGUES: Readonly<Record<Language, () => Promise<Catalogue>>> = {
  ru: async () => (await import('./ru.js')).ru,
  en: async () => (await import('./en.js')).en,
};
const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 60_000;
const KIB = 1024;

/** What the site asks for; "auto" means the language of the page, else of the browser, and `fallback` for those we do not speak. */
export function chooseLanguage(
  setting: 'auto' | Language,
  fallback: Language,
  pageLang: string,
  browserLang: string,
): Language {
  if (setting !== 'auto') return setting;
  const [, found] = /^(ru|en)\b/i.exec(pageLang || browserLang) ?? [];
  return found ? (found.toLowerCase() as Language) : fallback;
}

/** Loads the texts of a language, however long it takes. */
export async function loadTexts(language: Language): Promise<Texts> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, MAX_WAIT_MS)) {
    try {
      return createTexts(language, await CATALOGUES[language]());
    } catch {
      // TypeError: no network, or a server of another version meanwhile
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

/** Makes the texts of a language; formatters are made once. */
export function createTexts(language: Language, catalogue: Catalogue): Texts {
  const locale = language === 'ru' ? 'ru-RU' : 'en-GB';
  const format = (options: Intl.DateTimeFormatOptions): ((iso: string) => string) => {
    const formatter = new Intl.DateTimeFormat(locale, options);
    return (iso) => formatter.format(new Date(iso));
  };
  const dayOfYear = format({ day: 'numeric', month: 'long' });
  const dayWithYear = format({ day: 'numeric', month: 'short', year: 'numeric' });
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const t: Texts['t'] = (key, values) =>
    catalogue[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values?.[name] ?? whole));
  const size = (bytes: number): string => {
    if (bytes < KIB) return t('bytes', { n: bytes });
    if (bytes < KIB * KIB) return t('kilobytes', { n: number.format(Math.round(bytes / KIB)) });
    return t('megabytes', { n: number.format(bytes / KIB / KIB) });
  };
  return {
    language,
    t,
    time: format({ hour: '2-digit', minute: '2-digit' }),
    day: (iso, now) => {
      const days = daysBetween(new Date(iso), new Date(now));
      if (days === 0) return t('today');
      if (days === 1) return t('yesterday');
      return new Date(iso).getFullYear() === new Date(now).getFullYear() ? dayOfYear(iso) : dayWithYear(iso);
    },
    full: format({ dateStyle: 'long', timeStyle: 'short' }),
    size,
    exactSize: (bytes) => t('exactBytes', { size: size(bytes), n: number.format(bytes) }),
  };
}

/** Calendar days from one local date to another; the hour a clock change takes or gives does not matter. */
function daysBetween(from: Date, to: Date): number {
  const start = (date: Date): number => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((start(to) - start(from)) / 86_400_000);
}

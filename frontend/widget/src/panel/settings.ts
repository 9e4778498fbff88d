import type { DeepReadonly, LIMITS, Locale, OFFLINE_ASKS, WidgetLook } from '@beseda/api';
import { CHAT_LANGUAGES, CHAT_VISIBILITIES, CORNERS, THEMES } from '@beseda/api/words';

type Look = DeepReadonly<WidgetLook>;

/** A text in both languages; either may be empty. */
export type Localized = Readonly<Record<Locale, string>>;

/** Somebody with a picture: an operator or the site itself. */
export type Person = Look['operators'][number];

/** What is said and asked while nobody of the team is there. */
export type OfflineSettings = Omit<NonNullable<Look['offline']>, 'enabled'>;

/** Settings of a site's widget: the server's, of which an older one leaves some out. */
export interface WidgetSettings extends Omit<Look, 'caption' | 'online' | 'offline'> {
  /** Beside the picture of the collapsed chat; null = our own words. */
  readonly caption: Localized | null;
  /** Somebody of the team is there; null = the server does not say. */
  readonly online: boolean | null;
  /** Null = nothing is said. */
  readonly offline: OfflineSettings | null;
}

type Raw = Readonly<Record<string, unknown>>;

// literals held by their types: the table of limits would be heavier than the widget may be
const MAX_MARGIN: typeof LIMITS.margin = 200;
const MAX_FILE_BYTES: typeof LIMITS.fileBytes = 2_097_152;
const ASKS: readonly ['none', ...(typeof OFFLINE_ASKS)[number][]] = ['none', 'email', 'phone'];
const DEFAULT_MARGIN = 20;

/** What the server (or the console's form) sent, with a default for what is missing or makes no sense: it may be older or newer. */
export function readSettings(input: unknown, siteId: string): WidgetSettings {
  const raw = record(input);
  const offline = record(raw['offline']);
  const name = text(raw['name']);
  return {
    siteId,
    name,
    color: text(raw['color']),
    language: oneOf(raw['language'], CHAT_LANGUAGES),
    fallbackLanguage: oneOf(raw['fallbackLanguage'], ['en', 'ru']),
    greeting: localized(raw['greeting']),
    poweredBy: raw['poweredBy'] !== false,
    maxFileBytes: number(raw['maxFileBytes'], MAX_FILE_BYTES),
    avatarUrl: text(raw['avatarUrl']) || null,
    caption: localized(raw['caption']),
    hideCaption: raw['hideCaption'] === true,
    corner: oneOf(raw['corner'], CORNERS),
    marginX: margin(raw['marginX']),
    marginY: margin(raw['marginY']),
    visibility: oneOf(raw['visibility'], CHAT_VISIBILITIES),
    theme: oneOf(raw['theme'], THEMES),
    senderName: text(raw['senderName']) || name,
    online: typeof raw['online'] === 'boolean' ? raw['online'] : null,
    operators: Array.isArray(raw['operators']) ? raw['operators'].flatMap(person).slice(0, 3) : [],
    offline:
      offline['enabled'] === true
        ? {
            text: localized(offline['text']) ?? { ru: '', en: '' },
            ask: oneOf(offline['ask'], ASKS),
            consentText: localized(offline['consentText']) ?? { ru: '', en: '' },
            consentUrl: webAddress(offline['consentUrl']),
          }
        : null,
  };
}

/** The text in this language, or in the other one when there is none. */
export function inLanguage(value: Localized | null, language: Locale): string {
  return value ? value[language] || value[language === 'ru' ? 'en' : 'ru'] : '';
}

/** An object, or an empty one. */
export function record(value: unknown): Raw {
  return typeof value === 'object' && value !== null ? (value as Raw) : {};
}

/** A string, or an empty one. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function number(value: unknown, fallback: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : fallback;
}

function margin(value: unknown): number {
  return Math.min(MAX_MARGIN, Math.max(0, number(value, DEFAULT_MARGIN)));
}

/** One of the words, the first unless it is another. */
function oneOf<const T extends string>(value: unknown, words: readonly [T, ...T[]]): T {
  return words.find((word) => word === value) ?? words[0];
}

function localized(value: unknown): Localized | null {
  const { ru, en } = record(value);
  const found = { ru: text(ru).trim(), en: text(en).trim() };
  return found.ru || found.en ? found : null;
}

function person(value: unknown): Person[] {
  const { id, name, avatarUrl } = record(value);
  return text(id) && text(name) ? [{ id: text(id), name: text(name), avatarUrl: text(avatarUrl) || null }] : [];
}

/** Only addresses of pages: `javascript:` and the like are none. */
function webAddress(value: unknown): string {
  return /^https?:\/\//i.test(text(value)) ? text(value) : '';
}

import type { Corner } from '../shared/protocol.js';
import type { Language } from './i18n/index.js';

/** A text in both languages; either may be empty. */
export type Localized = Readonly<Record<Language, string>>;

/** Somebody with a picture: an operator or the site itself. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly avatarUrl: string | null;
}

/** What is said and asked while nobody of the team is there. */
export interface OfflineSettings {
  readonly text: Localized;
  readonly ask: 'email' | 'phone' | 'none';
  readonly consentText: Localized;
  /** Empty = no link. */
  readonly consentUrl: string;
}

/** Settings of a site's widget. */
export interface WidgetSettings {
  readonly siteId: string;
  readonly name: string;
  /** `#rrggbb` */
  readonly color: string;
  readonly language: 'auto' | Language;
  /** Spoken when `auto` finds a language we do not speak. */
  readonly fallbackLanguage: Language;
  readonly greeting: Localized | null;
  readonly poweredBy: boolean;
  readonly maxFileBytes: number;
  readonly avatarUrl: string | null;
  /** Beside the picture of the collapsed chat; empty = our own words. */
  readonly caption: Localized | null;
  readonly hideCaption: boolean;
  readonly corner: Corner;
  readonly marginX: number;
  readonly marginY: number;
  readonly visibility: 'always' | 'dialog' | 'message';
  readonly theme: 'auto' | 'light' | 'dark';
  /** Author of automatic messages. */
  readonly senderName: string;
  /** Somebody of the team is there; null = the server does not say. */
  readonly online: boolean | null;
  /** At most three, for the header. */
  readonly operators: readonly Person[];
  /** Null = nothing is said. */
  readonly offline: OfflineSettings | null;
}

type Raw = Readonly<Record<string, unknown>>;

const MAX_MARGIN = 200;
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
    language: oneOf(raw['language'], ['auto', 'ru', 'en']),
    fallbackLanguage: oneOf(raw['fallbackLanguage'], ['en', 'ru']),
    greeting: localized(raw['greeting']),
    poweredBy: raw['poweredBy'] !== false,
    maxFileBytes: number(raw['maxFileBytes'], 2_097_152),
    avatarUrl: text(raw['avatarUrl']) || null,
    caption: localized(raw['caption']),
    hideCaption: raw['hideCaption'] === true,
    corner: oneOf(raw['corner'], ['bottom-right', 'bottom-left', 'top-right', 'top-left']),
    marginX: margin(raw['marginX']),
    marginY: margin(raw['marginY']),
    visibility: oneOf(raw['visibility'], ['always', 'dialog', 'message']),
    theme: oneOf(raw['theme'], ['auto', 'light', 'dark']),
    senderName: text(raw['senderName']) || name,
    online: typeof raw['online'] === 'boolean' ? raw['online'] : null,
    operators: Array.isArray(raw['operators']) ? raw['operators'].flatMap(person).slice(0, 3) : [],
    offline:
      offline['enabled'] === true
        ? {
            text: localized(offline['text']) ?? { ru: '', en: '' },
            ask: oneOf(offline['ask'], ['none', 'email', 'phone']),
            consentText: localized(offline['consentText']) ?? { ru: '', en: '' },
            consentUrl: webAddress(offline['consentUrl']),
          }
        : null,
  };
}

/** The text in this language, or in the other one when there is none. */
export function inLanguage(value: Localized | null, language: Language): string {
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

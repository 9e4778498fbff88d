/** A text in both languages of the product. */
export interface LocalizedText {
  ru: string;
  en: string;
}

export const WIDGET_LANGUAGES = ['auto', 'ru', 'en'] as const;
export type WidgetLanguage = (typeof WIDGET_LANGUAGES)[number];
export const LANGUAGES = ['ru', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
export const CORNERS = ['bottom-right', 'bottom-left', 'top-right', 'top-left'] as const;
export type Corner = (typeof CORNERS)[number];
/** Shown always, only to a contact that ever had a dialog, only on a new message. */
export const WIDGET_VISIBILITIES = ['always', 'dialog', 'message'] as const;
export type WidgetVisibility = (typeof WIDGET_VISIBILITIES)[number];
export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
export const ASKS = ['email', 'phone', 'none'] as const;
export type Ask = (typeof ASKS)[number];

/** Characters; what a line beside the collapsed chat has room for. */
export const MAX_CAPTION = 40;
export const MAX_GREETING = 1_000;
export const MAX_OFFLINE_TEXT = 1_000;
export const MAX_CONSENT_TEXT = 500;
/** Pixels between the collapsed chat and the edges of the window. */
export const MAX_MARGIN = 200;
/** Hours: thirty days. */
export const MAX_REOPEN_HOURS = 720;
/** Bytes, inclusive: 2 MiB, what the file store takes at most. */
export const MAX_FILE_BYTES = 2_097_152;
export const MAX_SITE_NAME = 100;
/** Addresses longer than this do not survive all browsers and proxies. */
export const MAX_URL = 2_000;

/** How the widget looks and behaves. */
export interface WidgetSettings {
  /** `#rrggbb`. */
  color: string;
  language: WidgetLanguage;
  /** Spoken when `language` is `auto` and the visitor's is neither. */
  fallbackLanguage: Language;
  greeting: LocalizedText;
  /** As chosen; what counts depends on the licence too: {@link poweredByShown}. */
  poweredBy: boolean;
  /** Picture of the collapsed chat; empty: the site's initials. */
  avatarFileId: string;
  caption: LocalizedText;
  hideCaption: boolean;
  corner: Corner;
  marginX: number;
  marginY: number;
  visibility: WidgetVisibility;
  theme: Theme;
}

/** Shown on opening the chat while no operator of the site is online. */
export interface OfflineSettings {
  enabled: boolean;
  text: LocalizedText;
  ask: Ask;
  consentText: LocalizedText;
  /** Empty: no link. */
  consentUrl: string;
}

/**
 * What of the installation goes into a site's published settings. It is kept with the site, so that a change of it is a
 * change of the site, with a version of its own.
 */
export interface SiteSurroundings {
  /** Domain under which every site has a subdomain for its mail. */
  mailDomain: string;
  /** No licence allows hiding "powered by". */
  poweredByLocked: boolean;
}

/** One company site: the tenant. */
export interface Site {
  id: string;
  /** Rises with every change; the copies of other services keep the highest. */
  version: number;
  /** Counts the sites of the installation from 1; never used again. */
  number: number;
  name: string;
  /** Host names that may show the widget, see {@link parseDomain}; none: any. */
  domains: string[];
  widget: WidgetSettings;
  offline: OfflineSettings;
  /** Who automatic messages come from. */
  senderName: string;
  reopenWindowHours: number;
  /** Bytes, inclusive. */
  maxFileBytes: number;
  /** Rises when the identity secret changes. */
  identitySecretVersion: number;
  surroundings: SiteSurroundings;
}

/** Whether "powered by" is shown: always where no licence allows hiding it. */
export const poweredByShown = ({ widget, surroundings }: Pick<Site, 'widget' | 'surroundings'>): boolean =>
  widget.poweredBy || surroundings.poweredByLocked;

/** Settings of a new site, besides its name. */
export const NEW_SITE = {
  widget: {
    color: '#0b6070',
    language: 'auto',
    fallbackLanguage: 'en',
    greeting: {
      ru: 'Здравствуйте! Напишите нам: ответим прямо здесь.',
      en: 'Hello! Write to us, we answer right here.',
    },
    poweredBy: true,
    avatarFileId: '',
    caption: { ru: 'Напишите нам', en: 'Write to us' },
    hideCaption: false,
    corner: 'bottom-right',
    marginX: 20,
    marginY: 20,
    visibility: 'always',
    theme: 'auto',
  },
  offline: {
    enabled: true,
    text: {
      ru: 'Сейчас никого нет на месте. Напишите свой вопрос и оставьте почту: мы ответим, как только вернёмся.',
      en: 'Nobody is here right now. Write your question and leave your e-mail: we answer as soon as we are back.',
    },
    ask: 'email',
    consentText: { ru: '', en: '' },
    consentUrl: '',
  },
  reopenWindowHours: 24,
  maxFileBytes: MAX_FILE_BYTES,
  identitySecretVersion: 1,
} as const satisfies Partial<Site>;

export const MAX_DOMAINS = 100;

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/**
 * A host name that may show the widget, as browsers spell it in `Origin`: lower case, international names in ASCII.
 * `*.` before it stands for every name below; a port may follow. Undefined when it is none: a URL, a path, a bare `*`.
 */
export function parseDomain(text: string): string | undefined {
  const [, wildcard = '', host = '', port] = /^(\*\.)?([^:/?#@\s*[\]\\]+)(?::(\d{1,5}))?$/.exec(text.trim()) ?? [];
  const ascii = hostInAscii(host.replace(/\.$/, ''));
  if (!ascii || ascii.length > 253 || !ascii.split('.').every((label) => LABEL.test(label))) return undefined;
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return undefined;
  return `${wildcard}${ascii}${port === undefined ? '' : `:${Number(port)}`}`;
}

const hostInAscii = (host: string): string | undefined =>
  host && URL.canParse(`http://${host}/`) ? new URL(`http://${host}/`).hostname : undefined;

/** A whole address of a page, http or https and without a login in it, as browsers spell it; undefined when it is none. */
export function parsePageUrl(text: string): string | undefined {
  const trimmed = text.trim();
  // `URL` also takes "https:example.com" and heals it; what a person meant by that is not certain.
  if (!/^https?:\/\/[^/]/i.test(trimmed) || /\s/.test(trimmed) || !URL.canParse(trimmed)) return undefined;
  const { username, password, href } = new URL(trimmed);
  return username || password || href.length > MAX_URL ? undefined : href;
}

/** What the widget says first, in both languages. */
export interface Greeting {
  ru: string;
  en: string;
}

export const WIDGET_LANGUAGES = ['auto', 'ru', 'en'] as const;
export type WidgetLanguage = (typeof WIDGET_LANGUAGES)[number];

/** How the widget looks. */
export interface WidgetSettings {
  /** `#rrggbb`. */
  color: string;
  language: WidgetLanguage;
  greeting?: Greeting;
  poweredBy: boolean;
}

/** One company site: the tenant. */
export interface Site {
  id: string;
  /** Rises with every change; the copies of other services keep the highest. */
  version: number;
  name: string;
  /** Host names that may show the widget, see {@link parseDomain}; none: any. */
  domains: string[];
  widget: WidgetSettings;
  reopenWindowHours: number;
  /** Bytes, inclusive. */
  maxFileBytes: number;
  /** Rises when the identity secret changes. */
  identitySecretVersion: number;
}

/** Settings of a new site. 2,097,152 bytes = 2 MiB. */
export const NEW_SITE = {
  widget: {
    color: '#0b6070',
    language: 'auto',
    greeting: {
      ru: 'Здравствуйте! Напишите нам: ответим прямо здесь.',
      en: 'Hello! Write to us, we answer right here.',
    },
    poweredBy: true,
  },
  reopenWindowHours: 24,
  maxFileBytes: 2_097_152,
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

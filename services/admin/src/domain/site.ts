import { type ChatLook, DEFAULT_CHAT_LOOK, LIMITS, type OfflineLook } from '@beseda/api';

/** How the widget looks and behaves. "Powered by" is as chosen; what counts depends on the licence too: {@link poweredByShown}. */
export interface WidgetSettings extends ChatLook {
  /** Picture of the collapsed chat; empty: the site's initials. */
  avatarFileId: string;
}
export type OfflineSettings = OfflineLook;

/** What a new site has, and what a stored one has of a setting that came after it. */
export const DEFAULT_WIDGET: WidgetSettings = { ...DEFAULT_CHAT_LOOK, avatarFileId: '' };

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
  widget: DEFAULT_WIDGET,
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
  maxFileBytes: LIMITS.fileBytes,
  identitySecretVersion: 1,
} as const satisfies Partial<Site>;

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
  return username || password || href.length > LIMITS.url ? undefined : href;
}

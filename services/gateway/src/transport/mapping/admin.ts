import {
  CHAT_LOOK_KEYS,
  type ChatLook,
  DEFAULT_CHAT_LOOK,
  LOCALES,
  OFFLINE_ASKS,
  type OperatorShape,
  type Role,
  type SiteDetails,
  THEMES,
  type WidgetLook,
  type WidgetSettings,
  chatLookSchema,
} from '@beseda/api';
import { type contactsV1, settingsV1 } from '@beseda/contracts';
import { MAX_FILE_BYTES } from '@beseda/files';
import type { Directory } from '../../application/directory.js';
import type { OperatorState, Presence } from '../../application/presence.js';
import { visibilityName } from '../../application/visibility.js';
import { avatarUrl, operatorAvatar } from './avatars.js';
import { oneOf, orNull } from './words.js';

/** The operator who signed in, with the sites he works for. */
export function operatorShape(operator: settingsV1.OperatorSettings, directory: Directory): OperatorShape {
  return {
    id: operator.id,
    name: operator.name,
    ...(operator.internalName === '' ? {} : { internalName: operator.internalName }),
    email: operator.email,
    role: directory.highestRole(operator)?.role ?? 'operator',
    sites: directory.sitesOf(operator).map(({ site, role }) => ({
      siteId: site.id,
      name: site.name,
      role,
      ...rightsOn(operator, site.id),
    })),
    avatarUrl: operatorAvatar(operator),
    locale: LOCALES.find((locale) => locale === operator.locale) ?? null,
    theme: THEMES.find((theme) => theme === operator.theme) ?? null,
  };
}

/** What an operator may on a site besides his role. */
export function rightsOn(
  operator: settingsV1.OperatorSettings,
  siteId: string,
): Pick<OperatorShape['sites'][number], 'visibility' | 'noContactExport' | 'noMassMailing'> {
  const entry = operator.sites.find((site) => site.siteId === siteId);
  return {
    visibility: visibilityName(entry?.visibility ?? settingsV1.Visibility.VISIBILITY_UNSPECIFIED),
    noContactExport: entry?.noContactExport ?? false,
    noMassMailing: entry?.noMassMailing ?? false,
  };
}

export function siteDetails(site: settingsV1.SiteSettings, role: Role): SiteDetails {
  return {
    id: site.id,
    name: site.name,
    role,
    domains: site.domains,
    avatarUrl: siteAvatar(site),
    language: site.widget?.language || 'auto',
    color: site.widget?.color ?? '',
    maxFileBytes: site.maxFileBytes,
    reopenWindowHours: site.reopenWindowHours,
  };
}

export const siteAvatar = (site: settingsV1.SiteSettings): string | null =>
  avatarUrl(site.id, site.widget?.avatarFileId);

/** The most one file of a site may have; bytes, inclusive. */
export const maxFileBytes = (site: { maxFileBytes: number }): number =>
  site.maxFileBytes > 0 ? Math.min(site.maxFileBytes, MAX_FILE_BYTES) : MAX_FILE_BYTES;

/** Operators shown in the widget's header. */
const HEADER_OPERATORS = 3;

export const localized = (text: settingsV1.LocalizedText | undefined): { ru: string; en: string } => ({
  ru: text?.ru ?? '',
  en: text?.en ?? '',
});

/** Nobody wrote the texts of a site that publishes none: it says nothing. */
const UNSAID: ChatLook = { ...DEFAULT_CHAT_LOOK, greeting: { ru: '', en: '' }, caption: { ru: '', en: '' } };

/** The chat's settings as they count: what is not published, or is of a later version, has its default. */
export function chatLook({ widget }: settingsV1.SiteSettings): ChatLook {
  const published = CHAT_LOOK_KEYS.map((key) => [key, chatLookSchema.shape[key].safeParse(widget?.[key])] as const);
  const known = published.flatMap(([key, { success, data }]) => (success ? [[key, data] as const] : []));
  return { ...UNSAID, ...(Object.fromEntries(known) as Partial<ChatLook>) };
}

/** What a site does while nobody is there. */
export const offlineLook = (offline: settingsV1.OfflineSettings | undefined): NonNullable<WidgetLook['offline']> => ({
  enabled: offline?.enabled ?? false,
  text: localized(offline?.text),
  ask: oneOf(OFFLINE_ASKS, offline?.ask, 'none'),
  consentText: localized(offline?.consentText),
  consentUrl: offline?.consentUrl ?? '',
});

/** Who of the operators is there, as far as it is asked here. */
export type PresenceView = Pick<Presence, 'stateOf'>;

/** How the widget looks and behaves now, for everybody who has it open on a page of the site. */
export function widgetLook(
  site: settingsV1.SiteSettings,
  presence: PresenceView,
  directory: Pick<Directory, 'operatorsOf'>,
): WidgetLook {
  const look = chatLook(site);
  const operators = headerOperators(site.id, presence, directory);
  return {
    siteId: site.id,
    name: site.name,
    ...look,
    greeting: look.greeting.ru || look.greeting.en ? look.greeting : null,
    maxFileBytes: maxFileBytes(site),
    avatarUrl: siteAvatar(site),
    senderName: site.sender?.name ?? '',
    online: operators.some(({ rank }) => rank === RANKS.online),
    operators: operators.slice(0, HEADER_OPERATORS).map(({ operator }) => ({
      id: operator.id,
      name: operator.name,
      avatarUrl: operatorAvatar(operator),
    })),
    offline: site.offline ? offlineLook(site.offline) : null,
  };
}

const RANKS: Record<OperatorState, number> = { online: 0, away: 1, offline: 2 };

/** Operators who may answer, those who are there first, then in the order of their making. */
function headerOperators(siteId: string, presence: PresenceView, directory: Pick<Directory, 'operatorsOf'>) {
  return directory
    .operatorsOf(siteId)
    .filter(({ operator }) => !operator.disabled && !operator.invited)
    .map(({ operator }) => ({ operator, rank: RANKS[presence.stateOf(siteId, operator.id)?.state ?? 'offline'] }))
    .toSorted((a, b) => a.rank - b.rank || (a.operator.id < b.operator.id ? -1 : 1));
}

/** {@link widgetLook} with what is known of the visitor. */
export const widgetSettings = (look: WidgetLook, contact: contactsV1.Contact): WidgetSettings => ({
  ...look,
  contact: {
    name: orNull(contact.name),
    email: orNull(contact.email),
    phone: orNull(contact.phone),
    userId: orNull(contact.userId),
  },
});

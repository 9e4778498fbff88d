import type { Answer, ChatLook, DeepReadonly, siteSettingsSchema } from '@beseda/api';
import { type Locale } from '@beseda/api/words';

export { LIMITS } from '@beseda/api/limits';

/** A text in both languages of the widget. */
export type Localized = Readonly<Record<Locale, string>>;

/** Settings of a site as the server gives them. */
export type SiteSettings = Answer<typeof siteSettingsSchema>;

/** How the widget looks and behaves, as the form holds it: a number is null while its box is empty. */
export type WidgetLook = {
  readonly [K in keyof ChatLook]: ChatLook[K] extends number ? number | null : DeepReadonly<ChatLook[K]>;
};
export type Corner = WidgetLook['corner'];
/** As they lie on a screen: the first two above. */
export const CORNERS = ['top-left', 'top-right', 'bottom-left', 'bottom-right'] as const satisfies readonly Corner[];
export type Offline = SiteSettings['offline'];

/** Where the widget was seen last. */
export type Seen = SiteSettings['seen'][number];

/** Why "powered by" cannot be hidden; null when it can. */
export type PoweredByLock = SiteSettings['poweredByLocked'];

/** What the chat page changes. */
export interface ChatValue extends Pick<SiteSettings, 'senderName' | 'offline'> {
  /** One in a line, as they are typed. */
  readonly domains: string;
  readonly widget: WidgetLook;
}

export function chatValueOf({ senderName, domains, widget, offline }: SiteSettings): ChatValue {
  const { avatarUrl: _uploaded, ...look } = widget;
  return { senderName, domains: domains.join('\n'), widget: look, offline };
}

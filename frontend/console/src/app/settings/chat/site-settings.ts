/** A text in both languages of the widget. */
export interface Localized {
  readonly ru: string;
  readonly en: string;
}

export const CORNERS = ['top-left', 'top-right', 'bottom-left', 'bottom-right'] as const;
export type Corner = (typeof CORNERS)[number];

/** How the widget looks and behaves. */
export interface WidgetLook {
  readonly color: string;
  readonly language: 'auto' | 'ru' | 'en';
  readonly fallbackLanguage: 'ru' | 'en';
  readonly greeting: Localized;
  readonly poweredBy: boolean;
  readonly caption: Localized;
  readonly hideCaption: boolean;
  readonly corner: Corner;
  /** Pixels; null while the box is empty. */
  readonly marginX: number | null;
  readonly marginY: number | null;
  readonly visibility: 'always' | 'dialog' | 'message';
  readonly theme: 'auto' | 'light' | 'dark';
}

export interface Offline {
  readonly enabled: boolean;
  readonly text: Localized;
  readonly ask: 'email' | 'phone' | 'none';
  readonly consentText: Localized;
  readonly consentUrl: string;
}

/** Where the widget was seen last. */
export interface Seen {
  readonly host: string;
  /** ISO 8601 UTC. */
  readonly at: string;
}

/** Why "powered by" cannot be hidden; null when it can. */
export type PoweredByLock = 'no_licence' | 'expired' | 'not_included' | null;

/** Settings of a site as the server gives them. */
export interface SiteSettings {
  readonly version: number;
  readonly name: string;
  readonly domains: readonly string[];
  readonly reopenWindowHours: number;
  /** Bytes. */
  readonly maxFileBytes: number;
  readonly senderName: string;
  readonly senderAddress: string;
  readonly poweredByLocked: PoweredByLock;
  readonly seen: readonly Seen[];
  readonly widget: WidgetLook & { readonly avatarUrl: string | null };
  readonly offline: Offline;
}

/** What the chat page changes. */
export interface ChatValue {
  readonly senderName: string;
  /** One in a line, as they are typed. */
  readonly domains: string;
  readonly widget: WidgetLook;
  readonly offline: Offline;
}

/** Longest texts, characters, and other limits of the server. */
export const LIMITS = {
  caption: 40,
  greeting: 1_000,
  offlineText: 1_000,
  consentText: 500,
  senderName: 100,
  margin: 200,
  domains: 100,
  reopenHours: 720,
  fileBytes: 2_097_152,
} as const;

export function chatValueOf({ senderName, domains, widget, offline }: SiteSettings): ChatValue {
  const { avatarUrl: _uploaded, ...look } = widget;
  return { senderName, domains: domains.join('\n'), widget: look, offline };
}

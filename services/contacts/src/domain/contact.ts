/** A value a site may give a contact. */
export type PropertyValue = string | number | boolean;
export type Properties = Readonly<Record<string, PropertyValue>>;

/** Where a visit came from, from the query of the page's URL. */
export interface Utm {
  source: string;
  medium: string;
  campaign: string;
  term: string;
  content: string;
}

export interface Page {
  url: string;
  title: string;
  referrer: string;
}

export interface LastPage {
  url: string;
  title: string;
  at: Date;
}

export interface DeviceInfo {
  browser: string;
  os: string;
  /** desktop, mobile, tablet; empty: unknown. */
  type: string;
}

/** What a browser says of itself. */
export interface Environment {
  device: DeviceInfo;
  language: string;
  timezone: string;
}

export const HISTORY_KINDS = ['session', 'page', 'event', 'identified'] as const;
export type HistoryKind = (typeof HISTORY_KINDS)[number];

/** One thing a contact did; a short history stands on the card. */
export interface HistoryEntry {
  id: string;
  at: Date;
  kind: HistoryKind;
  name: string;
  url: string;
  title: string;
  /** JSON of an object; empty: none. */
  props: string;
}

/** A person who writes to the company. Unknown texts are empty. */
export interface Contact {
  id: string;
  siteId: string;
  name: string;
  email: string;
  phone: string;
  /** The site's own id of the person. Set only together with `verified`. */
  userId: string;
  /** The site has proven by HMAC who this is. */
  verified: boolean;
  properties: Properties;
  firstSeenAt: Date;
  lastSeenAt: Date;
  visits: number;
  pageViews: number;
  lastPage?: LastPage;
  /** Page of another site from which the last visit came that had one. */
  referrer: string;
  utm?: Utm;
  device: DeviceInfo;
  language: string;
  timezone: string;
  /** Oldest first, at most {@link HISTORY_LENGTH}. */
  history: readonly HistoryEntry[];
  /** This contact is now part of that one and is not written to any more. */
  mergedInto?: string;
  /** What is known of it has not been taken over yet. */
  mergePending?: true;
  /** The contacts taken over last; keeps a repeated take-over from counting twice. */
  mergedFrom: readonly string[];
}

/** Entries of the history that are kept. */
export const HISTORY_LENGTH = 50;
/** Contacts whose take-over is remembered; only those under way need to be. */
export const MERGES_REMEMBERED = 20;
/** A visit ends after this long without a sign of the visitor (as web analytics count it); milliseconds. */
export const VISIT_MS = 30 * 60_000;

/** What happened to a contact, as the bus tells it. */
export type ContactEvent =
  | { type: 'contact.created'; name: string; email: string }
  | { type: 'contact.identified'; userId: string; verified: boolean }
  | { type: 'contact.changed'; changes: CardChange }
  | { type: 'contact.merged'; into: string }
  | { type: 'page.viewed'; page: Page }
  | { type: 'event.tracked'; event: string; props: Readonly<Record<string, unknown>> | undefined };

/** New values of the card; absent: unchanged, an empty text or a property of null: removed. */
export interface CardChange {
  name?: string | undefined;
  email?: string | undefined;
  phone?: string | undefined;
  properties?: Readonly<Record<string, PropertyValue | null>> | undefined;
}

/** What one command does to a contact: the next values of some fields, entries for the history, and what happened. */
export interface Decision {
  set: Partial<Omit<Contact, 'id' | 'siteId' | 'history' | 'mergePending'>> & { mergePending?: true | undefined };
  /** Added to the history. */
  record?: Omit<HistoryEntry, 'id'>[];
  /** Replaces the history; only where two contacts become one. */
  history?: readonly HistoryEntry[];
  events?: ContactEvent[];
}

/** An entry of the history with the fields it does not use left empty. */
export const historyEntry = (
  at: Date,
  kind: HistoryKind,
  more: Partial<Omit<HistoryEntry, 'id' | 'at' | 'kind'>> = {},
): Omit<HistoryEntry, 'id'> => ({ at, kind, name: '', url: '', title: '', props: '', ...more });

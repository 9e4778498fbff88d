import { LIMITS } from '@beseda/api';
import { changedProperties, MAX_PROPERTIES_LENGTH } from './card.js';
import {
  type CardChange,
  type Contact,
  type Decision,
  HISTORY_LENGTH,
  type HistoryEntry,
  MERGES_REMEMBERED,
  type Properties,
  historyEntry,
} from './contact.js';

/** What a verified user id does to the contact of the browser it came from. */
export type AuthDecision =
  /** The contact is this user already. */
  | 'same'
  /** Nobody is this user yet: the contact becomes it. */
  | 'bind'
  /** Another contact is this user: the anonymous one becomes part of it. */
  | 'merge'
  /** The browser belonged to another user, who keeps what is theirs: it goes on as the known contact. */
  | 'switch'
  /** As `switch`, and nobody is this user yet: it goes on as a new contact. */
  | 'start-new';

/** @param known the contact that is this user, if any */
export function decideAuth(contact: Contact, userId: string, known: Contact | undefined): AuthDecision {
  if (contact.userId === userId) return 'same';
  if (contact.verified) return known ? 'switch' : 'start-new';
  return known ? 'merge' : 'bind';
}

/** The contact becomes a verified user. */
export const bindUser = (userId: string, now: Date): Decision => ({
  set: { userId, verified: true, lastSeenAt: now },
  record: [historyEntry(now, 'identified', { name: userId })],
  events: [{ type: 'contact.identified', userId, verified: true }],
});

/** The contact ends as one of its own. From now on nothing but the take-over touches it. */
export const sealMerged = (into: string): Decision => ({
  set: { mergedInto: into, mergePending: true },
  events: [{ type: 'contact.merged', into }],
});

/** The survivor takes over what it does not know itself; undefined when it did so before. */
export function takeOver(survivor: Contact, merged: Contact): Decision | undefined {
  if (survivor.mergedFrom.includes(merged.id)) return undefined;
  const missing = missingIn(survivor, merged);
  const properties = missingProperties(survivor.properties, merged.properties);
  const changes: CardChange = { ...missing, ...(Object.keys(properties).length > 0 ? { properties } : {}) };
  return {
    set: {
      ...missing,
      properties: changedProperties(survivor.properties, properties),
      mergedFrom: [...survivor.mergedFrom, merged.id].slice(-MERGES_REMEMBERED),
      ...seen(survivor, merged),
    },
    history: mergedHistory(survivor.history, merged.history),
    events: Object.keys(changes).length > 0 ? [{ type: 'contact.changed', changes }] : [],
  };
}

const FIELDS = ['name', 'email', 'phone'] as const;

const missingIn = (survivor: Contact, merged: Contact): Partial<Pick<Contact, (typeof FIELDS)[number]>> =>
  Object.fromEntries(
    FIELDS.filter((field) => !survivor[field] && merged[field]).map((field) => [field, merged[field]]),
  );

/** Properties the survivor lacks, as far as its limits allow. */
function missingProperties(present: Properties, other: Properties): Properties {
  let size = JSON.stringify(present).length;
  let room = LIMITS.properties - Object.keys(present).length;
  return Object.fromEntries(
    Object.entries(other).filter(([key, value]) => {
      const cost = JSON.stringify(key).length + JSON.stringify(value).length + 2;
      if (Object.hasOwn(present, key) || room <= 0 || size + cost > MAX_PROPERTIES_LENGTH) return false;
      size += cost;
      room--;
      return true;
    }),
  );
}

/** Counts add up; of what a visit says, the later one counts. */
function seen(survivor: Contact, merged: Contact): Decision['set'] {
  const later = merged.lastSeenAt > survivor.lastSeenAt;
  const [newer, older] = later ? [merged, survivor] : [survivor, merged];
  const lastPage = newer.lastPage ?? older.lastPage;
  const utm = newer.utm ?? older.utm;
  return {
    firstSeenAt: merged.firstSeenAt < survivor.firstSeenAt ? merged.firstSeenAt : survivor.firstSeenAt,
    lastSeenAt: newer.lastSeenAt,
    visits: survivor.visits + merged.visits,
    pageViews: survivor.pageViews + merged.pageViews,
    referrer: newer.referrer || older.referrer,
    device: newer.device.browser || newer.device.os ? newer.device : older.device,
    language: newer.language || older.language,
    timezone: newer.timezone || older.timezone,
    ...(lastPage ? { lastPage } : {}),
    ...(utm ? { utm } : {}),
  };
}

const mergedHistory = (a: readonly HistoryEntry[], b: readonly HistoryEntry[]): HistoryEntry[] =>
  [...a, ...b].sort((x, y) => x.at.getTime() - y.at.getTime()).slice(-HISTORY_LENGTH);

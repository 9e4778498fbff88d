import type { ContactCard, Personal, PropertyValue } from '@beseda/api';
import { contactsV1 } from '@beseda/contracts';
import { iso, orNull } from '../../mapping/words.js';

const { HistoryKind } = contactsV1;

const HISTORY_KINDS: Partial<Record<contactsV1.HistoryKind, ContactCard['history'][number]['kind']>> = {
  [HistoryKind.HISTORY_KIND_SESSION]: 'session',
  [HistoryKind.HISTORY_KIND_PAGE]: 'page',
  [HistoryKind.HISTORY_KIND_EVENT]: 'event',
  [HistoryKind.HISTORY_KIND_IDENTIFIED]: 'identified',
};

const given = (fields: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));

function historyEntry(entry: contactsV1.HistoryEntry): ContactCard['history'][number] {
  return {
    id: entry.id,
    at: iso(entry.at),
    kind: HISTORY_KINDS[entry.kind] ?? 'event',
    ...given({ name: entry.name, url: entry.url, title: entry.title }),
    ...(entry.props && Object.keys(entry.props).length > 0 ? { props: entry.props } : {}),
  };
}

/** Properties as the API has them: nothing but plain values. */
function plainProperties(properties: Record<string, unknown> | undefined): Record<string, PropertyValue> {
  const plain = (value: unknown): PropertyValue =>
    value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? value
      : JSON.stringify(value);
  return Object.fromEntries(Object.entries(properties ?? {}).map(([key, value]) => [key, plain(value)]));
}

/** The card of a contact as operators see it. */
export function contactCard(contact: contactsV1.Contact): ContactCard {
  const { lastPage, utm, device } = contact;
  const utmGiven = utm ? given({ ...utm }) : {};
  return {
    id: contact.id,
    siteId: contact.siteId,
    name: orNull(contact.name),
    email: orNull(contact.email),
    phone: orNull(contact.phone),
    userId: orNull(contact.userId),
    verified: contact.verified,
    online: contact.online,
    firstSeenAt: iso(contact.firstSeenAt),
    lastSeenAt: iso(contact.lastSeenAt),
    visits: contact.visits,
    pageViews: contact.pageViews,
    properties: plainProperties(contact.properties),
    lastPage: lastPage ? { url: lastPage.url, title: lastPage.title, at: iso(lastPage.at) } : null,
    referrer: orNull(contact.referrer),
    utm: Object.keys(utmGiven).length > 0 ? utmGiven : null,
    device: device ? { browser: device.browser, os: device.os, type: device.type } : null,
    language: orNull(contact.language),
    timezone: orNull(contact.timezone),
    history: contact.history.map(historyEntry),
  };
}

/** Personal fields as the service takes them: empty means removed, absent means unchanged. */
export const personalFields = ({ name, email, phone, properties }: Personal): contactsV1.IdentifyRequest => ({
  name: name === null ? '' : name,
  email: email === null ? '' : email,
  phone: phone === null ? '' : phone,
  properties: properties ?? undefined,
});

import { contactsV1 } from '@beseda/contracts';
import type { Contact, HistoryEntry, HistoryKind } from '../../domain/contact.js';

const KIND: Record<HistoryKind, contactsV1.HistoryKind> = {
  session: contactsV1.HistoryKind.HISTORY_KIND_SESSION,
  page: contactsV1.HistoryKind.HISTORY_KIND_PAGE,
  event: contactsV1.HistoryKind.HISTORY_KIND_EVENT,
  identified: contactsV1.HistoryKind.HISTORY_KIND_IDENTIFIED,
};

const entryMessage = ({ props, kind, ...entry }: HistoryEntry): contactsV1.HistoryEntry => ({
  ...entry,
  kind: KIND[kind],
  props: props ? (JSON.parse(props) as Record<string, unknown>) : undefined,
});

/** A contact as callers see it. */
export const contactMessage = (contact: Contact, online: boolean): contactsV1.Contact => ({
  id: contact.id,
  siteId: contact.siteId,
  name: contact.name,
  email: contact.email,
  phone: contact.phone,
  userId: contact.userId,
  verified: contact.verified,
  online,
  firstSeenAt: contact.firstSeenAt,
  lastSeenAt: contact.lastSeenAt,
  visits: contact.visits,
  pageViews: contact.pageViews,
  properties: { ...contact.properties },
  lastPage: contact.lastPage,
  referrer: contact.referrer,
  utm: contact.utm,
  device: contact.device.browser || contact.device.os || contact.device.type ? contact.device : undefined,
  language: contact.language,
  timezone: contact.timezone,
  history: contact.history.toReversed().map(entryMessage),
});

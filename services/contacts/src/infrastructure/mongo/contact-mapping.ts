import type { Contact, Properties } from '../../domain/contact.js';
import type { ContactDocument, PropertyDocument } from './documents.js';

/** A stored contact as the domain knows it. */
export function contactOf(doc: ContactDocument): Contact {
  return {
    id: doc._id,
    siteId: doc.siteId,
    name: doc.name,
    email: doc.email,
    phone: doc.phone,
    userId: doc.userId,
    verified: doc.verified,
    properties: propertiesOf(doc.properties),
    firstSeenAt: doc.firstSeenAt,
    lastSeenAt: doc.lastSeenAt,
    visits: doc.visits,
    pageViews: doc.pageViews,
    ...(doc.lastPage ? { lastPage: doc.lastPage } : {}),
    referrer: doc.referrer,
    ...(doc.utm ? { utm: doc.utm } : {}),
    device: doc.device,
    language: doc.language,
    timezone: doc.timezone,
    history: doc.history,
    ...(doc.mergedInto ? { mergedInto: doc.mergedInto } : {}),
    ...(doc.mergePending ? { mergePending: true } : {}),
    mergedFrom: doc.mergedFrom,
  };
}

const propertiesOf = (list: readonly PropertyDocument[]): Properties =>
  Object.fromEntries(list.map(({ key, value }) => [key, value]));

/** Properties as they are stored. */
export const propertyList = (properties: Properties): PropertyDocument[] =>
  Object.entries(properties).map(([key, value]) => ({ key, value }));

/** The searchable shadows of the fields that are given. */
export const shadows = (
  fields: Partial<Pick<Contact, 'name' | 'email' | 'phone'>>,
): Partial<Pick<ContactDocument, 'nameLower' | 'emailLower' | 'phoneDigits'>> => ({
  ...(fields.name === undefined ? {} : { nameLower: fields.name.toLowerCase() }),
  ...(fields.email === undefined ? {} : { emailLower: fields.email.toLowerCase() }),
  ...(fields.phone === undefined ? {} : { phoneDigits: fields.phone.replace(/\D/g, '') }),
});

/** The unique key of a verified contact. */
export const userKeyOf = (siteId: string, userId: string): string => `${siteId}:${userId}`;

import { randomBytes } from 'node:crypto';
import { type Keys, seal } from '@beseda/auth';
import { NEW_SITE } from '../domain/site.js';
import type { SiteDocument } from '../infrastructure/mongo/documents.js';

/** Under what the identity secret of a site is encrypted. */
export const secretContext = (siteId: string): string => `site-identity:${siteId}`;

/** An identity secret of 256 bits, in hex. */
export const newIdentitySecret = (): string => randomBytes(32).toString('hex');

/** A new site; its number is given when it is stored. */
export function newSite(
  keys: Keys,
  site: Pick<SiteDocument, '_id' | 'name' | 'domains' | 'correlationId' | 'surroundings'> & { grantTo?: string },
): Omit<SiteDocument, 'number'> {
  return {
    ...NEW_SITE,
    ...site,
    senderName: site.name,
    version: 1,
    identitySecret: seal(keys, secretContext(site._id), newIdentitySecret()),
    createdAt: new Date(),
  };
}

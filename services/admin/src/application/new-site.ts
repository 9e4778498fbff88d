import { randomBytes } from 'node:crypto';
import { type Keys, seal } from '@beseda/auth';
import { NEW_SITE } from '../domain/site.js';
import type { SiteDocument } from '../infrastructure/mongo/documents.js';

/** Under what the identity secret of a site is encrypted. */
export const secretContext = (siteId: string): string => `site-identity:${siteId}`;

/** A new site with an identity secret of 256 bits, in hex. */
export function newSite(
  keys: Keys,
  site: Pick<SiteDocument, '_id' | 'name' | 'domains' | 'correlationId'> & { grantTo?: string },
): SiteDocument {
  const secret = randomBytes(32).toString('hex');
  return {
    ...NEW_SITE,
    ...site,
    version: 1,
    identitySecret: seal(keys, secretContext(site._id), secret),
    createdAt: new Date(),
  };
}

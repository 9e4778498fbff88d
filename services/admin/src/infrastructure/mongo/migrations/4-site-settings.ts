import { LIMITS } from '@beseda/api';
import { type Migration, ensureIndexes } from '@beseda/mongo';
import { OUTBOX_INDEX } from '@beseda/outbox';
import type { SiteSurroundings } from '../../../domain/site.js';
import { NEW_SITE } from '../../../domain/site.js';
import type { SiteDocument } from '../documents.js';
import type { CounterDocument } from '../site.documents.js';

/** Names of the indexes of this part, after the queries they serve. */
export const SITE_INDEX = {
  siteByNumber: 'site_by_number',
  widgetSeenBySite: 'widget_seen_by_site',
  savedRepliesBySite: 'saved_replies_by_site',
} as const;

/** As sites were stored before. */
interface EarlierSite {
  _id: string;
  name: string;
  createdAt: Date;
  number?: number;
  widget: Partial<SiteDocument['widget']>;
}

/** Under no domain yet: the start that follows fills it in and publishes the site. */
const UNSURROUNDED: SiteSurroundings = { mailDomain: '', poweredByLocked: true };

export const SITE_MIGRATION: Migration = {
  version: 4,
  name: 'sites: all settings and numbers; tags, hours, saved replies',
  async up(db) {
    const sites = db.collection<EarlierSite>('sites');
    const counters = db.collection<CounterDocument>('counters');
    const all = await sites.find({}, { projection: { name: 1, createdAt: 1, number: 1, widget: 1 } }).toArray();
    // Interrupted and begun again, those that have a number keep it.
    let last = Math.max(0, ...all.map(({ number = 0 }) => number));
    const unnumbered = all
      .filter(({ number }) => number === undefined)
      .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a._id < b._id ? -1 : 1));
    for (const site of unnumbered) {
      const filled = {
        number: ++last,
        // What is new on a page shows only once somebody switches it on.
        widget: { ...NEW_SITE.widget, hideCaption: true, ...site.widget },
        offline: { ...NEW_SITE.offline, enabled: false },
        senderName: [...site.name].slice(0, LIMITS.siteName).join(''),
        surroundings: UNSURROUNDED,
      };
      await sites.updateOne({ _id: site._id }, { $set: filled });
    }
    await counters.updateOne({ _id: 'sites' }, { $max: { value: last } }, { upsert: true });
    await ensureIndexes(db, 'sites', [{ key: { number: 1 }, name: SITE_INDEX.siteByNumber, unique: true }]);
    await ensureIndexes(db, 'widget_seen', [{ key: { siteId: 1, at: -1 }, name: SITE_INDEX.widgetSeenBySite }]);
    await ensureIndexes(db, 'tag_catalogues', [OUTBOX_INDEX]);
    await ensureIndexes(db, 'hours', [OUTBOX_INDEX]);
    await ensureIndexes(db, 'saved_replies', [{ key: { siteId: 1, _id: 1 }, name: SITE_INDEX.savedRepliesBySite }]);
  },
};

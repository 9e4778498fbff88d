import type { SiteScope } from '@beseda/auth';
import { InjectModel, MongoRepository, isDuplicateKey } from '@beseda/mongo';
import type { Model } from 'mongoose';
import type { WidgetSeenDocument } from './site.documents.js';

/** A host and when one of its pages last showed the widget. */
export interface SeenHost {
  host: string;
  at: Date;
}

/** Hosts kept for a site. Whoever invents hosts pushes out old ones and fills nothing. */
export const MAX_SEEN_HOSTS = 50;

@MongoRepository()
export class WidgetSeenRepository {
  constructor(@InjectModel('WidgetSeen') private readonly seen: Model<WidgetSeenDocument>) {}

  /** Notes a host; forgets the one seen longest ago when there are too many. */
  async record({ siteId }: SiteScope, host: string, at: Date): Promise<void> {
    const upsert = (): Promise<WidgetSeenDocument | null> =>
      this.seen
        .findOneAndUpdate(
          { _id: `${siteId}:${host}` },
          { $max: { at }, $setOnInsert: { siteId, host } },
          { upsert: true, returnDocument: 'before' },
        )
        .lean<WidgetSeenDocument>();
    let before: WidgetSeenDocument | null;
    try {
      before = await upsert();
    } catch (error) {
      // Two replicas noted the same new host at once; it is there now.
      if (!isDuplicateKey(error)) throw error;
      before = await upsert();
    }
    if (!before) await this.#forgetOldest(siteId);
  }

  async #forgetOldest(siteId: string): Promise<void> {
    const tooMany = await this.seen
      .find({ siteId }, { _id: 1 })
      .sort({ at: -1 })
      .skip(MAX_SEEN_HOSTS)
      .lean<WidgetSeenDocument[]>();
    if (tooMany.length > 0) await this.seen.deleteMany({ _id: { $in: tooMany.map(({ _id }) => _id) } });
  }

  /** Newest first. */
  async newest({ siteId }: SiteScope, limit: number): Promise<SeenHost[]> {
    const found = await this.seen.find({ siteId }).sort({ at: -1 }).limit(limit).lean<WidgetSeenDocument[]>();
    return found.map(({ host, at }) => ({ host, at }));
  }
}

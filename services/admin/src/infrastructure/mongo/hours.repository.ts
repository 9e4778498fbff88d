import type { SiteScope } from '@beseda/auth';
import { InjectModel, MongoRepository, isDuplicateKey } from '@beseda/mongo';
import type { Outbox } from '@beseda/outbox';
import { Inject } from '@nestjs/common';
import type { Model } from 'mongoose';
import type { Hours } from '../../domain/hours.js';
import type { HoursDocument } from './site.documents.js';

/** Token of the outbox that publishes hours. */
export const HOURS_OUTBOX = Symbol('HOURS_OUTBOX');

export interface StoredHours {
  version: number;
  hours: Hours;
}

export const hoursOf = ({ enabled, timezone, days, holidays }: HoursDocument): Hours => ({
  enabled,
  timezone,
  days,
  holidays,
});

@MongoRepository()
export class HoursRepository {
  constructor(
    @InjectModel('Hours') private readonly documents: Model<HoursDocument>,
    @Inject(HOURS_OUTBOX) private readonly outbox: Outbox<HoursDocument>,
  ) {}

  async find({ siteId }: SiteScope): Promise<StoredHours | undefined> {
    const found = await this.documents.findById(siteId).lean<HoursDocument>();
    return found ? { version: found.version, hours: hoursOf(found) } : undefined;
  }

  /**
   * Stores hours if they still are what they were at a version (0: never stored), and publishes them; undefined when somebody
   * was faster.
   */
  async replace(
    { siteId }: SiteScope,
    version: number,
    hours: Hours,
    correlationId: string,
  ): Promise<StoredHours | undefined> {
    const document = { ...hours, _id: siteId, version: version + 1, correlationId, outboxSince: new Date() };
    const stored = await (version === 0 ? this.#insert(document) : this.#update(version, document));
    if (!stored) return undefined;
    this.outbox.drain(stored);
    return { version: stored.version, hours: hoursOf(stored) };
  }

  async #insert(document: HoursDocument): Promise<HoursDocument | undefined> {
    try {
      await this.documents.create(document);
      return document;
    } catch (error) {
      // A site has one: somebody else was the first to store them.
      if (isDuplicateKey(error)) return undefined;
      throw error;
    }
  }

  async #update(version: number, { _id, outboxSince, ...set }: HoursDocument): Promise<HoursDocument | undefined> {
    const updated = await this.documents
      .findOneAndUpdate(
        { _id, version },
        { $set: set, $min: { outboxSince: outboxSince ?? new Date() } },
        { returnDocument: 'after' },
      )
      .lean<HoursDocument>();
    return updated ?? undefined;
  }

  /** Hours of every site that ever stored some, for the copies of other services. */
  async all(): Promise<{ siteId: string; version: number; hours: Hours }[]> {
    const found = await this.documents.find().sort({ _id: 1 }).lean<HoursDocument[]>();
    return found.map((doc) => ({ siteId: doc._id, version: doc.version, hours: hoursOf(doc) }));
  }
}

import type { SiteScope } from '@beseda/auth';
import { InjectModel, MongoRepository, bytesOf, isDuplicateKey } from '@beseda/mongo';
import type { Outbox } from '@beseda/outbox';
import { Inject } from '@nestjs/common';
import type { Model } from 'mongoose';
import type { Site } from '../../domain/site.js';
import type { SiteDocument } from './documents.js';

/** Token of the outbox that publishes sites. */
export const SITES_OUTBOX = Symbol('SITES_OUTBOX');

/** Settings of a site that can be changed; absent: unchanged. */
export interface SiteChange {
  name?: string | undefined;
  domains?: string[] | undefined;
  language?: Site['widget']['language'] | undefined;
  color?: string | undefined;
}

/** A site document without what only storage knows. */
export const siteOf = (doc: SiteDocument): Site => ({
  id: doc._id,
  version: doc.version,
  name: doc.name,
  domains: doc.domains,
  widget: doc.widget,
  reopenWindowHours: doc.reopenWindowHours,
  maxFileBytes: doc.maxFileBytes,
  identitySecretVersion: doc.identitySecretVersion,
});

@MongoRepository()
export class SitesRepository {
  constructor(
    @InjectModel('Site') private readonly sites: Model<SiteDocument>,
    @Inject(SITES_OUTBOX) private readonly outbox: Outbox<SiteDocument>,
  ) {}

  /** Stores a new site unless one with this id exists; publishes it. */
  async insert(document: SiteDocument): Promise<void> {
    try {
      await this.sites.create({ ...document, outboxSince: new Date() });
    } catch (error) {
      // The id is unique: another replica at its first start has stored the same site.
      if (isDuplicateKey(error)) return;
      throw error;
    }
    const stored = await this.sites.findById(document._id).lean<SiteDocument>();
    if (stored) this.outbox.drain(stored);
  }

  /** Changes a site in one write and publishes it; undefined when there is none. */
  async update(scope: SiteScope, change: SiteChange, correlationId: string): Promise<Site | undefined> {
    const set = {
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(change.domains === undefined ? {} : { domains: change.domains }),
      ...(change.language === undefined ? {} : { 'widget.language': change.language }),
      ...(change.color === undefined ? {} : { 'widget.color': change.color }),
    };
    const updated = await this.sites
      .findOneAndUpdate(
        { _id: scope.siteId },
        { $set: { ...set, correlationId }, $inc: { version: 1 }, $min: { outboxSince: new Date() } },
        { returnDocument: 'after' },
      )
      .lean<SiteDocument>();
    if (!updated) return undefined;
    this.outbox.drain(updated);
    return siteOf(updated);
  }

  /** The encrypted identity secret and its version. */
  async identitySecret(scope: SiteScope): Promise<{ sealed: Uint8Array; version: number } | undefined> {
    const found = await this.sites
      .findOne({ _id: scope.siteId }, { identitySecret: 1, identitySecretVersion: 1 })
      .lean<SiteDocument>();
    return found ? { sealed: bytesOf(found.identitySecret), version: found.identitySecretVersion } : undefined;
  }

  /** Every site of the installation, for the copies of other services. */
  async all(): Promise<Site[]> {
    return (await this.sites.find().sort({ _id: 1 }).lean<SiteDocument[]>()).map(siteOf);
  }

  /** Sites whose maker is not their superadmin yet. */
  async toGrant(): Promise<{ siteId: string; operatorId: string }[]> {
    const found = await this.sites.find({ grantTo: { $exists: true } }, { grantTo: 1 }).lean<SiteDocument[]>();
    return found.flatMap(({ _id, grantTo }) => (grantTo === undefined ? [] : [{ siteId: _id, operatorId: grantTo }]));
  }

  /** Notes that the maker has the role. */
  async granted(scope: SiteScope): Promise<void> {
    await this.sites.updateOne({ _id: scope.siteId }, { $unset: { grantTo: 1 } });
  }
}

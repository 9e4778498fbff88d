import type { SiteScope } from '@beseda/auth';
import { InjectModel, MongoRepository, bytesOf, isDuplicateKey } from '@beseda/mongo';
import type { Outbox } from '@beseda/outbox';
import { Inject } from '@nestjs/common';
import type { Model } from 'mongoose';
import { DEFAULT_WIDGET, type Site, type SiteSurroundings } from '../../domain/site.js';
import { CountersRepository } from './counters.repository.js';
import type { SiteDocument } from './documents.js';
import { SITE_INDEX } from './migrations/4-site-settings.js';

/** Token of the outbox that publishes sites. */
export const SITES_OUTBOX = Symbol('SITES_OUTBOX');

/** A site document without what only storage knows. */
export const siteOf = (doc: SiteDocument): Site => ({
  id: doc._id,
  version: doc.version,
  number: doc.number,
  name: doc.name,
  domains: doc.domains,
  // A setting that came after the document was written has its default: a new one needs no migration.
  widget: { ...DEFAULT_WIDGET, ...doc.widget },
  offline: doc.offline,
  senderName: doc.senderName,
  reopenWindowHours: doc.reopenWindowHours,
  maxFileBytes: doc.maxFileBytes,
  identitySecretVersion: doc.identitySecretVersion,
  surroundings: doc.surroundings,
});

@MongoRepository()
export class SitesRepository {
  constructor(
    @InjectModel('Site') private readonly sites: Model<SiteDocument>,
    @Inject(SITES_OUTBOX) private readonly outbox: Outbox<SiteDocument>,
    private readonly counters: CountersRepository,
  ) {}

  /**
   * Stores a new site under a number nobody has, unless one with this id exists; publishes it.
   * @param number the number to take if it is free: the first site of an installation is 1
   */
  async insert(document: Omit<SiteDocument, 'number'>, number?: number): Promise<void> {
    let wanted = number ?? (await this.counters.next('sites'));
    while (!(await this.#insertAs(document, wanted))) wanted = await this.counters.next('sites');
    const stored = await this.sites.findById(document._id).lean<SiteDocument>();
    if (stored) this.outbox.drain(stored);
  }

  /** False: another site has this number. */
  async #insertAs(document: Omit<SiteDocument, 'number'>, number: number): Promise<boolean> {
    try {
      await this.sites.create({ ...document, number, outboxSince: new Date() });
      return true;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      // The id is unique: another replica at its first start has stored the same site. Else the number is taken.
      return !isDuplicateKey(error, SITE_INDEX.siteByNumber) || (await this.#exists(document._id));
    }
  }

  async #exists(id: string): Promise<boolean> {
    return (await this.sites.findById(id, { _id: 1 }).lean()) !== null;
  }

  async find(scope: SiteScope): Promise<Site | undefined> {
    const found = await this.sites.findById(scope.siteId).lean<SiteDocument>();
    return found ? siteOf(found) : undefined;
  }

  /** Stores a site as it has become, if nobody changed it meanwhile, and publishes it; undefined when somebody did. */
  async replace(scope: SiteScope, site: Site, correlationId: string): Promise<Site | undefined> {
    const { name, domains, widget, offline, senderName, reopenWindowHours, maxFileBytes, surroundings } = site;
    return this.#change(scope, site.version, {
      ...{ name, domains, widget, offline, senderName, reopenWindowHours, maxFileBytes, surroundings },
      correlationId,
    });
  }

  /** Puts a new identity secret in the place of the present one; undefined when somebody changed the site meanwhile. */
  async replaceIdentitySecret(
    scope: SiteScope,
    version: number,
    secret: { sealed: Uint8Array; version: number },
    correlationId: string,
  ): Promise<Site | undefined> {
    const set = { identitySecret: Buffer.from(secret.sealed), identitySecretVersion: secret.version, correlationId };
    return this.#change(scope, version, set);
  }

  /** Stores what of the installation counts for a site, if nobody changed it meanwhile. */
  async surround(site: Site, surroundings: SiteSurroundings, correlationId: string): Promise<Site | undefined> {
    return this.#change({ siteId: site.id }, site.version, { surroundings, correlationId });
  }

  async #change(scope: SiteScope, version: number, set: Partial<SiteDocument>): Promise<Site | undefined> {
    const updated = await this.sites
      .findOneAndUpdate(
        { _id: scope.siteId, version },
        { $set: set, $inc: { version: 1 }, $min: { outboxSince: new Date() } },
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

import type { SiteScope } from '@beseda/auth';
import { InjectModel, MongoRepository, bytesOf, isDuplicateKey } from '@beseda/mongo';
import type { Model } from 'mongoose';
import { type ApiKey, MAX_KEYS, USED_EVERY_MS } from '../../domain/api-key.js';
import type { ApiKeyDocument } from './system.documents.js';

const keyOf = (doc: ApiKeyDocument): ApiKey => ({
  id: doc._id,
  siteId: doc.siteId,
  version: doc.version,
  name: doc.name,
  prefix: doc.prefix,
  scopes: doc.scopes,
  createdAt: doc.createdAt,
  createdBy: doc.createdBy,
  ...(doc.lastUsedAt ? { lastUsedAt: doc.lastUsedAt } : {}),
  ...(doc.revokedAt ? { revokedAt: doc.revokedAt } : {}),
});

/** Somebody may take the same place at the same time; more than these lost races are none. */
const TRIES = 20;

@MongoRepository()
export class ApiKeysRepository {
  constructor(@InjectModel('ApiKey') private readonly keys: Model<ApiKeyDocument>) {}

  /** Every key of a site, newest first, revoked ones too. */
  async list(scope: SiteScope): Promise<ApiKey[]> {
    const found = await this.keys.find({ siteId: scope.siteId }).sort({ _id: -1 }).lean<ApiKeyDocument[]>();
    return found.map(keyOf);
  }

  async find(scope: SiteScope, id: string): Promise<ApiKey | undefined> {
    const found = await this.keys.findOne({ _id: id, siteId: scope.siteId }).lean<ApiKeyDocument>();
    return found ? keyOf(found) : undefined;
  }

  /** Stores a key in one of the site's places; undefined when all are taken. */
  async insert(key: Omit<ApiKeyDocument, 'slot' | 'version'>): Promise<ApiKey | undefined> {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const slot = await this.#freeSlot(key.siteId);
      if (slot === undefined) return undefined;
      const document: ApiKeyDocument = { ...key, version: 1, slot };
      try {
        await this.keys.create(document);
        return keyOf(document);
      } catch (error) {
        // Somebody took the same place meanwhile: look for another.
        if (!isDuplicateKey(error)) throw error;
      }
    }
    return undefined;
  }

  async #freeSlot(siteId: string): Promise<string | undefined> {
    const all = Array.from({ length: MAX_KEYS }, (_, index) => `${siteId}:${index + 1}`);
    const taken = await this.keys.find({ slot: { $in: all } }, { slot: 1 }).lean<ApiKeyDocument[]>();
    const slots = new Set(taken.map(({ slot }) => slot));
    return all.find((slot) => !slots.has(slot));
  }

  /** Ends a key; undefined when it has been ended, or is none of the site's. */
  async revoke(scope: SiteScope, id: string, now: Date): Promise<ApiKey | undefined> {
    const updated = await this.keys
      .findOneAndUpdate(
        { _id: id, siteId: scope.siteId, revokedAt: { $exists: false } },
        { $set: { revokedAt: now }, $unset: { slot: 1 }, $inc: { version: 1 } },
        { returnDocument: 'after' },
      )
      .lean<ApiKeyDocument>();
    return updated ? keyOf(updated) : undefined;
  }

  /** Whose key begins like this, and what to compare the rest with. No scope: the key is what says the site. */
  async byPrefix(prefix: string): Promise<{ key: ApiKey; digest: Uint8Array } | undefined> {
    const found = await this.keys.findOne({ prefix }).lean<ApiKeyDocument>();
    return found ? { key: keyOf(found), digest: bytesOf(found.digest) } : undefined;
  }

  /** Notes that a key was used, unless it was noted a moment ago. */
  async used(id: string, now: Date): Promise<void> {
    const before = new Date(now.getTime() - USED_EVERY_MS);
    await this.keys.updateOne(
      { _id: id, $or: [{ lastUsedAt: { $exists: false } }, { lastUsedAt: { $lte: before } }] },
      { $set: { lastUsedAt: now } },
    );
  }
}

import type { SiteScope } from '@beseda/auth';
import { InjectModel, MongoRepository, bytesOf } from '@beseda/mongo';
import type { Model } from 'mongoose';
import type { IdentitySecretDocument } from './documents.js';

/** Encrypted copies of the identity secrets of sites. */
@MongoRepository()
export class IdentitySecretsRepository {
  constructor(@InjectModel('IdentitySecret') private readonly secrets: Model<IdentitySecretDocument>) {}

  async find({ siteId }: SiteScope): Promise<{ version: number; sealed: Uint8Array } | undefined> {
    const found = await this.secrets.findById(siteId).lean<IdentitySecretDocument>();
    return found ? { version: found.version, sealed: bytesOf(found.sealed) } : undefined;
  }

  async store({ siteId }: SiteScope, version: number, sealed: Uint8Array): Promise<void> {
    await this.secrets.updateOne({ _id: siteId }, { $set: { version, sealed: Buffer.from(sealed) } }, { upsert: true });
  }
}

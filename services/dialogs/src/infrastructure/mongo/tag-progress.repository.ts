import type { SiteScope } from '@beseda/auth';
import { InjectModel, MongoRepository, isDuplicateKey } from '@beseda/mongo';
import type { Model } from 'mongoose';
import { TagProgress } from '../../application/ports.js';
import type { TagProgressDocument } from './documents.js';

/** How far dialogs have followed the catalogue of tags, in MongoDB: replicas share it. */
@MongoRepository()
export class TagProgressRepository extends TagProgress {
  constructor(@InjectModel('TagProgress') private readonly progress: Model<TagProgressDocument>) {
    super();
  }

  async followed({ siteId }: SiteScope, tagId: string): Promise<number> {
    const found = await this.progress.findOne({ _id: idOf(siteId, tagId) }).lean<TagProgressDocument>();
    return found?.version ?? 0;
  }

  async advance({ siteId }: SiteScope, tagId: string, version: number): Promise<void> {
    const write = () =>
      this.progress.updateOne(
        { _id: idOf(siteId, tagId) },
        { $max: { version }, $setOnInsert: { siteId, tagId } },
        { upsert: true },
      );
    try {
      await write();
    } catch (error) {
      // Two replicas at once: the other one was inserted, so this one finds it.
      if (!isDuplicateKey(error)) throw error;
      await write();
    }
  }
}

const idOf = (siteId: string, tagId: string): string => `${siteId}:${tagId}`;

import type { SiteScope } from '@beseda/auth';
import { InjectModel, MongoRepository, isDuplicateKey } from '@beseda/mongo';
import type { Model } from 'mongoose';
import { type Librarian, type SavedReply, type SavedReplyContent, reordered } from '../../domain/saved-reply.js';
import type { SavedReplyDocument, SavedReplyOrderDocument } from './site.documents.js';

const replyOf = (doc: SavedReplyDocument): SavedReply => ({
  id: doc._id,
  version: doc.version,
  title: doc.title,
  text: doc.text,
  folder: doc.folder,
  audience: doc.audience,
  files: doc.files,
  updatedAt: doc.updatedAt,
});

/** What somebody may write, as a filter: in the write itself, so that a change meanwhile cannot get round it. */
const managed = ({ operatorId, manages }: Librarian): object =>
  manages
    ? { $or: [{ 'audience.kind': { $in: ['everyone', 'team'] } }, { 'audience.operatorId': operatorId }] }
    : { 'audience.kind': 'personal', 'audience.operatorId': operatorId };

@MongoRepository()
export class SavedRepliesRepository {
  constructor(
    @InjectModel('SavedReply') private readonly replies: Model<SavedReplyDocument>,
    @InjectModel('SavedReplyOrder') private readonly orders: Model<SavedReplyOrderDocument>,
  ) {}

  /** All replies of a site, as they were made. */
  async ofSite({ siteId }: SiteScope): Promise<SavedReply[]> {
    const found = await this.replies.find({ siteId }).sort({ siteId: 1, _id: 1 }).lean<SavedReplyDocument[]>();
    return found.map(replyOf);
  }

  async find({ siteId }: SiteScope, id: string): Promise<SavedReply | undefined> {
    const found = await this.replies.findOne({ _id: id, siteId }).lean<SavedReplyDocument>();
    return found ? replyOf(found) : undefined;
  }

  async count({ siteId }: SiteScope): Promise<number> {
    return this.replies.countDocuments({ siteId });
  }

  /** Personal ones of an operator. */
  async countPersonal({ siteId }: SiteScope, operatorId: string): Promise<number> {
    return this.replies.countDocuments({ siteId, 'audience.operatorId': operatorId });
  }

  async insert({ siteId }: SiteScope, replies: readonly SavedReply[]): Promise<void> {
    const documents = replies.map(({ id, ...reply }) => ({ ...reply, _id: id, siteId, createdAt: reply.updatedAt }));
    // Checked before, and up to two thousand: mongoose would look at each of them once more.
    await this.replies.insertMany(documents, { lean: true, ordered: true });
  }

  /** Takes back what was just made. */
  async takeBack({ siteId }: SiteScope, ids: readonly string[]): Promise<void> {
    await this.replies.deleteMany({ siteId, _id: { $in: [...ids] } });
  }

  /** Stores a reply as it has become, if nobody changed it meanwhile; undefined when somebody did. */
  async replace(
    { siteId }: SiteScope,
    librarian: Librarian,
    { id, version }: Pick<SavedReply, 'id' | 'version'>,
    content: SavedReplyContent,
  ): Promise<SavedReply | undefined> {
    const updated = await this.replies
      .findOneAndUpdate(
        { _id: id, siteId, version, ...managed(librarian) },
        { $set: { ...content, updatedAt: new Date() }, $inc: { version: 1 } },
        { returnDocument: 'after' },
      )
      .lean<SavedReplyDocument>();
    return updated ? replyOf(updated) : undefined;
  }

  /** Deletes what is there and still is the caller's to delete. */
  async delete({ siteId }: SiteScope, librarian: Librarian, ids: readonly string[]): Promise<void> {
    await this.replies.deleteMany({ siteId, _id: { $in: [...ids] }, ...managed(librarian) });
  }

  async order({ siteId }: SiteScope): Promise<{ version: number; ids: string[] }> {
    const found = await this.orders.findById(siteId).lean<SavedReplyOrderDocument>();
    return { version: found?.version ?? 0, ids: found?.ids ?? [] };
  }

  /** Puts some replies one after the other. Others keep their places among themselves. */
  async reorder(scope: SiteScope, moved: readonly string[], existing: ReadonlySet<string>): Promise<void> {
    for (;;) {
      const { version, ids } = await this.order(scope);
      const next = reordered(ids, moved, existing);
      if (await this.#storeOrder(scope, version, next)) return;
    }
  }

  /** False: somebody was faster. */
  async #storeOrder({ siteId }: SiteScope, version: number, ids: string[]): Promise<boolean> {
    if (version > 0) {
      const written = await this.orders.updateOne({ _id: siteId, version }, { $set: { ids }, $inc: { version: 1 } });
      return written.matchedCount === 1;
    }
    try {
      await this.orders.create({ _id: siteId, version: 1, ids });
      return true;
    } catch (error) {
      // A site has one order: somebody else was the first to make it.
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }
}

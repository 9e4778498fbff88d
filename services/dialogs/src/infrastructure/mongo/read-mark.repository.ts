import type { SiteScope } from '@beseda/auth';
import { InjectModel, MongoRepository, isDuplicateKey } from '@beseda/mongo';
import type { Model } from 'mongoose';
import { ReadMarks } from '../../application/ports.js';
import type { ReadMarkDocument } from './documents.js';

/** Operators' read marks in MongoDB. */
@MongoRepository()
export class ReadMarkRepository extends ReadMarks {
  constructor(@InjectModel('ReadMark') private readonly marks: Model<ReadMarkDocument>) {
    super();
  }

  async raise({ siteId }: SiteScope, operatorId: string, dialogId: string, seq: number): Promise<void> {
    const write = () =>
      this.marks.updateOne(
        { _id: idOf(siteId, operatorId, dialogId) },
        { $max: { seq }, $setOnInsert: { siteId, operatorId, dialogId } },
        { upsert: true },
      );
    try {
      await write();
    } catch (error) {
      // Two first marks at once: the other one was inserted, so this one finds it.
      if (!isDuplicateKey(error)) throw error;
      await write();
    }
  }

  async of({ siteId }: SiteScope, operatorId: string, dialogIds: readonly string[]): Promise<Map<string, number>> {
    if (dialogIds.length === 0) return new Map();
    const ids = dialogIds.map((dialogId) => idOf(siteId, operatorId, dialogId));
    const found = await this.marks.find({ _id: { $in: ids } }, { dialogId: 1, seq: 1 }).lean<ReadMarkDocument[]>();
    return new Map(found.map(({ dialogId, seq }) => [dialogId, seq]));
  }
}

const idOf = (siteId: string, operatorId: string, dialogId: string): string => `${siteId}:${operatorId}:${dialogId}`;

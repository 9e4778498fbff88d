import { InjectModel, MongoRepository, isDuplicateKey } from '@beseda/mongo';
import type { Model } from 'mongoose';
import type { LockDocument } from './people.documents.js';

/** Locks of the installation: one owner at a time, and none for ever. */
@MongoRepository()
export class LocksRepository {
  constructor(@InjectModel('Lock') private readonly locks: Model<LockDocument>) {}

  /** Takes a lock that is free or has run out; false when somebody has it. */
  async take(id: string, owner: string, now: Date, until: Date): Promise<boolean> {
    const taken = await this.locks.updateOne({ _id: id, until: { $lte: now } }, { $set: { owner, until } });
    if (taken.matchedCount === 1) return true;
    try {
      await this.locks.create({ _id: id, owner, until });
      return true;
    } catch (error) {
      // There is only one: somebody has it.
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  async release(id: string, owner: string): Promise<void> {
    await this.locks.deleteOne({ _id: id, owner });
  }
}

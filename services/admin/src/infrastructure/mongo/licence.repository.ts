import { InjectModel, MongoRepository, isDuplicateKey } from '@beseda/mongo';
import type { Model } from 'mongoose';
import type { LicenceDocument } from './system.documents.js';

/** The one licence of the installation. */
export const LICENCE_ID = 'licence';

@MongoRepository()
export class LicenceRepository {
  constructor(@InjectModel('Licence') private readonly licences: Model<LicenceDocument>) {}

  /** The stored text, empty when there is none, and its version. */
  async find(): Promise<{ text: string; version: number }> {
    const found = await this.licences.findById(LICENCE_ID).lean<LicenceDocument>();
    return { text: found?.text ?? '', version: found?.version ?? 0 };
  }

  /** Stores a text unless somebody has stored another since this version; false then. */
  async replace(version: number, text: string, now: Date): Promise<boolean> {
    if (version === 0) return this.#first(text, now);
    const { matchedCount } = await this.licences.updateOne(
      { _id: LICENCE_ID, version },
      { $set: { text, setAt: now }, $inc: { version: 1 } },
    );
    return matchedCount === 1;
  }

  async #first(text: string, now: Date): Promise<boolean> {
    try {
      await this.licences.create({ _id: LICENCE_ID, version: 1, text, setAt: now });
      return true;
    } catch (error) {
      // There is only one: somebody else was first.
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }
}

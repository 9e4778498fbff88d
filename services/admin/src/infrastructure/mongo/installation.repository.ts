import { InjectModel, MongoRepository, isDuplicateKey } from '@beseda/mongo';
import type { Model } from 'mongoose';
import type { InstallationDocument } from './documents.js';

const ID = 'installation';

/** The one document that says what the first start decided. */
@MongoRepository()
export class InstallationRepository {
  constructor(@InjectModel('Installation') private readonly installations: Model<InstallationDocument>) {}

  async find(): Promise<InstallationDocument | undefined> {
    return (await this.installations.findById(ID).lean<InstallationDocument>()) ?? undefined;
  }

  /** Stores the decision of this replica, unless another was first; gives the one that counts. */
  async decide(decision: Omit<InstallationDocument, '_id'>): Promise<InstallationDocument> {
    try {
      await this.installations.create({ _id: ID, ...decision });
    } catch (error) {
      // There is only one: another replica was first, and its decision counts.
      if (!isDuplicateKey(error)) throw error;
    }
    const found = await this.find();
    if (!found) throw new TypeError('the document of the installation vanished while it was made');
    return found;
  }

  /** Takes the right to show the generated password until a time; only one replica has it at once. */
  async takeShowing(now: Date, until: Date): Promise<boolean> {
    const free = [{ showingUntil: { $exists: false } }, { showingUntil: { $lte: now } }];
    const { modifiedCount } = await this.installations.updateOne(
      { _id: ID, passwordShown: false, $or: free },
      { $set: { showingUntil: until } },
    );
    return modifiedCount === 1;
  }

  /** Gives that right back. */
  async stopShowing(): Promise<void> {
    await this.installations.updateOne({ _id: ID, passwordShown: false }, { $unset: { showingUntil: 1 } });
  }

  async shown(): Promise<void> {
    await this.installations.updateOne({ _id: ID }, { $set: { passwordShown: true } });
  }
}

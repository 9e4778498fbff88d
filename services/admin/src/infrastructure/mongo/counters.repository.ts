import { InjectModel, MongoRepository, isDuplicateKey } from '@beseda/mongo';
import type { Model } from 'mongoose';
import type { CounterDocument } from './site.documents.js';

/** Numbers that are given out once. */
@MongoRepository()
export class CountersRepository {
  constructor(@InjectModel('Counter') private readonly counters: Model<CounterDocument>) {}

  /** The next number under a name, from 1; never given again, even where whoever asked does not use it. */
  async next(name: string): Promise<number> {
    for (;;) {
      try {
        const { value } = await this.counters
          .findOneAndUpdate({ _id: name }, { $inc: { value: 1 } }, { upsert: true, returnDocument: 'after' })
          .orFail()
          .lean<CounterDocument>();
        return value;
      } catch (error) {
        // Two were first at once; the document is there now.
        if (!isDuplicateKey(error)) throw error;
      }
    }
  }
}

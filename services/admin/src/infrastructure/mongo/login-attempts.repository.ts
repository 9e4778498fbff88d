import { InjectModel, MongoRepository } from '@beseda/mongo';
import type { Model } from 'mongoose';
import { type ThrottleRule, lockMs } from '../../domain/throttle.js';
import type { LoginAttemptsDocument } from './documents.js';

/** Counts failed sign-ins; shared by all replicas, survives restarts, forgets by itself. */
@MongoRepository()
export class LoginAttemptsRepository {
  constructor(@InjectModel('LoginAttempts') private readonly attempts: Model<LoginAttemptsDocument>) {}

  /** Milliseconds until these keys are free; 0 = now. */
  async lockedFor(keys: readonly string[], now: Date): Promise<number> {
    const found = await this.attempts.find({ _id: { $in: [...keys] } }).lean<LoginAttemptsDocument[]>();
    return Math.max(0, ...found.map(({ lockedUntil }) => (lockedUntil ? lockedUntil.getTime() - now.getTime() : 0)));
  }

  /** Counts one failure and locks the key when there are too many. @returns how long it is locked now, milliseconds */
  async fail(key: string, rule: ThrottleRule, now: Date): Promise<number> {
    // The server removes what ran out only now and then.
    await this.attempts.deleteOne({ _id: key, expiresAt: { $lte: now } });
    const counted = await this.attempts
      .findOneAndUpdate(
        { _id: key },
        { $inc: { failures: 1 }, $max: { expiresAt: new Date(now.getTime() + rule.forgetMs) } },
        { upsert: true, returnDocument: 'after' },
      )
      .lean<LoginAttemptsDocument>();
    const lock = lockMs(rule, counted?.failures ?? 1);
    if (lock === 0) return 0;
    await this.attempts.updateOne(
      { _id: key },
      {
        $max: {
          lockedUntil: new Date(now.getTime() + lock),
          expiresAt: new Date(now.getTime() + lock + rule.forgetMs),
        },
      },
    );
    return lock;
  }

  async forget(key: string): Promise<void> {
    await this.attempts.deleteOne({ _id: key });
  }
}

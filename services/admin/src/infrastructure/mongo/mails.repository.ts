import { InjectModel, MongoRepository, isDuplicateKey } from '@beseda/mongo';
import type { Model } from 'mongoose';
import type { MailState } from '../../domain/mail.js';
import type { MailDocument } from './people.documents.js';

/** Done mails are remembered this long; milliseconds: 90 days. */
const REMEMBER_MS = 90 * 24 * 3_600_000;

/** A mail as it is put into the queue. */
export type NewMail = Omit<MailDocument, 'state' | 'attempts' | 'dueAt' | 'lease' | 'at' | 'detail' | 'forgetAt'>;

/** The queue of mails. A mail is taken by one sender at a time; one whose sender died is free again after a while. */
@MongoRepository()
export class MailsRepository {
  constructor(@InjectModel('Mail') private readonly mails: Model<MailDocument>) {}

  /** Puts a mail into the queue, once however often it is asked for. */
  async queue(mail: NewMail): Promise<void> {
    const now = new Date();
    const forgetAt = new Date(now.getTime() + REMEMBER_MS);
    try {
      await this.mails.create({ ...mail, state: 'waiting', attempts: 0, dueAt: now, at: now, detail: '', forgetAt });
    } catch (error) {
      // It is there already: whoever queued it before died, or was slow, before saying so.
      if (!isDuplicateKey(error)) throw error;
    }
  }

  /** Takes the mail that has waited longest, for a while; undefined: none is due. */
  async take(lease: string, now: Date, until: Date): Promise<MailDocument | undefined> {
    const taken = await this.mails
      .findOneAndUpdate(
        { dueAt: { $lte: now } },
        { $set: { dueAt: until, lease }, $inc: { attempts: 1 } },
        { sort: { dueAt: 1 }, returnDocument: 'after' },
      )
      .lean<MailDocument>();
    return taken ?? undefined;
  }

  /** It goes out with this secret, the next time too. */
  async keepSecret(id: string, lease: string, sealed: Uint8Array): Promise<boolean> {
    const updated = await this.mails.updateOne({ _id: id, lease }, { $set: { sealed: Buffer.from(sealed) } });
    return updated.matchedCount === 1;
  }

  /** It is done, one way or the other: its secret is erased. */
  async finish(id: string, lease: string, state: MailState, detail: string): Promise<void> {
    await this.mails.updateOne(
      { _id: id, lease },
      { $set: { state, detail, at: new Date() }, $unset: { sealed: 1, dueAt: 1, lease: 1 } },
    );
  }

  /** It is tried again later. */
  async postpone(id: string, lease: string, dueAt: Date, detail: string): Promise<void> {
    await this.mails.updateOne({ _id: id, lease }, { $set: { dueAt, detail, at: new Date() }, $unset: { lease: 1 } });
  }

  /** Nobody needs it any more. */
  async drop(id: string, lease: string): Promise<void> {
    await this.mails.deleteOne({ _id: id, lease });
  }

  async byIds(ids: readonly string[]): Promise<MailDocument[]> {
    return this.mails.find({ _id: { $in: [...ids] } }, { sealed: 0 }).lean<MailDocument[]>();
  }
}

import type { SiteScope } from '@beseda/auth';
import { InjectConnection, InjectModel, MongoRepository, isDuplicateKey } from '@beseda/mongo';
import type { Connection, Model } from 'mongoose';
import { RETENTION, idFloor, timeOf } from '../../domain/audit.js';
import type { AuditDocument, StoredGuard, AuditIntentDocument, AuditRetentionDocument } from './system.documents.js';

/** A pattern that matches this text and nothing else. */
const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const lower = (...words: string[]): string => words.join('\n').toLowerCase();

/** Which entries are wanted; what is absent does not matter. */
export interface AuditFilter {
  operatorId?: string | undefined;
  subject?: string | undefined;
  /** Inclusive. */
  from?: Date | undefined;
  /** Exclusive. */
  to?: Date | undefined;
  /** Part of a name or an address. */
  q?: string | undefined;
}

/** The entries an intent becomes. */
function entriesOf(intent: AuditIntentDocument): AuditDocument[] {
  const { operatorId, operatorName, address, userAgent, action, subject, subjectId, subjectName, changes } = intent;
  const facts = { operatorName, address, userAgent, action, subject, subjectId, subjectName, changes };
  return intent.entries.map(({ id, siteId }) => ({
    _id: id,
    ...(siteId === undefined ? {} : { siteId }),
    at: timeOf(id),
    ...(operatorId === undefined ? {} : { operatorId }),
    ...facts,
    search: lower(subjectName, operatorName, address),
  }));
}

/** The logs of what was changed, and what is on its way into them. */
@MongoRepository()
export class AuditRepository {
  constructor(
    @InjectModel('Audit') private readonly entries: Model<AuditDocument>,
    @InjectModel('AuditIntent') private readonly intents: Model<AuditIntentDocument>,
    @InjectModel('AuditRetention') private readonly retentions: Model<AuditRetentionDocument>,
    @InjectConnection() private readonly connection: Connection,
  ) {}

  async intend(intent: AuditIntentDocument): Promise<void> {
    await this.intents.create(intent);
  }

  async drop(intentId: string): Promise<void> {
    await this.intents.deleteOne({ _id: intentId });
  }

  async postpone(intentId: string, until: Date): Promise<void> {
    await this.intents.updateOne({ _id: intentId }, { $set: { settleAt: until } });
  }

  /** Writes the entries of an intent and forgets it. Done twice it is done once: the ids are the intent's. */
  async confirm(intent: AuditIntentDocument): Promise<void> {
    await this.write(intent);
    await this.intents.deleteOne({ _id: intent._id });
  }

  /** Writes entries without an intent. */
  async write(intent: AuditIntentDocument): Promise<void> {
    for (const entry of entriesOf(intent)) {
      try {
        await this.entries.create(entry);
      } catch (error) {
        // Written before, by this process or by the one that settles what was left.
        if (!isDuplicateKey(error)) throw error;
      }
    }
  }

  /** Intents nobody works on any more, oldest first. */
  async left(now: Date, limit: number): Promise<AuditIntentDocument[]> {
    return this.intents
      .find({ settleAt: { $lte: now } })
      .sort({ settleAt: 1 })
      .limit(limit)
      .lean<AuditIntentDocument[]>();
  }

  /** The version a guarded document has now; 0: there is none. */
  async versionOf({ source, id }: StoredGuard): Promise<number> {
    const found = await this.connection
      .collection<{ _id: string; version?: number }>(source)
      .findOne({ _id: id }, { projection: { version: 1 } });
    return found ? (found.version ?? 1) : 0;
  }

  /** Entries of a site's log, newest first, older than the one with the id `before`. */
  async page(
    scope: SiteScope,
    filter: AuditFilter,
    before: string | undefined,
    limit: number,
  ): Promise<AuditDocument[]> {
    const ends = [before, filter.to && idFloor(filter.to)].filter((end) => end !== undefined).sort();
    const range = { ...(filter.from ? { $gte: idFloor(filter.from) } : {}), ...(ends[0] ? { $lt: ends[0] } : {}) };
    return this.entries
      .find({
        siteId: scope.siteId,
        ...(filter.operatorId === undefined ? {} : { operatorId: filter.operatorId }),
        ...(filter.subject === undefined ? {} : { subject: filter.subject }),
        ...(Object.keys(range).length === 0 ? {} : { _id: range }),
        ...(filter.q === undefined ? {} : { search: { $regex: literal(filter.q.toLowerCase()) } }),
      })
      .sort({ _id: -1 })
      .limit(limit)
      .lean<AuditDocument[]>();
  }

  /** Days that entries of a site are kept. */
  async retention(siteId: string): Promise<number> {
    return (await this.retentions.findById(siteId).lean<AuditRetentionDocument>())?.days ?? RETENTION.default;
  }

  async setRetention(siteId: string, days: number): Promise<void> {
    await this.retentions.updateOne({ _id: siteId }, { $set: { days } }, { upsert: true });
  }

  /** Removes what a site, or undefined: the installation, need not keep any more. @returns how many entries */
  async removeBefore(siteId: string | undefined, time: Date): Promise<number> {
    // No site is found in the index as null.
    const ofSite = { siteId: siteId ?? null };
    return (await this.entries.deleteMany({ ...ofSite, _id: { $lt: idFloor(time) } })).deletedCount;
  }
}

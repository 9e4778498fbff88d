import type { SiteScope } from '@beseda/auth';
import { InjectModel, MongoRepository, isDuplicateKey } from '@beseda/mongo';
import type { Outbox } from '@beseda/outbox';
import { Inject } from '@nestjs/common';
import type { Model } from 'mongoose';
import { v7 } from 'uuid';
import { LEASE_MS, withoutInstance } from '../../domain/presence.js';
import type { VisitorDocument } from './documents.js';

/** Token of the outbox that publishes who has come and gone. */
export const VISITORS_OUTBOX = Symbol('VISITORS_OUTBOX');

/** A visitor who has left the site, and when. */
export interface Departure {
  id: string;
  siteId: string;
  at: Date;
}

/** Visitors that one sweep looks at. */
const SWEEP_BATCH = 500;

@MongoRepository()
export class VisitorsRepository {
  constructor(
    @InjectModel('Visitor') private readonly visitors: Model<VisitorDocument>,
    @Inject(VISITORS_OUTBOX) private readonly outbox: Outbox<VisitorDocument>,
  ) {}

  /** Whether a contact is on the site now, judged by the time of the question. */
  async isOnline({ siteId }: SiteScope, contactId: string, now: Date): Promise<boolean> {
    const found = await this.visitors.findOne({ _id: contactId, siteId }, { expiresAt: 1 }).lean<VisitorDocument>();
    return found?.expiresAt !== undefined && found.expiresAt > now;
  }

  /** Renews the leases of one gateway for visitors who are here already; gives the ids of the others. */
  async renew(ids: readonly string[], instance: string, now: Date, scope: SiteScope | undefined): Promise<string[]> {
    const filter = { _id: { $in: [...ids] }, ...(scope ? { siteId: scope.siteId } : {}) };
    const here = await this.visitors.find({ ...filter, online: true }, { _id: 1 }).lean<{ _id: string }[]>();
    const known = new Set(here.map(({ _id }) => _id));
    if (known.size > 0) {
      const until = new Date(now.getTime() + LEASE_MS);
      const { matchedCount } = await this.visitors.updateMany(
        { _id: { $in: [...known] }, online: true },
        renewal(instance, until),
      );
      // Some were swept away between the two: one by one it is seen which.
      if (matchedCount < known.size) return [...ids];
    }
    return ids.filter((id) => !known.has(id));
  }

  /** A visitor comes, or is here and gets one more lease. */
  async arrive(visitor: { id: string; siteId: string }, instance: string, cause: string, now: Date): Promise<void> {
    const until = new Date(now.getTime() + LEASE_MS);
    try {
      const came = await this.visitors
        .findOneAndUpdate(
          { _id: visitor.id, siteId: visitor.siteId, online: false },
          {
            $set: { ...arrival(instance, until, cause, now), online: true },
            $inc: { version: 1, rev: 1 },
            $min: { outboxSince: now },
          },
          { returnDocument: 'after' },
        )
        .lean<VisitorDocument>();
      if (came) return this.outbox.drain(came);
      const first: VisitorDocument = {
        _id: visitor.id,
        siteId: visitor.siteId,
        online: true,
        version: 1,
        rev: 1,
        outboxSince: now,
        ...arrival(instance, until, cause, now),
      };
      await this.visitors.create(first);
      this.outbox.drain(first);
    } catch (error) {
      // Another gateway was faster: the visitor is here.
      if (!isDuplicateKey(error)) throw error;
      await this.visitors.updateOne(
        { _id: visitor.id, siteId: visitor.siteId, online: true },
        renewal(instance, until),
      );
    }
  }

  /** A gateway's last socket of a visitor closed. Gives who left the site by that. */
  async release(
    id: string,
    instance: string,
    cause: string,
    now: Date,
    scope: SiteScope | undefined,
  ): Promise<Departure | undefined> {
    for (;;) {
      const found = await this.visitors
        .findOne({ _id: id, online: true, ...(scope ? { siteId: scope.siteId } : {}) })
        .lean<VisitorDocument>();
      if (!found) return undefined;
      const result = await this.#leave(found, instance, cause, now);
      if (result !== 'again') return result;
    }
  }

  /** Ends the presence of visitors whose leases have all run out; gives who left. */
  async sweep(cause: string, now: Date): Promise<Departure[]> {
    const expired = await this.visitors
      .find({ expiresAt: { $lte: now } })
      .limit(SWEEP_BATCH)
      .lean<VisitorDocument[]>();
    const gone: Departure[] = [];
    for (const visitor of expired) {
      const result = await this.#leave(visitor, '', cause, now);
      if (result && result !== 'again') gone.push(result);
    }
    return gone;
  }

  /** Undefined when another gateway still has the visitor; `again` when somebody wrote meanwhile. */
  async #leave(
    read: VisitorDocument,
    instance: string,
    cause: string,
    now: Date,
  ): Promise<Departure | 'again' | undefined> {
    const { leases, until } = withoutInstance(read.leases, instance, now);
    const guard = { _id: read._id, rev: read.rev };
    if (until) {
      const change = { $set: { leases, expiresAt: until }, $inc: { rev: 1 } };
      return (await this.visitors.updateOne(guard, change)).matchedCount === 1 ? undefined : 'again';
    }
    const left = await this.visitors
      .findOneAndUpdate(
        guard,
        {
          $set: { online: false, leases: {}, eventId: v7(), changedAt: now, correlationId: cause },
          $unset: { expiresAt: 1 },
          $inc: { version: 1, rev: 1 },
          $min: { outboxSince: now },
        },
        { returnDocument: 'after' },
      )
      .lean<VisitorDocument>();
    if (!left) return 'again';
    this.outbox.drain(left);
    const { expiresAt = now } = read;
    return { id: left._id, siteId: left.siteId, at: expiresAt < now ? expiresAt : now };
  }
}

const renewal = (instance: string, until: Date): Record<string, object> => ({
  $set: { [`leases.${instance}`]: until },
  $max: { expiresAt: until },
  $inc: { rev: 1 },
});

const arrival = (
  instance: string,
  until: Date,
  correlationId: string,
  now: Date,
): Pick<VisitorDocument, 'leases' | 'expiresAt' | 'eventId' | 'changedAt' | 'correlationId'> => ({
  leases: { [instance]: until },
  expiresAt: until,
  eventId: v7(),
  changedAt: now,
  correlationId,
});

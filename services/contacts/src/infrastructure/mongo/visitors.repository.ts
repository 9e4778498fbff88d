import type { SiteScope } from '@beseda/auth';
import { type Departure, type LeasedDocument, Leases, type Person } from '@beseda/leases';
import { InjectModel, MONGO_CONNECTION, MongoRepository } from '@beseda/mongo';
import type { Outbox } from '@beseda/outbox';
import { Inject } from '@nestjs/common';
import type { Connection, Model } from 'mongoose';
import type { VisitorDocument } from './documents.js';

/** Token of the outbox that publishes who has come and gone. */
export const VISITORS_OUTBOX = Symbol('VISITORS_OUTBOX');

/** Who of the visitors is on the site, and through which gateways. */
@MongoRepository()
export class VisitorsRepository {
  readonly #leases: Leases;

  constructor(
    @InjectModel('Visitor') private readonly visitors: Model<VisitorDocument>,
    @Inject(VISITORS_OUTBOX) outbox: Outbox<VisitorDocument>,
    @Inject(MONGO_CONNECTION) connection: Connection,
  ) {
    this.#leases = new Leases({ collection: connection.collection<LeasedDocument>('visitors'), outbox });
  }

  /** Whether a contact is on the site now, judged by the time of the question. */
  async isOnline({ siteId }: SiteScope, contactId: string, now: Date): Promise<boolean> {
    const found = await this.visitors.findOne({ _id: contactId, siteId }, { expiresAt: 1 }).lean<VisitorDocument>();
    return found?.expiresAt !== undefined && found.expiresAt > now;
  }

  /** Renews the leases of one gateway for visitors who are here already; gives the ids of the others. */
  async renew(ids: readonly string[], instance: string, now: Date, scope: SiteScope | undefined): Promise<string[]> {
    return this.#leases.renew(ids, instance, now, scope?.siteId);
  }

  /** A visitor comes, or is here and gets one more lease. */
  async arrive(visitor: Person, instance: string, cause: string, now: Date): Promise<void> {
    await this.#leases.arrive(visitor, instance, cause, now);
  }

  /** A gateway's last socket of a visitor closed. Gives who left the site by that. */
  async release(
    id: string,
    instance: string,
    cause: string,
    now: Date,
    scope: SiteScope | undefined,
  ): Promise<Departure | undefined> {
    return this.#leases.release(id, instance, cause, now, scope?.siteId);
  }

  /** Ends the presence of visitors whose leases have all run out; gives who left. */
  async sweep(cause: string, now: Date): Promise<Departure[]> {
    return this.#leases.sweep(cause, now);
  }
}

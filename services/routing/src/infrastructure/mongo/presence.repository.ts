import type { SiteScope } from '@beseda/auth';
import { type LeasedDocument, Leases } from '@beseda/leases';
import { InjectModel, MONGO_CONNECTION, MongoRepository, isDuplicateKey } from '@beseda/mongo';
import type { Outbox } from '@beseda/outbox';
import { Inject } from '@nestjs/common';
import type { Connection, Model } from 'mongoose';
import { v7 } from 'uuid';
import { type OperatorStatus, type Presence, presenceKey } from '../../domain/presence.js';
import type { PresenceDocument } from './documents.js';

/** Token of the outbox that publishes who of the operators has come and gone. */
export const PRESENCE_OUTBOX = Symbol('PRESENCE_OUTBOX');

const presenceOf = ({
  siteId,
  operatorId,
  status,
  online,
  expiresAt,
  changedAt,
  version,
}: PresenceDocument): Presence => ({
  siteId,
  operatorId,
  status,
  online,
  ...(expiresAt ? { expiresAt } : {}),
  changedAt,
  version,
});

@MongoRepository()
export class PresenceRepository {
  readonly #leases: Leases;

  constructor(
    @InjectModel('Presence') private readonly presence: Model<PresenceDocument>,
    @Inject(PRESENCE_OUTBOX) private readonly outbox: Outbox<PresenceDocument>,
    @Inject(MONGO_CONNECTION) connection: Connection,
  ) {
    this.#leases = new Leases({ collection: connection.collection<LeasedDocument>('presence'), outbox });
  }

  /** Everybody of a site who has ever been there; without a scope, of the installation. */
  async list(scope: SiteScope | undefined): Promise<Presence[]> {
    const filter = scope ? { siteId: scope.siteId } : {};
    return (await this.presence.find(filter).lean<PresenceDocument[]>()).map(presenceOf);
  }

  /** One process holds consoles of these operators of a site. */
  async renew({ siteId }: SiteScope, operatorIds: readonly string[], instance: string, cause: string): Promise<void> {
    const now = new Date();
    const ids = new Map(operatorIds.map((operatorId) => [presenceKey(siteId, operatorId), operatorId]));
    for (const id of await this.#leases.renew([...ids.keys()], instance, now, siteId)) {
      const first = { operatorId: ids.get(id) ?? '', status: 'online' };
      await this.#leases.arrive({ id, siteId }, instance, cause, now, first);
    }
  }

  /** The last console of an operator closed in one process. */
  async release({ siteId }: SiteScope, operatorId: string, instance: string, cause: string): Promise<void> {
    await this.#leases.release(presenceKey(siteId, operatorId), instance, cause, new Date(), siteId);
  }

  /** Ends the presence of operators whose gateways fell silent. */
  async sweep(cause: string): Promise<void> {
    await this.#leases.sweep(cause, new Date());
  }

  /** What an operator chose, on one site; published when others see it. */
  async choose({ siteId }: SiteScope, operatorId: string, status: OperatorStatus, cause: string): Promise<void> {
    const now = new Date();
    const _id = presenceKey(siteId, operatorId);
    const news = { eventId: v7(), changedAt: now, correlationId: cause };
    try {
      const changed = await this.presence
        .findOneAndUpdate(
          { _id, status: { $ne: status } },
          { $set: { status, ...news }, $inc: { version: 1, rev: 1 }, $min: { outboxSince: now } },
          { returnDocument: 'after' },
        )
        .lean<PresenceDocument>();
      if (changed) return this.outbox.drain(changed);
      // Chosen already, or never been here: then the choice waits for the first console.
      await this.presence.updateOne(
        { _id },
        {
          $setOnInsert: {
            siteId,
            operatorId,
            status,
            online: false,
            leases: {},
            rev: 1,
            version: 1,
            outboxSince: now,
            ...news,
          },
        },
        { upsert: true },
      );
    } catch (error) {
      // Duplicate key: the operator came at the same moment, with the status of somebody new.
      if (!isDuplicateKey(error)) throw error;
      await this.choose({ siteId }, operatorId, status, cause);
    }
  }
}

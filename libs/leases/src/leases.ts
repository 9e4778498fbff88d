import { isDuplicateKey } from '@beseda/mongo';
import type { mongo } from 'mongoose';
import { v7 } from 'uuid';
import { LEASE_MS, type LeaseMap, withoutInstance } from './lease.js';

/** Presence of one person; a service adds what else it keeps. Its whole state is published when `version` rises. */
export interface LeasedDocument {
  _id: string;
  siteId: string;
  online: boolean;
  leases: LeaseMap;
  /** The latest of the leases; absent while offline. */
  expiresAt?: Date;
  /** Rises with every write and guards those that take leases away. */
  rev: number;
  /** Rises with every change others see. */
  version: number;
  outboxSince?: Date;
  /** Of the present state. */
  eventId: string;
  changedAt: Date;
  correlationId: string;
}

/** Somebody, and the site they are on. */
export interface Person {
  id: string;
  siteId: string;
}

/** Somebody who has left, and when. */
export interface Departure extends Person {
  at: Date;
}

/** Where the leases are kept and published. */
export interface LeasesOptions {
  collection: mongo.Collection<LeasedDocument>;
  /** Takes each changed document to the bus. */
  outbox: { drain(document: LeasedDocument): void };
}

/** An arrival that meets others is tried again; each try loses only to a change that another process made. */
const ARRIVE_TRIES = 5;
/** Documents that one sweep looks at. */
const SWEEP_BATCH = 500;

/** Leases of one collection. Errors are those of the driver: wrap calls as repositories do. */
export class Leases {
  readonly #documents: mongo.Collection<LeasedDocument>;
  readonly #outbox: LeasesOptions['outbox'];

  constructor({ collection, outbox }: LeasesOptions) {
    this.#documents = collection;
    this.#outbox = outbox;
  }

  /**
   * Renews the leases of one process for people who are here already.
   * @param siteId only people of this site; undefined: of all
   * @returns the ids of the others, who have to {@link arrive}
   */
  async renew(ids: readonly string[], instance: string, now: Date, siteId?: string): Promise<string[]> {
    const filter = { _id: { $in: [...ids] }, online: true, ...(siteId === undefined ? {} : { siteId }) };
    const here = await this.#documents.find(filter, { projection: { _id: 1 } }).toArray();
    const known = new Set(here.map(({ _id }) => _id));
    if (known.size > 0) {
      const until = leaseFrom(now);
      const { matchedCount } = await this.#documents.updateMany(
        { _id: { $in: [...known] }, online: true },
        renewal(instance, until),
      );
      // Some were swept away between the two: one by one it is seen which.
      if (matchedCount < known.size) return [...ids];
    }
    return ids.filter((id) => !known.has(id));
  }

  /**
   * Somebody comes, or is here and gets one more lease.
   * @param first what else a document has that is made by this
   */
  async arrive(person: Person, instance: string, cause: string, now: Date, first: object = {}): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#arrive(person, instance, cause, now, first);
      } catch (error) {
        // Duplicate key: somebody made the document at this moment, of a person who may be here or not.
        if (!isDuplicateKey(error) || attempt === ARRIVE_TRIES) throw error;
      }
      const here = { _id: person.id, siteId: person.siteId, online: true };
      const { matchedCount } = await this.#documents.updateOne(here, renewal(instance, leaseFrom(now)));
      if (matchedCount === 1) return;
    }
  }

  async #arrive(person: Person, instance: string, cause: string, now: Date, first: object): Promise<void> {
    const until = leaseFrom(now);
    const arrival = { leases: { [instance]: until }, expiresAt: until, ...news(cause, now), online: true };
    const came = await this.#documents.findOneAndUpdate(
      { _id: person.id, siteId: person.siteId, online: false },
      { $set: arrival, $inc: { version: 1, rev: 1 }, $min: { outboxSince: now } },
      { returnDocument: 'after' },
    );
    if (came) return this.#outbox.drain(came);
    const made = { ...first, _id: person.id, siteId: person.siteId, ...arrival, version: 1, rev: 1, outboxSince: now };
    await this.#documents.insertOne(made);
    this.#outbox.drain(made);
  }

  /** The last connection of a person closed in one process. Gives who left by that. */
  async release(
    id: string,
    instance: string,
    cause: string,
    now: Date,
    siteId?: string,
  ): Promise<Departure | undefined> {
    for (;;) {
      const filter = { _id: id, online: true, ...(siteId === undefined ? {} : { siteId }) };
      const found = await this.#documents.findOne(filter);
      if (!found) return undefined;
      const result = await this.#leave(found, instance, cause, now);
      if (result !== 'again') return result;
    }
  }

  /** Ends the presence of people whose leases have all run out; gives who left. */
  async sweep(cause: string, now: Date): Promise<Departure[]> {
    const expired = await this.#documents
      .find({ expiresAt: { $lte: now } })
      .limit(SWEEP_BATCH)
      .toArray();
    const gone: Departure[] = [];
    for (const document of expired) {
      const result = await this.#leave(document, '', cause, now);
      if (result && result !== 'again') gone.push(result);
    }
    return gone;
  }

  /** Undefined when another process still has the person; `again` when somebody wrote meanwhile. */
  async #leave(
    read: LeasedDocument,
    instance: string,
    cause: string,
    now: Date,
  ): Promise<Departure | 'again' | undefined> {
    const { leases, until } = withoutInstance(read.leases, instance, now);
    const guard = { _id: read._id, rev: read.rev };
    if (until) {
      const change = { $set: { leases, expiresAt: until }, $inc: { rev: 1 } };
      return (await this.#documents.updateOne(guard, change)).matchedCount === 1 ? undefined : 'again';
    }
    const left = await this.#documents.findOneAndUpdate(
      guard,
      {
        $set: { online: false, leases: {}, ...news(cause, now) },
        $unset: { expiresAt: 1 },
        $inc: { version: 1, rev: 1 },
        $min: { outboxSince: now },
      },
      { returnDocument: 'after' },
    );
    if (!left) return 'again';
    this.#outbox.drain(left);
    const { expiresAt = now } = read;
    return { id: left._id, siteId: left.siteId, at: expiresAt < now ? expiresAt : now };
  }
}

const leaseFrom = (now: Date): Date => new Date(now.getTime() + LEASE_MS);

const renewal = (instance: string, until: Date): mongo.UpdateFilter<LeasedDocument> => ({
  $set: { [`leases.${instance}`]: until },
  $max: { expiresAt: until },
  $inc: { rev: 1 },
});

const news = (correlationId: string, now: Date): Pick<LeasedDocument, 'eventId' | 'changedAt' | 'correlationId'> => ({
  eventId: v7(),
  changedAt: now,
  correlationId,
});

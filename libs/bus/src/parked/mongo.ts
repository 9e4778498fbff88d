import type { mongo } from 'mongoose';
import type { ParkedKey, ParkedReason, ParkedStore, ReceivedRecord } from '../port.js';

/** Collection of parked records in the database of a service. */
export const PARKED_EVENTS = 'parked_events';

/** Indexes of {@link PARKED_EVENTS}; a migration of the service creates them with `createIndexes`. */
export const PARKED_EVENTS_INDEXES = [
  // first(group, key), and keys(group) by its prefix
  { key: { group: 1, key: 1, offset: 1 }, name: 'first_of_key' },
] as const;

/** Holds when a replay was last asked for, one document. */
const PARKED_REPLAYS = 'parked_replays';
const ASKED = 'asked';

interface ReplayRequest {
  readonly _id: typeof ASKED;
  readonly at: Date;
}

interface ParkedDocument {
  /** `<group>|<partition>|<offset>`: the group contains the topic. */
  readonly _id: string;
  readonly group: string;
  readonly topic: string;
  readonly key: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  /** Pairs, because names of headers may contain what field names may not. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly value: mongo.Binary | Uint8Array;
  readonly reason: ParkedReason;
  readonly parkedAt: Date;
}

const idOf = (group: string, record: ReceivedRecord): string => `${group}|${record.partition}|${record.offset}`;

function toDocument(group: string, record: ReceivedRecord): Omit<ParkedDocument, '_id' | 'reason'> {
  const { topic, key, partition, offset, timestamp, value } = record;
  const headers = Object.entries(record.headers).map(([name, text]) => ({ name, value: text }));
  return { group, topic, key, partition, offset, timestamp, headers, value, parkedAt: new Date() };
}

function toRecord(document: ParkedDocument): ReceivedRecord {
  const { topic, key, partition, offset, timestamp, value } = document;
  const headers = Object.fromEntries(document.headers.map((h) => [h.name, h.value]));
  const bytes = value instanceof Uint8Array ? value : new Uint8Array(value.buffer);
  return { topic, key, partition, offset, timestamp, headers, value: bytes };
}

/**
 * Parked records in the collection `parked_events` of a service's database.
 * @param db gives the native database, e.g. `() => connection.db!` of a mongoose connection; asked at each call
 */
export function mongoParkedStore(db: () => mongo.Db): ParkedStore {
  const parked = (): mongo.Collection<ParkedDocument> => db().collection<ParkedDocument>(PARKED_EVENTS);
  return {
    async park(group, record, reason) {
      const fresh = toDocument(group, record);
      // read again after a crash, the record that failed looks like a successor of itself: its first reason stays
      const update =
        reason.kind === 'error' ? { $set: { reason }, $setOnInsert: fresh } : { $setOnInsert: { ...fresh, reason } };
      await parked().updateOne({ _id: idOf(group, record) }, update, { upsert: true, writeConcern: { w: 'majority' } });
    },
    async keys(group) {
      const keys = new Map<string, ParkedKey>();
      const found = parked().find({ group }, { projection: { topic: 1, key: 1, partition: 1 } });
      for await (const { topic, key, partition } of found) {
        keys.set(key, { topic, key, partition, count: (keys.get(key)?.count ?? 0) + 1 });
      }
      return [...keys.values()];
    },
    async first(group, key) {
      const [document] = await parked().find({ group, key }).sort({ offset: 1 }).limit(1).toArray();
      return document && { record: toRecord(document), reason: document.reason };
    },
    async remove(group, record) {
      await parked().deleteOne({ _id: idOf(group, record) }, { writeConcern: { w: 'majority' } });
    },
    async replayAskedAt() {
      return (await db().collection<ReplayRequest>(PARKED_REPLAYS).findOne({ _id: ASKED }))?.at;
    },
  };
}

/** Parked records of one key, as an administrator sees them. */
export interface ParkedSummary {
  /** `<prefix><group>.<topic>`. */
  readonly group: string;
  readonly topic: string;
  readonly key: string;
  readonly count: number;
  /** When the first of them was parked. */
  readonly since: Date;
  /** What the record that failed failed with. */
  readonly reason: string;
}

/** Every parked key in the database of a service, oldest first. */
export async function listParkedEvents(db: mongo.Db): Promise<ParkedSummary[]> {
  const keys = new Map<string, ParkedSummary>();
  const found = db.collection<ParkedDocument>(PARKED_EVENTS).find({}, { projection: { value: 0, headers: 0 } });
  for await (const { group, topic, key, parkedAt, reason } of found) {
    const before = keys.get(`${group}|${key}`);
    const said = reason.kind === 'error' ? `${reason.code}: ${reason.message}` : '';
    keys.set(`${group}|${key}`, {
      group,
      topic,
      key,
      count: (before?.count ?? 0) + 1,
      since: before && before.since < parkedAt ? before.since : parkedAt,
      reason: said || (before?.reason ?? ''),
    });
  }
  return [...keys.values()].sort((a, b) => a.since.getTime() - b.since.getTime());
}

/** Asks the running replicas of a service to try their parked keys again now; they look every few seconds. */
export async function askReplay(db: mongo.Db): Promise<void> {
  await db
    .collection<ReplayRequest>(PARKED_REPLAYS)
    .updateOne({ _id: ASKED }, { $set: { at: new Date() } }, { upsert: true, writeConcern: { w: 'majority' } });
}

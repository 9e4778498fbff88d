import { isDuplicateKey } from '@beseda/mongo';
import type { mongo } from 'mongoose';
import type { OutboxStore, StaleAggregate } from './store.js';
import { OutboxAlarm, type OutboxAggregate, type OutboxEntry, type StateAggregate } from './types.js';

/** A collection as mongoose or the driver gives it. */
export type NativeCollection = Pick<mongo.Collection, 'find' | 'findOne' | 'updateOne' | 'insertMany'>;

/** Where an aggregate's events go for good. Its collection has a unique index over (`aggregateKey`, `seq`). */
export interface TimelineOptions {
  collection: NativeCollection;
  /** Field of an event that holds the aggregate's id: `dialogId`. */
  aggregateKey: string;
}

/** The driver takes ids for ObjectIds unless told otherwise; ours are text. */
const byId = (id: string): mongo.Filter<mongo.Document> => ({ _id: id }) as unknown as mongo.Filter<mongo.Document>;

async function load<D>(aggregates: NativeCollection, id: string): Promise<D | undefined> {
  return ((await aggregates.findOne(byId(id))) as D | null) ?? undefined;
}

/** `$lte` on the field itself: only so may the sparse index be used. */
async function* stale(aggregates: NativeCollection, since: Date): AsyncGenerator<StaleAggregate> {
  const found = aggregates
    .find({ outboxSince: { $lte: since } }, { projection: { outboxSince: 1 } })
    .sort({ outboxSince: 1 });
  try {
    for await (const document of found) {
      yield { id: String(document['_id']), since: document['outboxSince'] as Date };
    }
  } finally {
    await found.close();
  }
}

/** Whether an unordered insert failed only because documents were there before. */
function onlyDuplicates(error: unknown): boolean {
  if (!isDuplicateKey(error)) return false;
  const parts = (error as { writeErrors?: unknown }).writeErrors;
  return !Array.isArray(parts) || parts.every((part) => isDuplicateKey(part));
}

/** Store of aggregates that collect events. */
export function eventStore<E extends OutboxEntry, D extends OutboxAggregate<E>>(
  aggregates: NativeCollection,
  timeline: TimelineOptions | undefined,
): OutboxStore<D> {
  const verify = async (document: D, entries: readonly E[], { collection, aggregateKey }: TimelineOptions) => {
    const seqs = entries.map((entry) => entry.seq);
    const found = await collection
      .find({ [aggregateKey]: document._id, seq: { $in: seqs } }, { projection: { seq: 1 } })
      .toArray();
    const stored = new Map(found.map((event) => [Number(event['seq']), String(event['_id'])]));
    for (const { _id, seq } of entries) {
      if (stored.get(seq) === _id) continue;
      throw new OutboxAlarm(
        'foreign-event',
        `the timeline of ${document._id} has ${stored.get(seq) ?? 'no event'} under the seq ${seq} of event ${_id}`,
      );
    }
  };
  return {
    async record(document, events) {
      const entries = events as readonly E[];
      if (!timeline || entries.length === 0) return;
      const { collection, aggregateKey } = timeline;
      try {
        const documents = entries.map((entry) => ({ ...entry, [aggregateKey]: document._id }));
        await collection.insertMany(documents as unknown as mongo.OptionalUnlessRequiredId<mongo.Document>[], {
          ordered: false,
        });
      } catch (error) {
        // Some were there before: fine if they are the same events. Anything else is an outage and passed on.
        if (!onlyDuplicates(error)) throw error;
        await verify(document, entries, timeline);
      }
    },
    async confirm({ _id, seq }, publishedSeq) {
      const pull = {
        $pull: { outbox: { seq: { $lte: publishedSeq } } },
      } as unknown as mongo.UpdateFilter<mongo.Document>;
      const last = await aggregates.updateOne({ ...byId(_id), seq }, { ...pull, $unset: { outboxSince: '' } });
      // It has moved on since: newer events wait, so it stays marked as waiting.
      if (last.matchedCount === 0) await aggregates.updateOne(byId(_id), pull);
    },
    load: (id) => load<D>(aggregates, id),
    stale: (since) => stale(aggregates, since),
  };
}

/** Store of aggregates whose state is the event. */
export function stateStore<D extends StateAggregate>(aggregates: NativeCollection): OutboxStore<D> {
  return {
    record: async () => undefined,
    async confirm({ _id, version }) {
      await aggregates.updateOne({ ...byId(_id), version }, { $unset: { outboxSince: '' } });
    },
    load: (id) => load<D>(aggregates, id),
    stale: (since) => stale(aggregates, since),
  };
}

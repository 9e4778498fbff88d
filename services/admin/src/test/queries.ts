import { indexUsed } from '@beseda/mongo';
import type { Connection } from 'mongoose';

type Filter = Record<string, unknown>;
const READING = ['find', 'findOne', 'findOneAndUpdate', 'updateOne', 'updateMany', 'deleteOne', 'countDocuments'];

/** A query that was sent: its collection, the fields it filters by, and one filter as an example. */
export interface SentQuery {
  name: string;
  collection: string;
  filter: Filter;
}

/** Records the different queries that repositories send over a connection, whatever they are for. */
export function recordQueries(connection: Connection): SentQuery[] {
  const sent: SentQuery[] = [];
  connection.set('debug', (collection: string, method: string, filter: Filter) => {
    if (!READING.includes(method)) return;
    const name = `${collection}(${Object.keys(filter ?? {})
      .sort()
      .join(',')})`;
    if (!sent.some((query) => query.name === name)) sent.push({ name, collection, filter: filter ?? {} });
  });
  return sent;
}

/** Asks the server which index each query reads. */
export async function plansOf(connection: Connection, sent: readonly SentQuery[]): Promise<Record<string, string>> {
  const plans: Record<string, string> = {};
  for (const { name, collection, filter } of sent) {
    const db = connection.db;
    if (!db) throw new Error('the connection is closed');
    plans[name] = indexUsed(await db.collection(collection).find(filter).explain());
  }
  return plans;
}

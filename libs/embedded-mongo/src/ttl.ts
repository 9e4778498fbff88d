import { keyOf, RANK } from './bson/keys.js';
import { decode } from './bson/decode.js';
import type { ServerState } from './commands/context.js';
import type { Collection, Index } from './store/catalog.js';

/** Documents removed per index and call, so that a sweep never holds the server long. */
export const SWEEP_BATCH = 500;

/** Removes what TTL indexes say has expired; gives the number of documents removed. */
export function sweepExpired(state: ServerState): number {
  let removed = 0;
  for (const collection of state.catalog.all()) {
    for (const index of collection.indexes) {
      if (index.expireAfterSeconds !== undefined) removed += sweep(state, collection, index, index.expireAfterSeconds);
    }
  }
  return removed;
}

/** Of an array the earliest date counts; only dates count. Keys are read from the least date up to the limit. */
function sweep(state: ServerState, collection: Collection, index: Index, seconds: number): number {
  const limit = keyOf(new Date(state.now() - seconds * 1000));
  let [from, to]: [Buffer, Buffer] = [Buffer.from([RANK.date]), limit];
  if ((index.directions[0] ?? 1) < 0) [from, to] = [inverted(limit), Buffer.from([0xff - RANK.date + 1])];
  const rows = state.database.all(
    `SELECT DISTINCT r FROM ${index.table} WHERE k >= ? AND k < ? LIMIT ${SWEEP_BATCH}`,
    from,
    to,
  );
  if (rows.length === 0) return 0;
  const removeAll = (): void => {
    for (const [r] of rows) {
      const bytes = state.documents.read(collection, r as number);
      if (bytes) state.documents.remove(collection, r as number, decode(bytes));
    }
  };
  state.database.atomically(removeAll, () => false);
  return rows.length;
}

const inverted = (key: Buffer): Buffer => Buffer.from(key.map((byte) => ~byte & 0xff));

import { decode } from '../bson/decode.js';
import type { ServerState } from '../commands/context.js';
import { toBuffer } from '../store/catalog.js';
import { entries } from '../store/documents.js';

export interface IndexDifference {
  readonly index: string;
  /** Entries (`key:row`) a rebuild would have and the table has not, and the other way round. */
  readonly missing: readonly string[];
  readonly wrong: readonly string[];
}

/** Compares every index table with what a rebuild from the documents would give; empty when they agree. */
export function indexDifferences(state: ServerState): IndexDifference[] {
  const differences: IndexDifference[] = [];
  for (const collection of state.catalog.all()) {
    const documents = state.database.all(`SELECT r, d FROM ${collection.table}`);
    for (const index of collection.indexes) {
      const k = index.isId ? 'id' : 'k';
      const stored = new Set(
        state.database.all(`SELECT ${k}, r FROM ${index.table}`).map(([key, r]) => entry(toBuffer(key), r)),
      );
      const wanted = new Set(
        documents.flatMap(([r, d]) => entries(index, decode(toBuffer(d))).map((key) => entry(key, r))),
      );
      const missing = [...wanted].filter((e) => !stored.has(e));
      const wrong = [...stored].filter((e) => !wanted.has(e));
      if (missing.length + wrong.length > 0)
        differences.push({ index: `${collection.ns} ${index.name}`, missing, wrong });
    }
  }
  return differences;
}

const entry = (key: Buffer, r: unknown): string => `${key.toString('hex')}:${String(r)}`;

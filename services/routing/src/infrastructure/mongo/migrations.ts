import { PARKED_EVENTS, PARKED_EVENTS_INDEXES } from '@beseda/bus';
import { type Migration, ensureIndexes } from '@beseda/mongo';
import { OUTBOX_INDEX } from '@beseda/outbox';

/** Names of the indexes, after the queries they serve. */
export const INDEX = {
  presenceToExpire: 'presence_to_expire',
  presenceBySite: 'presence_by_site',
} as const;

export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'presence of operators',
    async up(db) {
      await ensureIndexes(db, 'presence', [
        OUTBOX_INDEX,
        // Only who is online has the field.
        { key: { expiresAt: 1 }, name: INDEX.presenceToExpire, sparse: true },
        { key: { siteId: 1 }, name: INDEX.presenceBySite },
      ]);
      await db.collection(PARKED_EVENTS).createIndexes(PARKED_EVENTS_INDEXES.map((index) => ({ ...index })));
    },
  },
];

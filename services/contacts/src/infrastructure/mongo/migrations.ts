import { PARKED_EVENTS, PARKED_EVENTS_INDEXES } from '@beseda/bus';
import { type Migration, ensureIndexes } from '@beseda/mongo';
import { OUTBOX_INDEX } from '@beseda/outbox';

/** Names of the indexes, after the queries they serve. */
export const INDEX = {
  contactByUser: 'contact_by_user',
  mergesToFinish: 'merges_to_finish',
  visitorsToExpire: 'visitors_to_expire',
} as const;

export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'contacts, visitors, identity secrets',
    async up(db) {
      await ensureIndexes(db, 'contacts', [
        OUTBOX_INDEX,
        // Only verified contacts have the field.
        { key: { userKey: 1 }, name: INDEX.contactByUser, unique: true, sparse: true },
        { key: { mergePending: 1 }, name: INDEX.mergesToFinish, sparse: true },
      ]);
      await ensureIndexes(db, 'visitors', [
        OUTBOX_INDEX,
        // Only who is online has the field.
        { key: { expiresAt: 1 }, name: INDEX.visitorsToExpire, sparse: true },
      ]);
      await db.collection(PARKED_EVENTS).createIndexes(PARKED_EVENTS_INDEXES.map((index) => ({ ...index })));
    },
  },
];

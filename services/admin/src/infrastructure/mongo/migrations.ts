import { PARKED_EVENTS_INDEXES, PARKED_EVENTS } from '@beseda/bus';
import { type Migration, ensureIndexes } from '@beseda/mongo';
import { OUTBOX_INDEX } from '@beseda/outbox';
import { PEOPLE_MIGRATION } from './migrations/2-people.js';
import { SYSTEM_MIGRATION } from './migrations/3-system.js';
import { SITE_MIGRATION } from './migrations/4-site-settings.js';

/** Names of the indexes, after the queries they serve. */
export const INDEX = {
  operatorByEmail: 'operator_by_email',
  sitesToGrant: 'sites_to_grant',
  sessionsExpire: 'sessions_expire',
  attemptsExpire: 'attempts_expire',
} as const;

export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'sites, operators, sessions, login attempts',
    async up(db) {
      await ensureIndexes(db, 'sites', [OUTBOX_INDEX, { key: { grantTo: 1 }, name: INDEX.sitesToGrant, sparse: true }]);
      await ensureIndexes(db, 'operators', [
        OUTBOX_INDEX,
        { key: { email: 1 }, name: INDEX.operatorByEmail, unique: true },
      ]);
      await ensureIndexes(db, 'sessions', [
        { key: { expiresAt: 1 }, name: INDEX.sessionsExpire, expireAfterSeconds: 0 },
      ]);
      await ensureIndexes(db, 'login_attempts', [
        { key: { expiresAt: 1 }, name: INDEX.attemptsExpire, expireAfterSeconds: 0 },
      ]);
      await db.collection(PARKED_EVENTS).createIndexes(PARKED_EVENTS_INDEXES.map((index) => ({ ...index })));
    },
  },
  PEOPLE_MIGRATION,
  SYSTEM_MIGRATION,
  SITE_MIGRATION,
];

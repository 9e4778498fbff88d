import { type Migration, ensureIndexes } from '@beseda/mongo';

/** Indexes of the audit log and of API keys, named after the queries they serve. */
export const SYSTEM_INDEX = {
  auditOfSite: 'audit_of_site',
  auditOfOperator: 'audit_of_operator',
  auditOfSubject: 'audit_of_subject',
  auditOfOperatorAndSubject: 'audit_of_operator_and_subject',
  intentsToSettle: 'intents_to_settle',
  keysOfSite: 'keys_of_site',
  keyByPrefix: 'key_by_prefix',
  keySlots: 'key_slots',
  operatorBySubject: 'operator_by_subject',
} as const;

export const SYSTEM_MIGRATION: Migration = {
  version: 3,
  name: 'audit log, API keys, licence, single sign-on',
  async up(db) {
    // Ids are UUIDv7: their order is the order in time.
    await ensureIndexes(db, 'audit', [
      { key: { siteId: 1, _id: -1 }, name: SYSTEM_INDEX.auditOfSite },
      { key: { siteId: 1, operatorId: 1, _id: -1 }, name: SYSTEM_INDEX.auditOfOperator },
      { key: { siteId: 1, subject: 1, _id: -1 }, name: SYSTEM_INDEX.auditOfSubject },
      { key: { siteId: 1, operatorId: 1, subject: 1, _id: -1 }, name: SYSTEM_INDEX.auditOfOperatorAndSubject },
    ]);
    await ensureIndexes(db, 'operators', [
      { key: { ssoSubject: 1 }, name: SYSTEM_INDEX.operatorBySubject, unique: true, sparse: true },
    ]);
    await ensureIndexes(db, 'audit_intents', [{ key: { settleAt: 1 }, name: SYSTEM_INDEX.intentsToSettle }]);
    await ensureIndexes(db, 'api_keys', [
      { key: { siteId: 1, _id: -1 }, name: SYSTEM_INDEX.keysOfSite },
      { key: { prefix: 1 }, name: SYSTEM_INDEX.keyByPrefix, unique: true },
      { key: { slot: 1 }, name: SYSTEM_INDEX.keySlots, unique: true, sparse: true },
    ]);
  },
};

import { type Migration, ensureIndexes } from '@beseda/mongo';
import { OUTBOX_INDEX } from '@beseda/outbox';

/** Names of the indexes of people, after the queries they serve. */
export const PEOPLE_INDEX = {
  operatorsOfSite: 'operators_of_site',
  superadmins: 'superadmins',
  operatorByReset: 'operator_by_reset',
  operatorsWithMail: 'operators_with_mail',
  sessionsOfOperator: 'sessions_of_operator',
  sessionsEnding: 'sessions_ending',
  teamsOfSite: 'teams_of_site',
  teamByName: 'team_by_name',
  teamsForget: 'teams_forget',
  mailsDue: 'mails_due',
  mailsForget: 'mails_forget',
} as const;

/** Longer than the bus keeps records: after that nobody can see an older state of a deleted team. Seconds: 30 days. */
const TOMBSTONE_SECONDS = 30 * 86_400;

/** As operators were stored before. */
interface EarlierOperator {
  _id: string;
  sites: { siteId: string; role: string; visibility?: string }[];
}

export const PEOPLE_MIGRATION: Migration = {
  version: 2,
  name: 'invitations, teams, mails',
  async up(db) {
    const operators = db.collection<EarlierOperator>('operators');
    for (const { _id, sites } of await operators.find({ endedSessions: { $exists: false } }).toArray()) {
      const filled = {
        sites: sites.map((site) => ({ visibility: 'all', noContactExport: false, noMassMailing: false, ...site })),
        ...{ endedSessions: [], avatarFileId: '', locale: '', theme: '', invited: false },
      };
      await operators.updateOne({ _id }, { $set: filled });
    }
    await ensureIndexes(db, 'operators', [
      { key: { 'sites.siteId': 1, _id: 1 }, name: PEOPLE_INDEX.operatorsOfSite },
      { key: { 'sites.role': 1 }, name: PEOPLE_INDEX.superadmins },
      { key: { 'reset.digest': 1 }, name: PEOPLE_INDEX.operatorByReset, unique: true, sparse: true },
      { key: { mailSince: 1 }, name: PEOPLE_INDEX.operatorsWithMail, sparse: true },
    ]);
    await ensureIndexes(db, 'sessions', [
      { key: { operatorId: 1, _id: 1 }, name: PEOPLE_INDEX.sessionsOfOperator },
      { key: { endingSince: 1 }, name: PEOPLE_INDEX.sessionsEnding, sparse: true },
    ]);
    await ensureIndexes(db, 'teams', [
      OUTBOX_INDEX,
      { key: { siteId: 1, _id: 1 }, name: PEOPLE_INDEX.teamsOfSite },
      { key: { nameKey: 1 }, name: PEOPLE_INDEX.teamByName, unique: true, sparse: true },
      { key: { deletedAt: 1 }, name: PEOPLE_INDEX.teamsForget, expireAfterSeconds: TOMBSTONE_SECONDS },
    ]);
    await ensureIndexes(db, 'mails', [
      { key: { dueAt: 1 }, name: PEOPLE_INDEX.mailsDue, sparse: true },
      { key: { forgetAt: 1 }, name: PEOPLE_INDEX.mailsForget, expireAfterSeconds: 0 },
    ]);
  },
};

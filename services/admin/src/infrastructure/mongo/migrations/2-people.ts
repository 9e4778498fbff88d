import type { Migration } from '@beseda/mongo';

export const PEOPLE_MIGRATION: Migration = {
  version: 2,
  name: 'invitations, teams, mails',
  async up() {
    await Promise.resolve();
  },
};

import { type TestMongo, startTestMongo } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { plansOf, recordQueries } from '@beseda/mongo';
import { testEnv, type FakeAdmin } from '@beseda/service-defaults/testing';
import { GATEWAY, type RunningContacts, startAdmin, startContacts } from '../../testing/running-contacts.js';
import { ContactsRepository } from './contacts.repository.js';
import { VisitorsRepository } from './visitors.repository.js';

describe('queries', () => {
  let mongo: TestMongo;
  let admin: FakeAdmin;
  let running: RunningContacts;
  beforeAll(async () => {
    mongo = await startTestMongo();
    admin = await startAdmin();
    running = await startContacts(testEnv(mongo.uri, admin));
  });
  afterAll(async () => {
    await running?.stop();
    await admin?.stop();
    await mongo?.stop();
  });

  it('read the index named for them', async () => {
    const sent = recordQueries(running.connection);
    const one = await running.open();
    const two = await running.open();
    await running.open({ token: one.token });
    await running.identify(one.contact.id, { name: 'A' });
    await running.auth(one.contact.id, 'user-1');
    await running.auth(two.contact.id, 'user-1');
    const renew = (contactIds: string[], releasedContactIds: string[], siteId?: string) =>
      running.client.call(
        'renewVisitorLeases',
        { instance: 'gw', contactIds, releasedContactIds },
        { actor: { ...GATEWAY, ...(siteId ? { siteId } : {}) } as never },
      );
    await renew([one.contact.id], []);
    await renew([one.contact.id], []);
    await renew([], [one.contact.id]);
    await renew([one.contact.id], [two.contact.id], one.contact.siteId);
    await renew([], [one.contact.id], one.contact.siteId);
    await running.card(one.contact.id);
    await running.service.app.get(VisitorsRepository).sweep('test', new Date());
    await running.service.app.get(ContactsRepository).unfinishedMerges();

    // The outboxes' own queries come whenever they like, and are tested with them.
    const plans = await plansOf(
      running.connection,
      sent.filter(({ name }) => !/outboxSince|_id,(seq|version)\)/.test(name)),
    );
    expect(plans).toEqual({
      'contacts(_id)': '_id_',
      'contacts(_id,siteId)': '_id_',
      'contacts(_id,rev,siteId)': '_id_',
      'contacts(userKey)': 'contact_by_user',
      'contacts(mergePending)': 'merges_to_finish',
      'visitors(_id,siteId)': '_id_',
      'visitors(_id,online)': '_id_',
      'visitors(_id,online,siteId)': '_id_',
      'visitors(_id,rev)': '_id_',
      'visitors(expiresAt)': 'visitors_to_expire',
      'identity_secrets(_id)': '_id_',
    });
  });
});

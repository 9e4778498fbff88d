import { MONGO_CONNECTION, plansOf, recordQueries } from '@beseda/mongo';
import { type TestMongo, startTestMongo } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Connection } from 'mongoose';
import { FIRST_PASSWORD, GATEWAY, NO_EXTRAS, type RunningAdmin, startAdmin, testEnv } from '../../test/running-admin.js';
import { noChange } from '../../test/running-sites.js';
import { SitesRepository } from './sites.repository.js';

describe('queries', () => {
  let mongo: TestMongo;
  let admin: RunningAdmin;
  beforeAll(async () => {
    mongo = await startTestMongo();
    admin = await startAdmin(testEnv(mongo.uri, { BESEDA_ADMIN_PASSWORD: FIRST_PASSWORD }));
  });
  afterAll(async () => {
    await admin?.stop();
    await mongo?.stop();
  });

  it('read the index named for them', async () => {
    const connection = admin.service.app.get<Connection>(MONGO_CONNECTION);
    const sent = recordQueries(connection);
    const { siteId, login } = admin.first;
    const actor = await admin.superadmin();
    await admin.login('nobody@shop.example', 'wrong', '203.0.113.1').catch(() => undefined);
    const { refreshToken } = await admin.login(login, FIRST_PASSWORD, '203.0.113.1');
    await admin.auth.call(
      'logout',
      { refreshToken: (await admin.refresh(refreshToken)).refreshToken },
      { actor: GATEWAY },
    );
    await admin.admin.call('createSite', { name: 'Two', domains: [] }, { actor });
    await admin.admin.call('updateSite', { ...noChange(siteId), name: 'One' }, { actor });
    const person = { siteId, email: 'o@shop.example', name: 'O', role: 1, password: 'long enough', ...NO_EXTRAS };
    await admin.admin.call('createOperator', person, { actor });
    await admin.admin.call('createOperator', person, { actor });
    await admin.admin.call('getIdentitySecret', { siteId }, { actor });
    await admin.sites();
    await admin.service.app.get(SitesRepository).toGrant();

    // The outboxes' own queries come whenever they like, and are tested with them.
    const plans = await plansOf(
      connection,
      sent.filter(({ name }) => !/outboxSince|_id,(seq|version)\)/.test(name)),
    );
    expect(plans).toEqual({
      // Everything is wanted.
      'operators()': expect.any(String),
      'sites()': expect.any(String),
      'operators(email)': 'operator_by_email',
      'operators(_id)': '_id_',
      'operators(_id,sites.siteId)': '_id_',
      'sites(_id)': '_id_',
      'sites(grantTo)': 'sites_to_grant',
      'sessions(_id)': '_id_',
      'sessions(_id,generation)': '_id_',
      'login_attempts(_id)': '_id_',
      'login_attempts(_id,expiresAt)': '_id_',
    });
  });
});

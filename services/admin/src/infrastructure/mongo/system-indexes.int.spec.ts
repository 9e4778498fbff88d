import { siteScope } from '@beseda/auth';
import { indexUsed, plansOf, recordQueries } from '@beseda/mongo';
import { type TestMongo, startTestMongo } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testEnv } from '../../testing/running-admin.js';
import { type RunningSystem, startSystem } from '../../testing/running-system.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { AuditRepository } from './audit.repository.js';
import { LicenceRepository } from './licence.repository.js';
import { SignOnRepository } from './sign-on.repository.js';

describe('queries about audit log, keys and licence', () => {
  let mongo: TestMongo;
  let running: RunningSystem;
  beforeAll(async () => {
    mongo = await startTestMongo();
    running = await startSystem(testEnv(mongo.uri));
  });
  afterAll(async () => {
    await running?.stop();
    await mongo?.stop();
  });

  it('read the index named for them', async () => {
    const { connection, siteId } = running;
    const { app } = running.admin.service;
    const scope = siteScope(siteId);
    const now = new Date();
    const sent = recordQueries(connection);

    const audit = app.get(AuditRepository);
    await audit.page(scope, {}, undefined, 10);
    await audit.page(scope, { from: now, to: now, q: 'x' }, undefined, 10);
    await audit.page(scope, { operatorId: 'o' }, undefined, 10);
    await audit.page(scope, { subject: 's', from: now }, undefined, 10);
    await audit.page(scope, { subject: 's', operatorId: 'o' }, undefined, 10);
    await audit.left(now, 10);
    await audit.retention(siteId);
    await audit.setRetention(siteId, 365);
    const keys = app.get(ApiKeysRepository);
    await keys.list(scope);
    await keys.find(scope, 'k');
    await keys.insert({
      ...{ _id: 'k', siteId, name: 'n', prefix: 'bsd_aaaaaaaa', digest: Buffer.alloc(32), scopes: [] },
      ...{ createdAt: now, createdBy: 'o' },
    });
    await keys.byPrefix('bsd_aaaaaaaa');
    await keys.used('k', now);
    await keys.revoke(scope, 'k', now);
    const licence = app.get(LicenceRepository);
    await licence.find();
    await licence.replace(0, 'x', now);
    await licence.replace(1, 'y', now);
    await app.get(SignOnRepository).bySubject('issuer sub');

    const ours = sent.filter(
      ({ collection, name }) =>
        ['audit', 'audit_intents', 'audit_retention', 'api_keys', 'licence'].includes(collection) ||
        name === 'operators(ssoSubject)',
    );
    expect(await plansOf(connection, ours)).toEqual({
      'audit(siteId)': 'audit_of_site',
      'audit(_id,search,siteId)': 'audit_of_site',
      'audit(operatorId,siteId)': 'audit_of_operator',
      'audit(_id,siteId,subject)': 'audit_of_subject',
      'audit(operatorId,siteId,subject)': 'audit_of_operator_and_subject',
      'audit_intents(settleAt)': 'intents_to_settle',
      'audit_retention(_id)': '_id_',
      'api_keys(siteId)': 'keys_of_site',
      'api_keys(_id,siteId)': '_id_',
      'api_keys(slot)': 'key_slots',
      'api_keys(prefix)': 'key_by_prefix',
      'api_keys($or,_id)': '_id_',
      'api_keys(_id,revokedAt,siteId)': '_id_',
      'licence(_id)': '_id_',
      'licence(_id,version)': '_id_',
      'operators(ssoSubject)': 'operator_by_subject',
    });
  });

  it('remove old entries by the index of their site, those of no site too', async () => {
    const audit = running.connection.db?.collection<{ _id: string; siteId?: string }>('audit');
    for (const site of [running.siteId, null]) {
      const plan = await audit?.find({ siteId: site as string, _id: { $lt: 'x' } }).explain();
      expect(indexUsed(plan)).toBe('audit_of_site');
    }
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MONGO_CONNECTION, plansOf, recordQueries } from '@beseda/mongo';
import { type TestMongo, startTestMongo, until } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Connection } from 'mongoose';
import { generate } from 'otplib';
import { SessionEnd } from '../../application/session-end.js';
import { PASSWORD, ROLE, peopleKit } from '../../testing/people.js';
import { FIRST_PASSWORD, GATEWAY, type RunningAdmin, startAdmin, testEnv } from '../../testing/running-admin.js';
import { SitesRepository } from './sites.repository.js';

/** Queries of other parts, and the outboxes' own ones, which come whenever they like, are looked at in other specs. */
const OWN = /^((operators|sessions|login_attempts|teams|mails|locks)\(|sites\(grantTo)/;
const OF_OUTBOXES = /outboxSince|_id,(seq|version)\)/;

describe('queries about people', () => {
  let mongo: TestMongo;
  let data: string;
  let admin: RunningAdmin;
  beforeAll(async () => {
    mongo = await startTestMongo();
    data = await mkdtemp(join(tmpdir(), 'beseda-admin-'));
    admin = await startAdmin(testEnv(mongo.uri, { BESEDA_ADMIN_PASSWORD: FIRST_PASSWORD, BESEDA_DATA: data }));
  });
  afterAll(async () => {
    await admin?.stop();
    await mongo?.stop();
    await rm(data, { recursive: true, force: true });
  });

  it('read the index named for them', async () => {
    const connection = admin.service.app.get<Connection>(MONGO_CONNECTION);
    const sent = recordQueries(connection);
    const kit = await peopleKit(admin);
    const actor = kit.superadmin;
    await admin.login('nobody@shop.example', 'wrong', '203.0.113.1').catch(() => undefined);
    const { refreshToken } = await admin.login(admin.first.login, FIRST_PASSWORD, '203.0.113.1');
    const next = await admin.refresh(refreshToken);
    await admin.auth.call('logout', { refreshToken: next.refreshToken }, { actor: GATEWAY });
    await admin.service.app.get(SessionEnd, { strict: false }).finishLeft(new Date());
    await admin.service.app.get(SitesRepository).toGrant();

    const guest = await kit.create({ email: 'guest@shop.example' });
    await until(async () => (await kit.one(guest.operatorId)).invitation?.state === 'kept', { what: 'the mail' });
    await admin.auth.call(
      'requestPasswordReset',
      { email: 'guest@shop.example', address: '', locale: '' },
      { actor: GATEWAY },
    );
    await until(async () => (await kit.stored(guest.operatorId)).reset, { what: 'the link' });
    const wrong = { token: 'x', newPassword: PASSWORD, address: '' };
    await admin.auth.call('resetPassword', wrong, { actor: GATEWAY }).catch(() => undefined);

    const person = await kit.person('o@shop.example', 'operator');
    const { teamId } = await admin.admin.call('createTeam', { name: 'T', operatorIds: [person.id] }, { actor });
    const update = { teamId, version: 0, name: 'U', operators: undefined };
    await admin.admin.call('updateTeam', update, { actor });
    const { secret } = await admin.account.call('startSecondFactor', { currentPassword: PASSWORD }, { actor: person });
    const confirm = { code: await generate({ secret }) };
    const { recoveryCodes } = await admin.account.call('confirmSecondFactor', confirm, { actor: person });
    const login = await kit.login('o@shop.example', PASSWORD);
    await kit.connection.collection('operators').updateMany({}, { $set: { 'secondFactor.lastStep': 0 } });
    await kit.proceed(login.next?.ticket ?? '', { $case: 'code', value: await generate({ secret }) });
    await admin.account.call('stopSecondFactor', { code: recoveryCodes[0] ?? '' }, { actor: person });
    await admin.account.call('listSessions', {}, { actor: person });
    await kit.update(person.id, { role: ROLE.admin, disabled: true });
    await admin.admin.call('removeOperator', { operatorId: person.id }, { actor });
    const service = { kind: 'service', id: 'routing' } as const;
    for (const kind of ['operator', 'team']) await admin.settings.call('snapshot', { kind }, { actor: service });

    const plans = await plansOf(
      connection,
      sent.filter(({ name }) => OWN.test(name) && !OF_OUTBOXES.test(name)),
    );
    expect(plans).toEqual({
      // Everything is wanted.
      'operators()': expect.any(String),
      'teams()': expect.any(String),
      'operators(email)': 'operator_by_email',
      'operators(_id)': '_id_',
      'operators(sites.siteId)': 'operators_of_site',
      'operators(sites.role)': 'superadmins',
      'operators(reset.digest)': 'operator_by_reset',
      'operators(mailSince)': 'operators_with_mail',
      'operators(_id,mailIntents.0)': '_id_',
      'operators(_id,secondFactor.lastStep)': '_id_',
      'operators(_id,secondFactor.recovery)': '_id_',
      'sites(grantTo)': 'sites_to_grant',
      'sessions(_id)': '_id_',
      'sessions(_id,generation)': '_id_',
      'sessions(operatorId)': 'sessions_of_operator',
      'sessions(endingSince)': 'sessions_ending',
      'login_attempts(_id)': '_id_',
      'login_attempts(_id,expiresAt)': '_id_',
      'teams(siteId)': 'teams_of_site',
      'teams(_id,siteId)': '_id_',
      'teams(_id,siteId,version)': '_id_',
      'mails(_id)': '_id_',
      'mails(_id,lease)': '_id_',
      'mails(dueAt)': 'mails_due',
      'locks(_id,until)': '_id_',
      'locks(_id,owner)': '_id_',
    });
  });
});

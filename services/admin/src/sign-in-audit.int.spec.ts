import { type TestMongo, startTestMongo, until } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Audit } from './application/audit.js';
import { resetPassword } from './index.js';
import { FIRST_PASSWORD, testEnv } from './testing/running-admin.js';
import { type RunningSystem, startSystem } from './testing/running-system.js';

describe('sign-ins in the audit log', () => {
  let mongo: TestMongo;
  let running: RunningSystem;
  beforeAll(async () => {
    mongo = await startTestMongo();
    running = await startSystem(testEnv(mongo.uri, { BESEDA_ADMIN_PASSWORD: FIRST_PASSWORD }));
  });
  afterAll(async () => {
    await running?.stop();
    await mongo?.stop();
  });
  const log = () => running.log(running.siteId, { subject: 'operator' });

  it('say who came in, how and from where', async () => {
    const { admin, superadmin } = running;
    await admin.login(admin.first.login, FIRST_PASSWORD, '203.0.113.4');
    expect((await log())[0]).toMatchObject({
      ...{ action: 'operator.signed_in', operatorId: superadmin.id, subjectId: superadmin.id },
      ...{ address: '203.0.113.4', userAgent: 'jest', changes: [{ path: 'way', before: '', after: '"password"' }] },
    });
  });

  it('say when somebody guesses, once for each lock, and nothing of who guesses at nobody', async () => {
    const { admin, superadmin } = running;
    const guess = (email: string): Promise<unknown> => admin.login(email, 'a wrong guess').catch(() => undefined);
    for (let i = 0; i < 8; i++) await guess(admin.first.login);
    for (let i = 0; i < 8; i++) await guess('nobody@shop.example');
    const locked = async () => (await log()).filter(({ action }) => action === 'operator.locked');
    await until(async () => (await locked()).length > 0, { what: 'the lock in the log' });
    expect(await locked()).toMatchObject([
      {
        ...{ subjectId: superadmin.id, operatorId: '' },
        changes: [
          { path: 'guessedAt', after: '"password"' },
          { path: 'lockedSeconds', after: '30' },
        ],
      },
    ]);
    const everything = await running.connection.collection('audit').find().toArray();
    expect(JSON.stringify(everything)).not.toMatch(/nobody@shop|a wrong guess/);
    await running.connection.collection('login_attempts').deleteMany({});
  });

  it('tell of a password set by command, once Beseda sees that it was', async () => {
    const { admin, connection, superadmin } = running;
    await resetPassword(connection, admin.first.login);
    const audit = admin.service.app.get(Audit);
    await audit.settle(new Date(Date.now() + 121_000));
    expect((await log())[0]).toMatchObject({
      ...{ action: 'operator.password_set_by_command', subjectId: superadmin.id, operatorId: '', operatorName: '' },
      changes: [],
    });
    await expect(resetPassword(connection, 'nobody@shop.example')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await connection.collection('audit_intents').countDocuments()).toBe(0);
  });
});

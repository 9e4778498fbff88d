import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OperatorActor } from '@beseda/auth';
import { type ReceivedRecord, BUS, type Bus, memoryParkedStore } from '@beseda/bus';
import { settingsV1 } from '@beseda/contracts';
import { type TestMongo, startTestMongo, until } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OperatorDocument } from './infrastructure/mongo/people.documents.js';
import { type PeopleKit, PASSWORD, ROLE, peopleKit } from './testing/people.js';
import { FIRST_PASSWORD, type RunningAdmin, operatorActor, startAdmin, testEnv } from './testing/running-admin.js';

const DENIED = { code: 'PERMISSION_DENIED' };
const LAST = { code: 'FAILED_PRECONDITION', fields: [{ code: 'last_superadmin' }] };
const ALL = { visibility: settingsV1.Visibility.VISIBILITY_ALL, noContactExport: false, noMassMailing: false };

describe('operators', () => {
  let mongo: TestMongo;
  let env: Record<string, string>;
  let admin: RunningAdmin;
  let kit: PeopleKit;
  const published: settingsV1.Setting[] = [];
  let data: string;
  beforeAll(async () => {
    mongo = await startTestMongo();
    data = await mkdtemp(join(tmpdir(), 'beseda-admin-'));
    env = testEnv(mongo.uri, { BESEDA_ADMIN_PASSWORD: FIRST_PASSWORD, BESEDA_DATA: data });
    admin = await startAdmin(env);
    kit = await peopleKit(admin);
    await admin.service.app.get<Bus>(BUS).subscribe({
      group: 'spec',
      topics: ['beseda.settings.v1'],
      parked: memoryParkedStore(),
      handler: (record: ReceivedRecord) => void published.push(settingsV1.Setting.decode(record.value)),
    });
  });
  afterAll(async () => {
    await admin?.stop();
    await mongo?.stop();
    await rm(data, { recursive: true, force: true });
  });
  const latest = (id: string): settingsV1.Setting | undefined =>
    published.filter((setting) => setting.id === id).sort((a, b) => b.version - a.version)[0];
  const latestOperator = (id: string): settingsV1.OperatorSettings | undefined => {
    const value = latest(id)?.value;
    return value?.$case === 'operator' ? value.value : undefined;
  };
  const newSite = async (name: string): Promise<OperatorActor> => {
    const { siteId } = await admin.admin.call('createSite', { name, domains: [] }, { actor: kit.superadmin });
    return { ...kit.superadmin, siteId };
  };
  const remove = (operatorId: string, actor: OperatorActor = kit.superadmin) =>
    admin.admin.call('removeOperator', { operatorId }, { actor });

  it('are made with names, picture, rights and teams, and published with them', async () => {
    const { teamId } = await admin.admin.call(
      'createTeam',
      { name: 'Sales', operatorIds: [] },
      { actor: kit.superadmin },
    );
    const rights = { visibility: settingsV1.Visibility.VISIBILITY_OWN, noContactExport: true, noMassMailing: true };
    const person = { email: 'full@shop.example', name: 'Anna', internalName: 'Anna from sales', avatarFileId: 'f1' };
    const { operatorId } = await kit.create({
      ...person,
      role: ROLE.admin,
      password: PASSWORD,
      rights,
      teamIds: [teamId],
    });
    await until(() => latest(operatorId), { what: 'the operator on the bus' });
    expect(latestOperator(operatorId)).toMatchObject({
      ...person,
      invited: false,
      sites: [{ siteId: kit.superadmin.siteId, role: ROLE.admin, ...rights }],
    });
    expect(await kit.one(operatorId)).toMatchObject({ teamIds: [teamId], secondFactor: false, singleSignOn: false });
    await until(() => latest(teamId)?.version === 2, { what: 'the team on the bus' });
    expect(latest(teamId)).toMatchObject({ kind: 'team', siteId: kit.superadmin.siteId });
  });

  describe('rights', () => {
    let boss: OperatorActor;
    let owner: OperatorActor;
    let clerk: OperatorActor;
    beforeAll(async () => {
      owner = await newSite('Rights');
      boss = await kit.person('boss@shop.example', 'admin', owner.siteId);
      clerk = await kit.person('clerk@shop.example', 'operator', owner.siteId);
    });

    it('an admin makes nobody stronger, sets no passwords and touches no superadmin', async () => {
      await expect(kit.create({ email: 'x1@shop.example', role: ROLE.superadmin }, boss)).rejects.toMatchObject(DENIED);
      await expect(kit.create({ email: 'x2@shop.example', password: PASSWORD }, boss)).rejects.toMatchObject(DENIED);
      await expect(kit.update(clerk.id, { role: ROLE.superadmin }, boss)).rejects.toMatchObject(DENIED);
      await expect(kit.update(boss.id, { role: ROLE.superadmin }, boss)).rejects.toMatchObject(DENIED);
      await expect(kit.update(owner.id, { name: 'Mine' }, boss)).rejects.toMatchObject(DENIED);
      await expect(kit.update(owner.id, { role: ROLE.operator }, boss)).rejects.toMatchObject(DENIED);
      await expect(remove(owner.id, boss)).rejects.toMatchObject(DENIED);
      await expect(kit.list(clerk)).rejects.toMatchObject(DENIED);
    });

    it('a token that says more than is stored counts for what is stored', async () => {
      const pretending = { ...clerk, role: 'superadmin' } as const;
      await expect(kit.update(clerk.id, { role: ROLE.admin }, pretending)).rejects.toMatchObject(DENIED);
      const stranger = operatorActor('nobody', owner.siteId, 'superadmin');
      await expect(kit.create({ email: 'x3@shop.example' }, stranger)).rejects.toMatchObject(DENIED);
    });

    it('nobody hands out what was taken from him, nor takes it back himself', async () => {
      const limited = await kit.person('limited@shop.example', 'admin', owner.siteId);
      await kit.update(limited.id, { rights: { ...ALL, noContactExport: true, noMassMailing: true } }, owner);
      await expect(kit.update(limited.id, { rights: ALL }, limited)).rejects.toMatchObject(DENIED);
      await expect(kit.update(clerk.id, { role: ROLE.admin }, limited)).rejects.toMatchObject(DENIED);
      const made = await kit.create({ email: 'second@shop.example', role: ROLE.admin }, limited);
      expect((await kit.one(made.operatorId, owner)).operator?.sites[0]).toMatchObject({
        noContactExport: true,
        noMassMailing: true,
      });
    });

    it('nobody gets rights by taking over an account, nor dialogs by filling a team', async () => {
      const limited = await kit.person('limited2@shop.example', 'admin', owner.siteId);
      const rights = { ...ALL, visibility: settingsV1.Visibility.VISIBILITY_TEAM, noContactExport: true };
      await kit.update(limited.id, { rights }, owner);
      await expect(kit.update(boss.id, { email: 'mine@shop.example' }, limited)).rejects.toMatchObject(DENIED);
      await expect(kit.update(boss.id, { secondFactorOff: true }, limited)).rejects.toMatchObject(DENIED);
      const team = { name: 'All', operatorIds: [limited.id, boss.id] };
      await expect(admin.admin.call('createTeam', team, { actor: limited })).rejects.toMatchObject(DENIED);
      const { teamId } = await admin.admin.call('createTeam', { ...team, operatorIds: [boss.id] }, { actor: limited });
      const join = { teamId, version: 0, operators: { items: [boss.id, limited.id] } };
      await expect(admin.admin.call('updateTeam', join, { actor: limited })).rejects.toMatchObject(DENIED);
      await expect(kit.update(limited.id, { teams: { items: [teamId] } }, limited)).rejects.toMatchObject(DENIED);
      expect((await kit.update(limited.id, { teams: { items: [teamId] } }, owner)).teamIds).toEqual([teamId]);
    });

    it('the log of a site tells nothing of what somebody is on another', async () => {
      const { id } = await kit.person('logged@shop.example', 'operator');
      const { siteId } = await admin.admin.call('createSite', { name: 'Log', domains: [] }, { actor: kit.superadmin });
      const there = operatorActor(kit.superadmin.id, siteId, 'superadmin');
      await kit.create({ email: 'logged@shop.example', role: ROLE.admin }, there);
      await kit.update(id, { name: 'Logged', role: ROLE.superadmin }, there);
      const entries = await kit.connection
        .collection<{ siteId: string; changes: { path: string }[] }>('audit')
        .find({ subjectId: id, action: 'operator.updated' })
        .toArray();
      const told = (site: string) =>
        entries.filter((one) => one.siteId === site).flatMap(({ changes }) => changes.map(({ path }) => path));
      expect(told(siteId).toSorted()).toEqual(['name', 'role']);
      expect(told(kit.superadmin.siteId)).toEqual(['name']);
    });

    it('a person of several sites is changed only by who is admin on all of them; the role by each site', async () => {
      const there = await newSite('Elsewhere');
      await kit.person('clerk@shop.example', 'operator', there.siteId);
      for (const change of [
        { name: 'Other' },
        { email: 'other@shop.example' },
        { disabled: true },
        { secondFactorOff: true },
      ]) {
        await expect(kit.update(clerk.id, change, boss)).rejects.toMatchObject(DENIED);
      }
      const changed = await kit.update(clerk.id, { role: ROLE.admin }, boss);
      expect(changed.operator?.sites).toMatchObject([
        { siteId: owner.siteId, role: ROLE.admin },
        { siteId: there.siteId, role: ROLE.operator },
      ]);
      expect((await kit.update(clerk.id, { name: 'Other' }, owner)).operator?.name).toBe('Other');
    });

    it('operators of other sites do not exist', async () => {
      const elsewhere = await kit.person('elsewhere@shop.example', 'operator', (await newSite('Far')).siteId);
      const missing = { code: 'NOT_FOUND' };
      await expect(kit.update(elsewhere.id, { role: ROLE.operator }, boss)).rejects.toMatchObject(missing);
      await expect(remove(elsewhere.id, boss)).rejects.toMatchObject(missing);
      const invite = admin.admin.call('inviteAgain', { operatorId: elsewhere.id, locale: '' }, { actor: boss });
      await expect(invite).rejects.toMatchObject(missing);
      expect((await kit.list(boss)).map(({ operator }) => operator?.id)).not.toContain(elsewhere.id);
    });

    it('nobody disables himself, nor takes his own second factor away here', async () => {
      await expect(kit.update(boss.id, { disabled: true }, boss)).rejects.toMatchObject({
        fields: [{ code: 'yourself' }],
      });
      await expect(kit.update(boss.id, { secondFactorOff: true }, boss)).rejects.toMatchObject({
        fields: [{ code: 'yourself' }],
      });
    });
  });

  it('two admins who change the same operator get a conflict, and nothing is lost', async () => {
    const { id } = await kit.person('conflict@shop.example', 'operator');
    const { version } = await kit.one(id);
    const first = await kit.update(id, { version, name: 'First' });
    expect(first.version).toBe(version + 1);
    await expect(kit.update(id, { version, name: 'Second' })).rejects.toMatchObject({
      code: 'ABORTED',
      fields: [{ path: 'version', code: 'stale_version' }],
    });
    expect((await kit.one(id)).operator?.name).toBe('First');
    // The same again changes nothing and raises nothing.
    expect((await kit.update(id, { version: version + 1, name: 'First' })).version).toBe(version + 1);
    await kit.person('taken@shop.example', 'operator');
    await expect(kit.update(id, { email: 'Taken@shop.example' })).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
      fields: [{ path: 'email', code: 'already_exists' }],
    });
    await expect(kit.update(id, { name: ' ', email: 'no mail', role: 9 as never })).rejects.toMatchObject({
      fields: [{ path: 'name' }, { path: 'email', code: 'invalid_value' }],
    });
  });

  it('who is disabled is out at once, with every session and token; enabled again signs in anew', async () => {
    const { id } = await kit.person('out@shop.example', 'operator');
    const session = (await kit.login('out@shop.example', PASSWORD)).session;
    const before = session?.operator?.tokenVersion ?? 0;
    await kit.update(id, { disabled: true });
    await until(() => latestOperator(id)?.disabled, { what: 'the end on the bus' });
    expect(latestOperator(id)?.tokenVersion).toBe(before + 1);
    await expect(admin.refresh(session?.refreshToken ?? '')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(kit.login('out@shop.example', PASSWORD)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await kit.update(id, { disabled: false });
    await expect(admin.refresh(session?.refreshToken ?? '')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect((await kit.login('out@shop.example', PASSWORD)).session).toBeDefined();
  });

  it('who is taken off the last site leaves its teams and can no longer sign in', async () => {
    const { id } = await kit.person('gone@shop.example', 'operator');
    const { teamId } = await admin.admin.call(
      'createTeam',
      { name: 'Leavers', operatorIds: [id] },
      { actor: kit.superadmin },
    );
    const { refreshToken } = await admin.login('gone@shop.example', PASSWORD);
    await remove(id);
    await until(() => latest(teamId)?.version === 2, { what: 'the team on the bus' });
    expect(latest(teamId)?.value?.value).toMatchObject({ operatorIds: [] });
    expect((await kit.list()).map(({ operator }) => operator?.id)).not.toContain(id);
    await expect(admin.refresh(refreshToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(kit.login('gone@shop.example', PASSWORD)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(remove(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    // Added again the same person has the same login.
    expect((await kit.person('gone@shop.example', 'operator')).id).toBe(id);
    expect((await kit.login('gone@shop.example', PASSWORD)).session).toBeDefined();
  });

  describe('the last superadmin', () => {
    it('of a site is neither removed nor demoted nor disabled; somebody invited does not count', async () => {
      const owner = await newSite('Alone');
      await kit.create({ email: 'guest@shop.example', role: ROLE.superadmin }, owner);
      await expect(kit.update(owner.id, { role: ROLE.admin }, owner)).rejects.toMatchObject(LAST);
      await expect(remove(owner.id, owner)).rejects.toMatchObject(LAST);
      const second = await kit.person('second-owner@shop.example', 'superadmin', owner.siteId);
      // Still the last one of other sites, so not to be disabled; here there are two.
      await expect(kit.update(owner.id, { disabled: true }, second)).rejects.toMatchObject(DENIED);
      await kit.update(second.id, { disabled: true }, owner);
      await expect(kit.update(owner.id, { role: ROLE.admin }, owner)).rejects.toMatchObject(LAST);
      await kit.update(second.id, { disabled: false }, owner);
      expect((await kit.update(owner.id, { role: ROLE.admin }, owner)).operator?.id).toBe(owner.id);
      await expect(remove(second.id, second)).rejects.toMatchObject(LAST);
    });

    it('stays when both are demoted, removed and disabled at once on two replicas', async () => {
      const replica = await startAdmin(env);
      try {
        for (let round = 0; round < 6; round++) {
          const owner = await newSite(`Race ${round}`);
          const other = await kit.person(`race${round}@shop.example`, 'superadmin', owner.siteId);
          const third = await kit.person(`third${round}@shop.example`, 'superadmin', owner.siteId);
          await remove(owner.id, third);
          const demote = { operatorId: other.id, version: 0, role: ROLE.admin, rights: undefined, teams: undefined };
          const outcomes = await Promise.allSettled([
            admin.admin.call('updateOperator', demote, { actor: third }),
            replica.admin.call('removeOperator', { operatorId: third.id }, { actor: other }),
            replica.admin.call('updateOperator', { ...demote, role: undefined, disabled: true }, { actor: third }),
            admin.admin.call('updateOperator', { ...demote, operatorId: third.id }, { actor: other }),
          ]);
          const failed = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason as { code: string }] : []));
          for (const { code } of failed) {
            expect(['FAILED_PRECONDITION', 'PERMISSION_DENIED', 'NOT_FOUND']).toContain(code);
          }
          const left = await kit.connection.collection<OperatorDocument>('operators').countDocuments({
            disabled: false,
            sites: { $elemMatch: { siteId: owner.siteId, role: 'superadmin' } },
          });
          expect(left).toBeGreaterThanOrEqual(1);
        }
      } finally {
        await replica.stop();
      }
    });
  });

  describe('teams', () => {
    it('have names of their own and members of their site; changes are versioned; deleting is published', async () => {
      const { id } = await kit.person('member@shop.example', 'operator');
      const actor = kit.superadmin;
      const { teamId } = await admin.admin.call('createTeam', { name: ' Support ', operatorIds: [id, id] }, { actor });
      await expect(
        admin.admin.call('createTeam', { name: 'support', operatorIds: [] }, { actor }),
      ).rejects.toMatchObject({
        code: 'ALREADY_EXISTS',
        fields: [{ path: 'name' }],
      });
      await expect(
        admin.admin.call('createTeam', { name: 'X', operatorIds: ['nobody'] }, { actor }),
      ).rejects.toMatchObject({
        fields: [{ path: 'operatorIds' }],
      });
      const update = { teamId, version: 1, name: 'Second line', operators: undefined };
      expect(await admin.admin.call('updateTeam', update, { actor })).toEqual({ version: 2 });
      await expect(admin.admin.call('updateTeam', update, { actor, retry: false })).rejects.toMatchObject({
        code: 'ABORTED',
        fields: [{ code: 'stale_version' }],
      });
      await until(() => latest(teamId)?.version === 2, { what: 'the team on the bus' });
      expect(latest(teamId)?.value?.value).toEqual({ id: teamId, name: 'Second line', operatorIds: [id] });
      const there = await newSite('Teamless');
      await expect(admin.admin.call('updateTeam', { ...update, version: 0 }, { actor: there })).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
      await admin.admin.call('deleteTeam', { teamId }, { actor: there });
      expect(latest(teamId)?.deleted).toBe(false);

      await kit.update(id, { teams: { items: [] } });
      await kit.update(id, { teams: { items: [teamId] } });
      expect((await kit.one(id)).teamIds).toEqual([teamId]);
      await expect(kit.update(id, { teams: { items: ['none'] } })).rejects.toMatchObject({
        fields: [{ path: 'teamIds' }],
      });
      await admin.admin.call('deleteTeam', { teamId }, { actor });
      await admin.admin.call('deleteTeam', { teamId }, { actor });
      await until(() => latest(teamId)?.deleted, { what: 'the end of the team on the bus' });
      expect((await kit.one(id)).teamIds).toEqual([]);
      const service = { kind: 'service', id: 'routing' } as const;
      const { settings } = await admin.settings.call('snapshot', { kind: 'team' }, { actor: service });
      expect(settings.find((setting) => setting.id === teamId)).toMatchObject({ deleted: true, value: undefined });
      // The name is free again.
      await admin.admin.call('createTeam', { name: 'second line', operatorIds: [] }, { actor });
    });

    it('are published after a crash between store and publish', async () => {
      const actor = kit.superadmin;
      const { teamId } = await admin.admin.call('createTeam', { name: 'Crash', operatorIds: [] }, { actor });
      await until(() => latest(teamId), { what: 'the team on the bus' });
      await kit.connection
        .collection('teams')
        .updateOne(
          { _id: teamId as never },
          { $set: { name: 'Stored only', outboxSince: new Date(0) }, $inc: { version: 1 } },
        );
      await until(() => latest(teamId)?.version === 2, { what: 'the stored team on the bus' });
      expect(latest(teamId)?.value?.value).toMatchObject({ name: 'Stored only' });
    });
  });
});

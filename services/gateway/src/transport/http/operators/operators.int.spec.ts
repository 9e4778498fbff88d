import { type Role } from '@beseda/api';
import { presenceV1, settingsV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@beseda/testing';
import { picture } from '../../../testing/pictures.js';
import { type Answer, type World, makeWorld } from '../../../testing/world.js';

const { OPERATOR_STATE_ONLINE, OPERATOR_STATE_AWAY } = presenceV1.OperatorState;

describe('operators of a site', () => {
  let world: World;
  let admin: { id: string; token: string };
  let superToken: string;
  let plain: { id: string; token: string };

  beforeAll(async () => {
    world = await makeWorld();
    admin = await world.operator({ [world.siteId]: 'admin' });
    superToken = (await world.operator({ [world.siteId]: 'superadmin' })).token;
    plain = await world.operator({ [world.siteId]: 'operator' });
  });
  afterAll(() => world.stop());

  const call = (method: string, path: string, body?: unknown, token = admin.token): Promise<Answer> =>
    world.call(method, `/api/sites/${world.siteId}${path}`, { token, ...(body === undefined ? {} : { body }) });
  const managed = async (id: string): Promise<Record<string, unknown> | undefined> => {
    const { body } = await call('GET', '/operators/manage');
    return (body.items as { id: string }[]).find((item) => item.id === id);
  };

  it('are known to each other by name, picture and role', async () => {
    await world.admin.putOperator(
      plain.id,
      { [world.siteId]: 'operator' },
      { internalName: 'Night', avatarFileId: 'avatar-1' },
    );
    const me = { token: plain.token };
    const known = async (): Promise<boolean> =>
      (await world.call('GET', '/api/auth/me', me)).body.operator.internalName === 'Night';
    await until(known, { what: 'the change to arrive' });
    const { body } = await call('GET', '/operators', undefined, plain.token);
    expect((body.items as { id: string }[]).find(({ id }) => id === plain.id)).toEqual({
      ...{ id: plain.id, name: `Name of ${plain.id}`, internalName: 'Night', email: `${plain.id}@example.test` },
      ...{ role: 'operator', avatarUrl: '/api/avatars/operators/avatar-1', disabled: false, invited: false },
    });
  });

  it('are managed with all that concerns the site, and nothing of another one', async () => {
    const roles: Record<string, Role> = { [world.siteId]: 'operator', [world.foreignSiteId]: 'superadmin' };
    const both = await world.operator(roles);
    world.dialogs.countsBy = { [plain.id]: 4 };
    const ofBoth = await managed(both.id);
    expect(ofBoth).toMatchObject({
      role: 'operator',
      visibility: 'all',
      openDialogs: 0,
      presence: null,
      editable: false,
    });
    expect(JSON.stringify(ofBoth)).not.toContain(world.foreignSiteId);
    expect(await managed(plain.id)).toMatchObject({ openDialogs: 4, editable: true, version: expect.any(Number) });
    expect(world.dialogs.seen.at(-1)?.request).toEqual({ by: 1, status: 1 });
    world.dialogs.countsBy = undefined;
    expect(await managed(plain.id)).toMatchObject({ openDialogs: null, editable: true });
    world.dialogs.countsBy = {};
    const stronger = (await call('GET', '/operators/manage')).body.items as { role: string; editable: boolean }[];
    expect(stronger.filter(({ role }) => role === 'superadmin').map(({ editable }) => editable)).toEqual([false]);
  });

  it('are invited by an admin, without a password', async () => {
    const body = {
      ...{ email: 'anna@example.test', name: 'Anna', internalName: 'A.', role: 'operator', locale: 'ru' },
      ...{ visibility: 'team', noMassMailing: true, teamIds: ['t1'] },
    };
    const made = await call('POST', '/operators', body);
    expect(made).toMatchObject({ status: 201, body: { operatorId: 'anna' } });
    expect(made.body.invitation).toEqual({
      ...{ state: 'kept', at: '2026-01-02T03:04:05.000Z', detail: 'mail-1.eml', expiresAt: '2026-01-09T03:04:05.000Z' },
    });
    expect(world.server.last('CreateOperator')?.request).toMatchObject({
      ...{ siteId: world.siteId, password: '', locale: 'ru', teamIds: ['t1'], role: settingsV1.Role.ROLE_OPERATOR },
      rights: { visibility: settingsV1.Visibility.VISIBILITY_TEAM, noContactExport: false, noMassMailing: true },
    });
    expect(await managed('anna')).toMatchObject({ invited: true, visibility: 'team', noMassMailing: true });
  });

  it('are made with a password by superadmins only', async () => {
    const body = { email: 'boris@example.test', name: 'B', role: 'operator', password: 'long enough' };
    expect(await call('POST', '/operators', body)).toMatchObject({
      status: 403,
      body: { errors: [{ path: 'password' }] },
    });
    const made = await call('POST', '/operators', body, superToken);
    expect(made).toMatchObject({ status: 201, body: { operatorId: 'boris', invitation: null } });
    expect(await call('POST', '/operators', { ...body, password: 'short' }, superToken)).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'password', code: 'too_short' }] },
    });
  });

  it('are changed: what is not given stays, and the next request knows it', async () => {
    const restricted = await call('PATCH', `/operators/${plain.id}`, { visibility: 'own', noContactExport: true });
    expect(restricted).toMatchObject({
      status: 200,
      body: { visibility: 'own', noContactExport: true, noMassMailing: false },
    });
    const again = await call('PATCH', `/operators/${plain.id}`, { noMassMailing: true, name: 'P' });
    expect(again.body).toMatchObject({ name: 'P', visibility: 'own', noContactExport: true, noMassMailing: true });
    await call('PATCH', `/operators/${plain.id}`, { disabled: true, secondFactor: false });
    expect(world.server.last('UpdateOperator')?.request).toMatchObject({
      disabled: true,
      secondFactorOff: true,
      rights: undefined,
    });
    expect((await call('GET', '/operators', undefined, plain.token)).status).toBe(401);
    await call('PATCH', `/operators/${plain.id}`, { disabled: false, visibility: 'all' });
    expect((await call('GET', '/operators', undefined, plain.token)).status).toBe(200);
  });

  it.each([
    ['rights.visibility', 'visibility'],
    ['teams.items.2', 'teamIds.2'],
    ['secondFactorOff', 'secondFactor'],
    ['email', 'email'],
  ])('have the field %s of the service named as %s', async (path, expected) => {
    const fields = [{ path, code: 'invalid_value', message: 'no' }];
    world.server.failOnce('UpdateOperator', appError('INVALID_ARGUMENT', 'No.', { fields }));
    const { body } = await call('PATCH', `/operators/${plain.id}`, { name: 'X' });
    expect(body.errors).toEqual([{ path: expected, code: 'invalid_value', message: 'no' }]);
  });

  it('pass refusals of the service on: the last superadmin, a conflict, an address that is taken', async () => {
    const refuse = (method: string, code: 'FAILED_PRECONDITION' | 'ALREADY_EXISTS', path: string, word: string): void =>
      world.server.failOnce(method, appError(code, 'No.', { fields: [{ path, code: word, message: 'no' }] }));
    refuse('UpdateOperator', 'FAILED_PRECONDITION', 'role', 'last_superadmin');
    expect(await call('PATCH', `/operators/${plain.id}`, { role: 'operator' })).toMatchObject({
      status: 409,
      body: { code: 'FAILED_PRECONDITION', errors: [{ path: 'role', code: 'last_superadmin' }] },
    });
    refuse('CreateOperator', 'ALREADY_EXISTS', 'email', 'already_exists');
    expect(await call('POST', '/operators', { email: 'a@b.c', name: 'A', role: 'operator' })).toMatchObject({
      status: 409,
      body: { code: 'ALREADY_EXISTS', errors: [{ path: 'email', code: 'already_exists' }] },
    });
    await call('PATCH', `/operators/${plain.id}`, { role: 'operator' });
    expect(await call('PATCH', `/operators/${plain.id}`, { version: 1, name: 'X' })).toMatchObject({
      status: 409,
      body: { code: 'ABORTED', errors: [{ path: 'version', code: 'stale_version' }] },
    });
  });

  it('get a picture, an invitation again, and leave the site', async () => {
    const form = new FormData();
    form.set('file', new Blob([Uint8Array.from(picture(8, 8))]), 'a.png');
    const { body } = await call('PUT', `/operators/${plain.id}/avatar`, form);
    expect(body.avatarUrl).toMatch(/^\/api\/avatars\/operators\/avatar-/);
    expect((await call('DELETE', `/operators/${plain.id}/avatar`)).body.avatarUrl).toBeNull();
    const invited = await call('POST', '/operators/anna/invite', { locale: 'en' });
    expect(invited).toMatchObject({ status: 200, body: { invitation: { state: 'kept' } } });
    expect((await call('DELETE', '/operators/anna')).status).toBe(204);
    expect(await managed('anna')).toBeUndefined();
    expect((await call('DELETE', '/operators/anna')).status).toBe(404);
  });

  it('work in teams, which everybody sees and admins make', async () => {
    const made = await call('POST', '/teams', { name: 'Night', operatorIds: [plain.id] });
    expect(made).toMatchObject({ status: 201, body: { version: 1 } });
    const { teamId } = made.body as { teamId: string };
    const team = async (): Promise<unknown> => (await call('GET', '/teams', undefined, plain.token)).body.items;
    expect(await team()).toEqual([{ id: teamId, name: 'Night', operatorIds: [plain.id], version: 1 }]);
    expect((await call('PATCH', `/teams/${teamId}`, { version: 1, name: 'Late' })).body).toEqual({ version: 2 });
    expect(await team()).toMatchObject([{ name: 'Late', operatorIds: [plain.id], version: 2 }]);
    expect(await call('PATCH', `/teams/${teamId}`, { version: 1, operatorIds: [] })).toMatchObject({
      status: 409,
      body: { errors: [{ path: 'version' }] },
    });
    const fields = [{ path: 'operators.items.0', code: 'invalid_value', message: 'no' }];
    world.server.failOnce('UpdateTeam', appError('INVALID_ARGUMENT', 'No.', { fields }));
    const wrong = await call('PATCH', `/teams/${teamId}`, { operatorIds: ['x'] });
    expect(wrong.body.errors).toMatchObject([{ path: 'operatorIds.0' }]);
    expect((await call('DELETE', `/teams/${teamId}`)).status).toBe(204);
    expect(await team()).toEqual([]);
  });
});

describe('presence of operators', () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld({}, ({ routing }) => {
      routing.put('01-site', 'op-away', OPERATOR_STATE_AWAY);
      routing.put('01-site', 'op-online', OPERATOR_STATE_ONLINE);
      routing.put('02-foreign', 'op-there', OPERATOR_STATE_ONLINE);
    });
  });
  afterAll(() => world.stop());

  it('is told to operators of the site, and to visitors in the look of the widget', async () => {
    for (const id of ['op-1', 'op-2', 'op-away', 'op-online'])
      await world.admin.putOperator(id, { [world.siteId]: 'operator' });
    await world.admin.putOperator('op-0', { [world.siteId]: 'operator' }, { invited: true });
    const { token } = await world.operator({ [world.siteId]: 'operator' });
    const asked = async (): Promise<Answer> => world.call('GET', `/api/sites/${world.siteId}/presence`, { token });
    await until(async () => (await asked()).body.items.length > 0, { what: 'presence' });
    expect((await asked()).body.items).toEqual([
      { operatorId: 'op-away', state: 'away', since: '1970-01-01T00:00:00.000Z' },
      { operatorId: 'op-online', state: 'online', since: '1970-01-01T00:00:00.000Z' },
    ]);
    const session = await world.call('POST', '/api/widget/sessions', { body: { siteId: world.siteId } });
    expect(session.body.settings).toMatchObject({
      online: true,
      operators: [{ id: 'op-online' }, { id: 'op-away' }, { id: 'op-1', name: 'Name of op-1', avatarUrl: null }],
    });
    const elsewhere = await world.call('POST', '/api/widget/sessions', { body: { siteId: world.foreignSiteId } });
    expect(elsewhere.body.settings).toMatchObject({ online: false, operators: [] });
  });
});

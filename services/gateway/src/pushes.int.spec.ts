import { randomUUID } from 'node:crypto';
import { presenceEventRecord, presenceV1 } from '@beseda/contracts';
import { until } from '@beseda/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type TestSocket, type World, makeWorld } from './testing/world.js';

const ONLINE = presenceV1.OperatorState.OPERATOR_STATE_ONLINE;
const OFFLINE = presenceV1.OperatorState.OPERATOR_STATE_OFFLINE;
type Told = Record<string, unknown>;

describe('what open pages are told beside dialogs', () => {
  let world: World;
  let colleague: TestSocket;
  let foreign: TestSocket;
  beforeEach(async () => {
    world = await makeWorld({ BESEDA_WIDGET_RATE_FACTOR: '100' });
    colleague = await operatorSocket(world.siteId);
    foreign = await operatorSocket(world.foreignSiteId);
  });
  afterEach(() => world.stop());

  async function operatorSocket(siteId: string): Promise<TestSocket> {
    const { token } = await world.operator({ [siteId]: 'operator' });
    const socket = world.socket('/operator', { token });
    await socket.connected();
    return socket;
  }
  async function widgetSocket(siteId: string): Promise<TestSocket> {
    const socket = world.socket('/widget', { token: (await world.visitor(siteId)).token });
    await socket.connected();
    await until(() => looks(socket).length === 1, { what: 'how it looks at the beginning' });
    return socket;
  }
  const named = (socket: TestSocket, name: string): Told[] =>
    socket.told.filter((one) => one.name === name).map(({ payload }) => payload);
  const settingsOf = (socket: TestSocket, kind: string, id: string): Told[] =>
    named(socket, 'settings.changed').filter((told) => told['kind'] === kind && told['id'] === id);
  const looks = (socket: TestSocket): Told[] => named(socket, 'settings').map(({ settings }) => settings as Told);

  let seq = 0;
  const presence = (operatorId: string, state: presenceV1.OperatorState, siteId = world.siteId): Promise<void> =>
    world.routing.bus.publish([
      presenceEventRecord('routing', {
        envelope: {
          eventId: randomUUID(),
          siteId,
          aggregateId: operatorId,
          seq: ++seq,
          type: 'operator.presence.changed',
          occurredAt: new Date(),
          correlationId: 'c',
          causationId: '',
          actor: undefined,
        },
        body: { $case: 'operatorPresenceChanged', value: { operatorId, state, since: new Date(seq * 1_000) } },
      }),
    ]);

  it('consoles of a site: its settings, teams, tags and hours that changed, by version', async () => {
    const { siteId, foreignSiteId } = world;
    await world.admin.putSite({ id: siteId, name: 'Renamed' });
    await world.admin.putTeam(siteId, { id: 'team-1', name: 'Sales', operatorIds: [] });
    const tag = { id: 'tag-1', name: 'VIP', color: '#112233', formerNames: [], removed: false };
    await world.admin.put('tag', siteId, tag.id, { $case: 'tag', value: tag });
    const hours = { timezone: 'Europe/Moscow', days: [], holidays: [], enabled: true };
    await world.admin.put('hours', siteId, siteId, { $case: 'hours', value: hours });
    await world.admin.putTeam(foreignSiteId, { id: 'team-2', name: 'Elsewhere', operatorIds: [] });
    await until(() => settingsOf(foreign, 'team', 'team-2').length === 1, { what: 'the other site' });
    const expected = [
      ['site', siteId],
      ['team', 'team-1'],
      ['tag', 'tag-1'],
      ['hours', siteId],
    ] as const;
    for (const [kind, id] of expected) {
      await until(() => settingsOf(colleague, kind, id).length === 1, { what: kind });
      const version = world.admin.version(kind, siteId, id);
      expect(settingsOf(colleague, kind, id)).toEqual([{ siteId, kind, id, version }]);
      expect(settingsOf(foreign, kind, id)).toEqual([]);
    }
    expect(settingsOf(colleague, 'team', 'team-2')).toEqual([]);
  });

  it('consoles of the sites an operator works for, or did: that he changed, and nothing of his sessions', async () => {
    const { siteId, foreignSiteId } = world;
    const roles = { [siteId]: 'operator', [foreignSiteId]: 'operator' } as const;
    await world.admin.putOperator('both', roles);
    const told = (socket: TestSocket) => settingsOf(socket, 'operator', 'both').map((one) => one['siteId']);
    await until(() => told(colleague).length === 1 && told(foreign).length === 1, { what: 'a new operator' });
    await world.admin.putOperator('both', roles, {
      tokenVersion: 2,
      endedSessions: [{ sessionId: 's', endedAt: new Date() }],
    });
    await world.admin.putOperator('both', { [siteId]: 'operator' }, { tokenVersion: 2 });
    await until(() => told(foreign).length === 2, { what: 'his leaving' });
    expect(told(foreign)).toEqual([foreignSiteId, foreignSiteId]);
    expect(told(colleague)).toEqual([siteId, siteId]);
  });

  it('consoles of a site: who came and went', async () => {
    await presence('op1', ONLINE);
    await until(() => named(colleague, 'presence').length === 1, { what: 'presence' });
    expect(named(colleague, 'presence')).toEqual([
      { siteId: world.siteId, operatorId: 'op1', state: 'online', since: expect.stringMatching(/^1970-.*Z$/) },
    ]);
    await presence('op1', OFFLINE);
    await until(() => named(colleague, 'presence').length === 2, { what: 'his going' });
    expect(named(foreign, 'presence')).toEqual([]);
  });

  it('widgets: how they look as soon as they connect, and whenever that changes', async () => {
    const { siteId, foreignSiteId } = world;
    const [widget, elsewhere] = [await widgetSocket(siteId), await widgetSocket(foreignSiteId)];
    expect(looks(widget)[0]).toMatchObject({ siteId, name: expect.any(String), online: false });
    expect(looks(widget)[0]).not.toHaveProperty('contact');
    const started = Date.now();
    await world.admin.putSite({ id: siteId, name: 'Once more' });
    await until(() => looks(widget).at(-1)?.['name'] === 'Once more', { what: 'the new name', timeoutMs: 2_000 });
    expect(Date.now() - started).toBeLessThan(2_000);
    await presence('op1', ONLINE);
    await until(() => looks(widget).at(-1)?.['online'] === true, { what: 'an operator to be there' });
    await presence('op1', OFFLINE);
    await until(() => looks(widget).at(-1)?.['online'] === false, { what: 'nobody to be there' });
    expect(looks(elsewhere)).toHaveLength(1);
    expect(widget.told.every(({ name }) => name === 'settings')).toBe(true);
  });

  it('widgets: several changes in one go, and nothing when nothing they show has changed', async () => {
    const { siteId } = world;
    const widget = await widgetSocket(siteId);
    for (let i = 0; i < 20; i += 1) await world.admin.putSite({ id: siteId, name: `Name ${i}` });
    await until(() => looks(widget).at(-1)?.['name'] === 'Name 19', { what: 'the last name' });
    const before = looks(widget).length;
    expect(before).toBeLessThan(10);
    await world.admin.putSite({ id: siteId, name: 'Name 19', reopenWindowHours: 1 });
    const late = await widgetSocket(siteId);
    await world.admin.putSite({ id: siteId, name: 'The end' });
    await until(() => looks(widget).at(-1)?.['name'] === 'The end', { what: 'the end' });
    await until(() => looks(late).at(-1)?.['name'] === 'The end', { what: 'the end for who came late' });
    expect(
      looks(widget)
        .slice(before)
        .map((look) => look['name']),
    ).toEqual(['The end']);
  });
});

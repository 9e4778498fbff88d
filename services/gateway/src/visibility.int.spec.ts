import type { Visibility } from '@beseda/api';
import type { OperatorActor } from '@beseda/auth';
import { until } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { roleValue } from './application/directory.js';
import { visibilityValue } from './application/visibility.js';
import type { FakeDialog } from './testing/fake-dialogs.js';
import { type TestSocket, type World, makeWorld } from './testing/world.js';

/** An operator with a connected socket. */
interface Watcher extends TestSocket {
  id: string;
  token: string;
}

describe('an operator who does not see all dialogs', () => {
  let world: World;
  let boss: OperatorActor;
  beforeAll(async () => {
    world = await makeWorld({ BESEDA_WIDGET_RATE_FACTOR: '100' });
    const { id } = await world.operator({ [world.siteId]: 'admin' });
    boss = { kind: 'operator', id, siteId: world.siteId, role: 'admin' };
  });
  afterAll(() => world.stop());

  const watchers: TestSocket[] = [];
  const seesNow = (visibility: Visibility) => ({
    sites: [
      {
        siteId: world.siteId,
        role: roleValue('operator'),
        visibility: visibilityValue(visibility),
        noContactExport: false,
        noMassMailing: false,
      },
    ],
  });
  async function watcher(visibility: Visibility): Promise<Watcher> {
    const { id, token } = await world.operator({}, seesNow(visibility));
    const socket = world.socket('/operator', { token });
    await socket.connected();
    watchers.push(socket);
    return { ...socket, id, token };
  }
  const heard = (socket: TestSocket, { id }: FakeDialog): string[] =>
    socket.events.filter(({ dialogId }) => dialogId === id).map(({ seq, type }) => `${seq} ${type}`);
  const changed = (socket: TestSocket, { id }: FakeDialog): unknown[] =>
    socket.told
      .filter(({ name, payload }) => name === 'dialogs.changed' && payload['dialogId'] === id)
      .map(({ payload }) => payload['seq']);
  /** Everything sent until now has reached everybody: an event goes out to all sockets at once, and an answer comes behind it. */
  async function settled(socket: TestSocket): Promise<void> {
    const mark = world.dialogs.start(world.siteId, 'mark');
    await until(() => socket.events.some(({ dialogId }) => dialogId === mark.id), { what: 'the mark' });
    await Promise.all(watchers.map((one) => one.socket.timeout(5_000).emitWithAck('no such event')));
  }
  let all: Watcher;
  beforeAll(async () => {
    all = await watcher('all');
  });

  it('gets live events of the dialogs he sees, and the one that takes a dialog away', async () => {
    const [own, unassigned] = [await watcher('own'), await watcher('unassigned')];
    const other = await watcher('own');
    const dialog = world.dialogs.start(world.siteId, 'c1');
    world.dialogs.assign(dialog, own.id, boss); // 2
    world.dialogs.message(dialog, boss, 'for one'); // 3
    world.dialogs.assign(dialog, other.id, boss); // 4
    world.dialogs.message(dialog, boss, 'for the other'); // 5
    world.dialogs.assign(dialog, '', boss); // 6
    world.dialogs.message(dialog, boss, 'for who sees nobody’s'); // 7
    await settled(all);
    expect(heard(all, dialog)).toHaveLength(7);
    expect(heard(own, dialog)).toEqual(['2 dialog.assigned', '3 message.posted', '4 dialog.assigned']);
    expect(heard(other, dialog)).toEqual(['4 dialog.assigned', '5 message.posted', '6 dialog.unassigned']);
    const nobodys = ['1 dialog.started', '2 dialog.assigned', '6 dialog.unassigned', '7 message.posted'];
    expect(heard(unassigned, dialog)).toEqual(nobodys);
    expect(changed(own, dialog)).toEqual([2, 3, 4]);
    expect(changed(unassigned, dialog)).toEqual([1, 2, 6, 7]);
  });

  it('sees a team’s dialogs by its members, and by nobody else', async () => {
    const [member, mate, stranger] = [await watcher('team'), await watcher('own'), await watcher('own')];
    await world.admin.putTeam(world.siteId, { id: 'sales', name: 'Sales', operatorIds: [member.id, mate.id] });
    await until(() => member.told.some(({ name }) => name === 'resync'), { what: 'the member to be told' });
    expect(mate.told.some(({ name }) => name === 'resync')).toBe(false);
    const dialog = world.dialogs.start(world.siteId, 'c2');
    world.dialogs.assign(dialog, mate.id, boss); // 2
    world.dialogs.assign(dialog, stranger.id, boss); // 3
    world.dialogs.message(dialog, boss, 'out of sight'); // 4
    await settled(all);
    expect(heard(member, dialog)).toEqual(['1 dialog.started', '2 dialog.assigned', '3 dialog.assigned']);
    await world.admin.putTeam(world.siteId, { id: 'sales', name: 'Sales', operatorIds: [mate.id] });
    await until(() => member.told.filter(({ name }) => name === 'resync').length === 2, { what: 'who left' });
    const later = world.dialogs.start(world.siteId, 'c3');
    world.dialogs.assign(later, mate.id, boss);
    world.dialogs.message(later, boss, 'of the former team');
    await settled(all);
    expect(heard(member, later)).toEqual(['1 dialog.started', '2 dialog.assigned']);
  });

  it('does not resume what is out of sight, and follows it no more once it is', async () => {
    const own = await watcher('own');
    const [mine, others] = [world.dialogs.start(world.siteId, 'c4'), world.dialogs.start(world.siteId, 'c5')];
    world.dialogs.assign(mine, own.id, boss);
    await settled(all);
    expect(await own.resume({ [mine.id]: 0, [others.id]: 0 })).toEqual({ dialogs: { [mine.id]: 2 } });
    world.dialogs.assign(mine, boss.id, boss);
    world.dialogs.message(mine, boss, 'out of sight');
    await settled(all);
    expect(heard(own, mine).at(-1)).toBe('3 dialog.assigned');
    expect(await own.resume({ [mine.id]: 3 })).toEqual({ dialogs: {} });
    expect(heard(own, mine).at(-1)).toBe('3 dialog.assigned');
    expect(heard(own, others)).toEqual([]);
  });

  it('keeps his socket when his visibility changes, and it goes by the new one at once', async () => {
    const one = await watcher('all');
    const dialog = world.dialogs.start(world.siteId, 'c6');
    await settled(one);
    expect(await one.resume({ [dialog.id]: 1 })).toEqual({ dialogs: { [dialog.id]: 1 } });
    await world.admin.putOperator(one.id, {}, seesNow('own'));
    await until(() => one.told.some(({ name }) => name === 'resync'), { what: 'a resync', timeoutMs: 2_000 });
    expect(await one.resume({ [dialog.id]: 1 })).toEqual({ dialogs: {} });
    world.dialogs.message(dialog, boss, 'out of sight');
    await settled(all);
    expect(heard(one, dialog)).toEqual(['1 dialog.started']);
    expect(one.socket.connected).toBe(true);
    const restricted = seesNow('own').sites.map((site) => ({ ...site, noContactExport: true }));
    await world.admin.putOperator(one.id, {}, { sites: restricted });
    await world.admin.putOperator(one.id, {}, seesNow('all'));
    await until(() => one.told.filter(({ name }) => name === 'resync').length === 2, { what: 'another resync' });
    world.dialogs.message(dialog, boss, 'seen again');
    await settled(one);
    expect(heard(one, dialog)).toEqual(['1 dialog.started', '3 message.posted']);
  });

  it('acts as who he is in every call behind the gateway', async () => {
    const team = await watcher('team');
    world.dialogs.seen.length = 0;
    await world.call('GET', `/api/sites/${world.siteId}/dialogs`, { token: team.token });
    expect(world.dialogs.seen.at(-1)?.actor).toEqual({
      kind: 'operator',
      id: team.id,
      siteId: world.siteId,
      role: 'operator',
      visibility: 'team',
    });
  });

  it('gets neither dialog, events nor files of a dialog that is out of sight by its id', async () => {
    const own = await watcher('own');
    const dialog = world.dialogs.start(world.siteId, 'c7');
    const file = { id: 'f1', name: 'a.txt', type: 'text/plain', size: 1, width: 0, height: 0 };
    world.dialogs.message(dialog, boss, '', { file });
    const base = `/api/sites/${world.siteId}/dialogs/${dialog.id}`;
    const message = { clientMessageId: 'visibility-1', text: 'Let me in' };
    const form = new FormData();
    form.set('clientMessageId', 'visibility-2');
    form.set('file', new Blob(['x']), 'x.txt');
    const calls: [method: string, path: string, body?: unknown][] = [
      ['GET', base],
      ['GET', `${base}/events`],
      ['GET', `${base}/files/f1`],
      ['POST', `${base}/messages`, message],
      ['POST', `${base}/notes`, message],
      ['POST', `${base}/files`, form],
      ['PUT', `${base}/tags`, { tags: [] }],
      ['PUT', `${base}/assignee`, { operatorId: own.id }],
      ['POST', `${base}/close`],
      ['POST', `${base}/reopen`],
    ];
    for (const [method, path, body] of calls) {
      const answer = await world.call(method, path, { token: own.token, ...(body !== undefined && { body }) });
      expect([`${method} ${path}`, answer.status]).toEqual([`${method} ${path}`, 404]);
    }
    const resumed = { token: own.token, body: { dialogs: { [dialog.id]: 0 } } };
    const { body } = await world.call('POST', `/api/sites/${world.siteId}/resume`, resumed);
    expect(body).toMatchObject({ events: [], dialogs: {} });
  });
});

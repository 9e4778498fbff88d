import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@beseda/testing';
import { type World, makeWorld } from './testing/world.js';

describe('an orderly stop', () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld();
  });
  afterAll(() => world.stop());

  it('lets requests finish, sends sockets elsewhere and takes nothing new', async () => {
    const { token } = await world.operator({ [world.siteId]: 'operator' });
    const visitor = await world.visitor();
    const dialog = world.dialogs.start(world.siteId, visitor.id);
    const socket = world.socket('/operator', { token });
    const widget = world.socket('/widget', { token: visitor.token });
    await Promise.all([socket.connected(), widget.connected()]);
    const reasons: string[] = [];
    socket.socket.on('disconnect', (reason) => reasons.push(reason));
    let release = (): void => undefined;
    let asked = false;
    world.dialogs.beforeResumeAnswer = () => {
      asked = true;
      return new Promise<void>((resolve) => (release = resolve));
    };
    const slow = world.call('POST', `/api/sites/${world.siteId}/resume`, {
      token,
      body: { dialogs: { [dialog.id]: 0 } },
    });
    await until(() => asked, { what: 'the slow request to be on its way' });
    const stopped = world.gateway.stop();
    await until(() => !socket.socket.connected && !widget.socket.connected, { what: 'the sockets to be closed' });
    // Not "io server disconnect": a client would not come again after that.
    expect(reasons).toEqual(['transport close']);
    await expect(fetch(`${world.url}/health/live`)).rejects.toThrow();
    release();
    expect((await slow).status).toBe(200);
    await stopped;
    expect(world.contacts.seen.at(-1)).toMatchObject({ request: { contactIds: [], releasedContactIds: [visitor.id] } });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@beseda/testing';
import { type World, makeWorld } from './testing/world.js';

describe('sockets', () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld();
  });
  afterAll(() => world.stop());

  it('pushes an event to operators of the site and to the contact', async () => {
    const operator = await world.operator({ [world.siteId]: 'operator' });
    const visitor = await world.visitor();
    const o = world.socket('/operator', { token: operator.token });
    const v = world.socket('/widget', { token: visitor.token });
    await Promise.all([o.connected(), v.connected()]);
    const sent = await world.call('POST', '/api/widget/messages', {
      token: visitor.token,
      body: { clientMessageId: 'client-1', text: 'Hello' },
    });
    expect(sent.status).toBe(200);
    await until(() => o.events.length === 2 && v.events.length === 2, { what: 'events' });
    expect(v.events[1]).toMatchObject({
      type: 'message.posted',
      payload: { text: 'Hello', clientMessageId: 'client-1' },
    });
    expect(o.events[1]?.['payload'] as object).not.toHaveProperty('clientMessageId');
    expect(o.told.filter((t) => t.name === 'dialogs.changed')).toHaveLength(2);
  });
});

import { signAccess } from '@beseda/auth';
import { until } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ModulesContainer } from '@nestjs/core';
import { type TestSocket, type World, makeWorld } from './testing/world.js';
import { SOCKET_EVENTS, type SocketAccess, type SocketNamespace } from './transport/sockets/socket-events.js';

/** What the decorators of `@nestjs/websockets` leave on classes and methods. */
const IS_GATEWAY = 'websockets:is_gateway';
const OPTIONS = 'websockets:gateway_options';
const IS_HANDLER = 'websockets:message_mapping';
const EVENT = 'message';

/** Every event some gateway of the application handles: `namespace event`. */
function handledEvents(world: World): string[] {
  const modules = [...world.gateway.app.get(ModulesContainer, { strict: false }).values()];
  const classes = modules.flatMap(({ providers }) => [...providers.values()].map(({ metatype }) => metatype));
  const gateways = classes.filter(
    (metatype) => typeof metatype === 'function' && Reflect.getMetadata(IS_GATEWAY, metatype) === true,
  );
  return gateways.flatMap((gateway) => {
    const { namespace } = Reflect.getMetadata(OPTIONS, gateway as object) as { namespace: string };
    const { prototype } = gateway as { prototype: Record<string, unknown> };
    return Object.getOwnPropertyNames(prototype).flatMap((name) => {
      const method = Object.getOwnPropertyDescriptor(prototype, name)?.value as unknown;
      if (typeof method !== 'function' || Reflect.getMetadata(IS_HANDLER, method) !== true) return [];
      return [`${namespace} ${String(Reflect.getMetadata(EVENT, method))}`];
    });
  });
}

const ROWS = Object.entries(SOCKET_EVENTS).flatMap(([namespace, events]) =>
  Object.entries(events).map(
    ([event, access]) => [namespace as SocketNamespace, event, access as SocketAccess] as const,
  ),
);
const CALLERS = ['anonymous', 'contact', 'stranger', 'operator', 'admin', 'superadmin', 'foreign superadmin'] as const;
type Caller = (typeof CALLERS)[number];

describe('who may send what over a socket', () => {
  let world: World;
  let dialogId: string;
  const tokens = new Map<Caller, string>();
  beforeAll(async () => {
    world = await makeWorld({ BESEDA_WIDGET_RATE_FACTOR: '100' });
    const visitor = await world.visitor();
    dialogId = world.dialogs.start(world.siteId, visitor.id).id;
    tokens.set('contact', visitor.token);
    tokens.set('stranger', (await world.visitor(world.foreignSiteId)).token);
    for (const role of ['operator', 'admin', 'superadmin'] as const)
      tokens.set(role, (await world.operator({ [world.siteId]: role })).token);
    tokens.set('foreign superadmin', (await world.operator({ [world.foreignSiteId]: 'superadmin' })).token);
  });
  afterAll(() => world.stop());

  const kindOf = (caller: Caller): 'operator' | 'contact' | undefined => {
    if (caller === 'anonymous') return undefined;
    return caller === 'contact' || caller === 'stranger' ? 'contact' : 'operator';
  };
  const socketOf = (namespace: SocketNamespace, caller: Caller): TestSocket => {
    const token = tokens.get(caller);
    return world.socket(namespace, token === undefined ? {} : { token });
  };

  it('has a row for every event, and no row without one', () => {
    const rows = ROWS.map(([namespace, event]) => `${namespace} ${event}`);
    expect(handledEvents(world).toSorted()).toEqual(rows.toSorted());
    expect(rows.length).toBeGreaterThan(1);
  });

  it.each(ROWS)('%s %s', async (namespace, event, access) => {
    for (const caller of CALLERS) {
      const made = socketOf(namespace, caller);
      if (kindOf(caller) !== access.who) {
        expect([caller, (await made.refused()).message]).toEqual([caller, 'UNAUTHENTICATED']);
        continue;
      }
      await made.connected();
      const own = caller !== 'stranger' && caller !== 'foreign superadmin';
      const payload = { dialogs: { [dialogId]: 0 } };
      const answer = (await made.socket.timeout(5_000).emitWithAck(event, payload)) as unknown;
      expect([caller, answer]).toEqual([caller, { dialogs: own ? { [dialogId]: 1 } : {} }]);
      expect(made.events.map((one) => one.dialogId)).toEqual(own ? [dialogId] : []);
    }
  });

  it.each(Object.keys(SOCKET_EVENTS) as SocketNamespace[])('refuses any other event: %s', async (namespace) => {
    const made = socketOf(namespace, namespace === '/widget' ? 'contact' : 'superadmin');
    await made.connected();
    for (const name of ['dialog.event', 'toString', '__proto__', 'join']) {
      const answer = (await made.socket.timeout(5_000).emitWithAck(name, {})) as unknown;
      expect(answer).toMatchObject({ problem: { code: 'PERMISSION_DENIED' } });
      made.socket.emit(name, {});
    }
    expect(made.socket.connected).toBe(true);
  });

  it('refuses access tokens of a session that was ended, and cuts its sockets at once, but no other', async () => {
    const { id, token, sessionId } = await world.operator({ [world.siteId]: 'operator' });
    const other = await signAccess(world.keys, { operatorId: id, sessionId: 'another', tokenVersion: 1 });
    const [ended, going] = [world.socket('/operator', { token }), world.socket('/operator', { token: other })];
    await Promise.all([ended.connected(), going.connected()]);
    await world.admin.putOperator(
      id,
      { [world.siteId]: 'operator' },
      { endedSessions: [{ sessionId, endedAt: new Date() }] },
    );
    await until(() => !ended.socket.connected, { what: 'the socket to be cut', timeoutMs: 2_000 });
    expect(ended.told.at(-1)?.name).toBe('session.ended');
    expect((await world.call('GET', '/api/auth/me', { token })).status).toBe(401);
    expect((await world.socket('/operator', { token }).refused()).message).toBe('UNAUTHENTICATED');
    expect((await world.call('GET', '/api/auth/me', { token: other })).status).toBe(200);
    expect(going.socket.connected).toBe(true);
  });
});

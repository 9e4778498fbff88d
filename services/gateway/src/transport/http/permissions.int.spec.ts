import { Keys, type Role, signAccess, signVisitor } from '@beseda/auth';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import { type Answer, type World, makeWorld } from '../../testing/world.js';
import { type Access, ROUTES } from './route-table.js';

/** Served by every service before its own routes. */
const HEALTH = ['GET /health/live', 'GET /health/ready', 'GET /metrics'];

interface RouteLayer {
  route?: { path: string; methods: Record<string, boolean> };
}

function routesOf(express: Express): string[] {
  const { stack } = express.router as unknown as { stack: RouteLayer[] };
  return stack.flatMap(({ route }) =>
    route ? Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path}`) : [],
  );
}

const CALLERS = ['anonymous', 'contact', 'operator', 'admin', 'superadmin', 'foreign superadmin'] as const;
type Caller = (typeof CALLERS)[number];
const RANK: Record<Role, number> = { operator: 0, admin: 1, superadmin: 2 };

/** What the guard should say; undefined: it lets the caller through. */
function refusalFor(access: Access, caller: Caller): number | undefined {
  if (access.who === 'anyone') return undefined;
  if (access.who === 'contact') return caller === 'contact' ? undefined : 401;
  if (caller === 'anonymous' || caller === 'contact') return 401;
  if (caller === 'foreign superadmin') return access.site === 'path' ? 404 : undefined;
  return RANK[caller] >= RANK[access.role] ? undefined : 403;
}

describe('who may call what', () => {
  let world: World;
  let routes: string[];
  const tokens = new Map<Caller, string>();
  let dialogId: string;
  let contactId: string;

  beforeAll(async () => {
    world = await makeWorld({ BESEDA_WIDGET_RATE_FACTOR: '100' });
    routes = routesOf(world.gateway.app.getHttpAdapter().getInstance() as Express);
    const visitor = await world.visitor();
    contactId = visitor.id;
    dialogId = world.dialogs.start(world.siteId, visitor.id).id;
    tokens.set('contact', visitor.token);
    for (const role of ['operator', 'admin', 'superadmin'] as const)
      tokens.set(role, (await world.operator({ [world.siteId]: role })).token);
    tokens.set('foreign superadmin', (await world.operator({ [world.foreignSiteId]: 'superadmin' })).token);
  });
  afterAll(() => world.stop());

  it('has a row for every route, and no row without a route', () => {
    expect(routes.filter((route) => !HEALTH.includes(route)).toSorted()).toEqual(Object.keys(ROUTES).toSorted());
  });

  it('names every route in the description of the API', async () => {
    const { body } = await world.call('GET', '/api/openapi.json');
    const paths = (body as { paths: Record<string, Record<string, unknown>> }).paths;
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    );
    const all = routes.map((route) => route.replace('/*path', '/:path'));
    expect(described.map((route) => route.replace('/*path', '/:path')).toSorted()).toEqual(all.toSorted());
  });

  const attempt = (route: string, caller: Caller): Promise<Answer> => {
    const [method = '', pattern = ''] = route.split(' ');
    const path = pattern
      .replace(':siteId', world.siteId)
      .replace(':dialogId', dialogId)
      .replace(':contactId', contactId)
      .replace(/:\w+|\*path/g, 'some-name');
    const token = tokens.get(caller);
    const body = method === 'GET' ? {} : { body: {} };
    return world.call(method, path, { ...(token ? { token } : {}), ...body });
  };

  it.each(Object.entries(ROUTES).filter(([, access]) => access.who !== 'anyone'))('%s', async (route, access) => {
    for (const caller of CALLERS) {
      const answer = await attempt(route, caller);
      const expected = refusalFor(access, caller);
      const outcome = { caller, status: answer.status, detail: answer.body?.detail as string | undefined };
      if (expected !== undefined) expect(outcome).toMatchObject({ caller, status: expected });
      else {
        expect([401, 403, 500, 503]).not.toContain(outcome.status);
        expect(outcome.detail).not.toBe('There is no such site.');
      }
      if (answer.status >= 400) expect(answer.headers.get('content-type')).toContain('application/problem+json');
    }
  });

  it('lets nobody in with a token of another kind, another key or an old version', async () => {
    const old = await world.operator({ [world.siteId]: 'operator' }, { tokenVersion: 5 });
    const claims = { operatorId: old.id, sessionId: 's' };
    const strangers = [
      await signAccess(world.keys, { ...claims, tokenVersion: 4 }),
      await signAccess(new Keys('k'.repeat(40)), { ...claims, tokenVersion: 5 }),
      await signVisitor(world.keys, { siteId: world.siteId, contactId: old.id }),
      'nonsense',
    ];
    for (const token of strangers) expect((await world.call('GET', '/api/auth/me', { token })).status).toBe(401);
    expect((await world.call('GET', '/api/auth/me', { token: old.token })).status).toBe(200);
    await world.admin.putOperator(old.id, { [world.siteId]: 'operator' }, { tokenVersion: 5, disabled: true });
    expect((await world.call('GET', '/api/auth/me', { token: old.token })).status).toBe(401);
  });

  it('keeps a contact away from dialogs of another one', async () => {
    const other = await world.visitor();
    const { status } = await world.call('GET', `/api/widget/dialogs/${dialogId}/events`, { token: other.token });
    expect(status).toBe(404);
  });
});

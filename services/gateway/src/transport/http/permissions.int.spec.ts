import { type Role } from '@beseda/api';
import { Keys, signAccess, signVisitor } from '@beseda/auth';
import { settingsV1 } from '@beseda/contracts';
import { until } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import type { FakeDialog } from '../../testing/fake-dialogs.js';
import { type Answer, type World, makeWorld } from '../../testing/world.js';
import { FEATURES, ROUTES } from './features.js';
import type { Access } from './route.js';

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

const CALLERS = [
  'anonymous',
  'contact',
  'operator',
  'admin',
  'superadmin',
  'foreign superadmin',
  'disabled operator',
  'demoted admin',
  'signed-out operator',
  'restricted operator',
] as const;
type Caller = (typeof CALLERS)[number];
const RANK: Record<Role, number> = { operator: 0, admin: 1, superadmin: 2 };
const ROLE_OF: Partial<Record<Caller, Role>> = {
  operator: 'operator',
  admin: 'admin',
  superadmin: 'superadmin',
  'demoted admin': 'operator',
  'restricted operator': 'operator',
};

/** What the guard should say; undefined: it lets the caller through. */
function refusalFor(access: Access, caller: Caller): number | undefined {
  if (access.who === 'anyone') return undefined;
  if (access.who === 'contact') return caller === 'contact' ? undefined : 401;
  if (caller === 'foreign superadmin') return access.site === 'path' ? 404 : undefined;
  const role = ROLE_OF[caller];
  if (!role) return 401;
  return RANK[role] >= RANK[access.role] ? undefined : 403;
}

const ONE = settingsV1.Visibility.VISIBILITY_OWN;

/** A body good enough to get past the form to the dialog itself. */
const DIALOG_BODIES: Record<string, object> = {
  messages: { clientMessageId: 'client-1', text: 'x' },
  notes: { clientMessageId: 'client-1', text: 'x' },
  'saved-files': { clientMessageId: 'client-1', fileId: 'reply-1' },
  tags: { tags: ['a'] },
  assignee: { operatorId: null },
  read: { seq: 1 },
};
const hasDialog = (route: string): boolean => route.includes('/sites/:siteId/dialogs/:dialogId');
const dialogBody = (route: string): object => DIALOG_BODIES[route.split('/').at(-1) ?? ''] ?? {};

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
    world.dialogs.dialogs.set(dialogId, { ...dialogOf(), assigneeId: 'somebody-else' });
    await makeFallen();
  });

  const dialogOf = (): FakeDialog => {
    const dialog = world.dialogs.dialogs.get(dialogId);
    if (!dialog) throw new TypeError('the dialog was made above');
    return dialog;
  };

  /** Operators whose tokens are in date and whose rights are not what they were when they got them. */
  async function makeFallen(): Promise<void> {
    const roles = { [world.siteId]: 'admin' } as const;
    const disabled = await world.operator(roles);
    await world.admin.putOperator(disabled.id, roles, { disabled: true });
    tokens.set('disabled operator', disabled.token);
    const demoted = await world.operator(roles);
    await world.admin.putOperator(demoted.id, { [world.siteId]: 'operator' });
    tokens.set('demoted admin', demoted.token);
    const out = await world.operator(roles);
    const endedSessions = [{ sessionId: out.sessionId, endedAt: new Date() }];
    await world.admin.putOperator(out.id, roles, { endedSessions });
    tokens.set('signed-out operator', out.token);
    const role = { siteId: world.siteId, role: settingsV1.Role.ROLE_OPERATOR, visibility: ONE };
    const sites = [{ ...role, noContactExport: false, noMassMailing: false }];
    tokens.set('restricted operator', (await world.operator({}, { sites })).token);
    // The news of each is here before anything is asked.
    const me = async (caller: Caller): Promise<Answer> =>
      world.call('GET', '/api/auth/me', { token: tokens.get(caller) ?? '' });
    await until(async () => (await me('disabled operator')).status === 401, { what: 'disabled' });
    await until(async () => (await me('signed-out operator')).status === 401, { what: 'signed out' });
    await until(async () => (await me('demoted admin')).body.operator.role === 'operator', { what: 'demoted' });
  }
  afterAll(() => world.stop());

  it('has a row for every route, and no row without a route', () => {
    expect(routes.filter((route) => !HEALTH.includes(route)).toSorted()).toEqual(Object.keys(ROUTES).toSorted());
    // A row that two features have would be one of them, by chance.
    const rows = FEATURES.flatMap((feature) => Object.keys(feature.routes));
    expect(rows.toSorted()).toEqual(Object.keys(ROUTES).toSorted());
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
    const body = method === 'GET' ? {} : { body: hasDialog(route) ? dialogBody(route) : {} };
    return world.call(method, path, { ...(token ? { token } : {}), ...body });
  };

  it.each(Object.entries(ROUTES).filter(([, access]) => access.who !== 'anyone'))('%s', async (route, access) => {
    for (const caller of CALLERS) {
      const answer = await attempt(route, caller);
      const expected = refusalFor(access, caller);
      const outcome = { caller, status: answer.status, detail: answer.body?.detail as string | undefined };
      if (expected !== undefined) expect(outcome).toMatchObject({ caller, status: expected });
      else {
        const refused = [401, 403, 500, 503];
        expect(refused).not.toContain(outcome.status);
        if (caller === 'restricted operator' && hasDialog(route)) expect([400, 404]).toContain(outcome.status);
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

  it('shows an operator who sees only his own dialogs no other one, whatever he asks', async () => {
    const token = tokens.get('restricted operator') ?? '';
    const asked = Object.keys(ROUTES).filter((route) => hasDialog(route) && !route.endsWith('/files'));
    expect(asked.length).toBeGreaterThan(8);
    for (const route of asked)
      expect({ route, status: (await attempt(route, 'restricted operator')).status }).toEqual({ route, status: 404 });
    const list = await world.call('GET', `/api/sites/${world.siteId}/dialogs`, { token });
    expect(list.body.items).toEqual([]);
    const resume = { token, body: { dialogs: { [dialogId]: 0 } } };
    const resumed = await world.call('POST', `/api/sites/${world.siteId}/resume`, resume);
    expect(resumed.body).toEqual({ events: [], dialogs: {} });
  });

  it('lets admins alone manage saved replies, superadmins alone give passwords, and nobody a role above his own', async () => {
    const site = `/api/sites/${world.siteId}`;
    const manage = (caller: Caller): Promise<Answer> =>
      world.call('GET', `${site}/saved-replies?manage=1`, { token: tokens.get(caller) ?? '' });
    expect([(await manage('operator')).status, (await manage('admin')).status]).toEqual([403, 200]);
    const body = { email: 'direct@example.test', name: 'D', role: 'operator', password: 'long enough' };
    const add = (caller: Caller): Promise<Answer> =>
      world.call('POST', `${site}/operators`, { token: tokens.get(caller) ?? '', body });
    expect(await add('admin')).toMatchObject({ status: 403, body: { errors: [{ path: 'password' }] } });
    expect((await add('superadmin')).status).toBe(201);
    const strong = { email: 'strong@example.test', name: 'S', role: 'superadmin' };
    const one = await world.operator({ [world.siteId]: 'operator' });
    const attempts = [
      ['POST', `${site}/operators`, strong],
      ['PATCH', `${site}/operators/${one.id}`, { role: 'superadmin' }],
    ] as const;
    for (const [method, path, sent] of attempts)
      expect(await world.call(method, path, { token: tokens.get('admin') ?? '', body: sent })).toMatchObject({
        status: 403,
        body: { errors: [{ path: 'role', code: 'not_yours' }] },
      });
  });

  it('keeps a contact away from dialogs of another one', async () => {
    const other = await world.visitor();
    const { status } = await world.call('GET', `/api/widget/dialogs/${dialogId}/events`, { token: other.token });
    expect(status).toBe(404);
  });
});

import { appError } from '@beseda/errors';
import { until } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, type World, makeWorld } from '../../testing/world.js';

describe('the API', () => {
  let world: World;
  let token: string;
  let operatorId: string;
  let superToken: string;
  const site = (path: string): string => `/api/sites/${world.siteId}${path}`;

  beforeAll(async () => {
    world = await makeWorld();
    ({ token, id: operatorId } = await world.operator({ [world.siteId]: 'operator' }));
    superToken = (await world.operator({ [world.siteId]: 'superadmin' })).token;
  });
  afterAll(() => world.stop());

  describe('signing in', () => {
    it('gives a token and a cookie that only the auth routes get', async () => {
      const login = await world.call('POST', '/api/auth/login', {
        body: { email: `${operatorId}@example.test`, password: world.admin.password },
      });
      expect(login.status).toBe(200);
      expect(login.body).toMatchObject({
        expiresIn: 600,
        operator: {
          id: operatorId,
          role: 'operator',
          sites: [{ siteId: world.siteId, role: 'operator', name: 'Shop' }],
        },
      });
      const cookie = login.headers.get('set-cookie') ?? '';
      expect(cookie).toMatch(/^beseda_refresh=[^;]+;.*Path=\/api\/auth;.*HttpOnly;.*SameSite=Strict/);
      expect(cookie).not.toContain('Secure');
      const me = await world.call('GET', '/api/auth/me', { token: login.body.accessToken as string });
      expect(me.body.operator.id).toBe(operatorId);

      const refreshed = await world.call('POST', '/api/auth/refresh', {
        headers: { cookie: cookie.split(';')[0] ?? '' },
      });
      expect(refreshed.status).toBe(200);
      expect(refreshed.headers.get('set-cookie')).toContain('.2.mac');
    });

    it('says that the password is wrong, and that there is no session', async () => {
      const wrong = await world.call('POST', '/api/auth/login', { body: { email: 'x@y.z', password: 'no' } });
      expect(wrong.status).toBe(401);
      expect(wrong.body).toMatchObject({
        code: 'UNAUTHENTICATED',
        errors: [{ path: 'password', code: 'wrong_credentials' }],
      });
      expect((await world.call('POST', '/api/auth/refresh')).status).toBe(401);
      const ended = await world.call('POST', '/api/auth/refresh', {
        headers: { cookie: 'beseda_refresh=s-nobody.1.mac' },
      });
      expect(ended.status).toBe(401);
      expect(ended.headers.get('set-cookie')).toMatch(/^beseda_refresh=;/);
    });

    it('signs out', async () => {
      const out = await world.call('POST', '/api/auth/logout', { headers: { cookie: 'beseda_refresh=s-x.1.mac' } });
      expect(out.status).toBe(204);
      expect(world.admin.loggedOut).toContain('s-x');
      expect((await world.call('POST', '/api/auth/logout')).status).toBe(204);
    });
  });

  describe('sites and operators', () => {
    it('makes a site and an operator that can be used at once', async () => {
      const made = await world.call('POST', '/api/sites', { token: superToken, body: { name: 'Second' } });
      expect(made.status).toBe(201);
      const { siteId } = made.body as { siteId: string };
      const operator = await world.call('POST', `/api/sites/${siteId}/operators`, {
        token: superToken,
        body: { email: 'new@example.test', name: 'New', role: 'operator', password: 'long enough' },
      });
      expect(operator).toMatchObject({ status: 201, body: { operatorId: 'new' } });
      const list = await world.call('GET', `/api/sites/${siteId}/operators`, { token: superToken });
      expect((list.body.items as { id: string }[]).map(({ id }) => id)).toContain('new');
      const sites = await world.call('GET', '/api/sites', { token: superToken });
      expect((sites.body.items as { id: string }[]).map(({ id }) => id)).toEqual([world.siteId, siteId]);
    });

    it('changes a site and gives its secret', async () => {
      const changed = await world.call('PATCH', site(''), { token: superToken, body: { name: 'Renamed' } });
      expect(changed).toMatchObject({ status: 200, body: { id: world.siteId, name: 'Renamed', color: '#112233' } });
      const secret = await world.call('GET', site('/identity-secret'), { token: superToken });
      expect(secret.body).toEqual({ secret: 'identity', version: 1 });
    });
  });

  describe('dialogs', () => {
    it('serves the dialog with its contact and card, and acts on it', async () => {
      const visitor = await world.visitor();
      const dialog = world.dialogs.start(world.siteId, visitor.id);
      const path = site(`/dialogs/${dialog.id}`);
      const got = await world.call('GET', path, { token });
      expect(got.body).toMatchObject({
        id: dialog.id,
        status: 'open',
        channel: 'chat',
        assigneeId: null,
        waitingSince: '1970-01-01T00:00:00.000Z',
        contact: {
          id: visitor.id,
          avatarSeed: visitor.id,
          name: 'Anna',
          properties: { plan: 'pro' },
          utm: { source: 'x' },
        },
      });
      const send = { clientMessageId: 'client-42', text: '  Hi  ' };
      const sent = await world.call('POST', `${path}/messages`, { token, body: send });
      expect(sent).toMatchObject({ status: 200, body: { messageId: 'm-client-42', seq: 2 } });
      expect((await world.call('POST', `${path}/messages`, { token, body: send })).body).toEqual(sent.body);
      const note = await world.call('POST', `${path}/notes`, {
        token,
        body: { clientMessageId: 'client-43', text: 'n' },
      });
      expect(note.body).toEqual({ noteId: 'n', seq: 3 });
      expect((await world.call('PUT', `${path}/tags`, { token, body: { tags: ['a'] } })).body).toEqual({
        tags: ['a'],
        seq: 4,
      });
      const assigned = await world.call('PUT', `${path}/assignee`, { token, body: { operatorId } });
      expect(assigned.body).toEqual({ assigneeId: operatorId, seq: 5 });
      const nobody = await world.call('PUT', `${path}/assignee`, { token, body: { operatorId: null } });
      expect(nobody.body).toEqual({ assigneeId: null, seq: 6 });
      const stranger = await world.call('PUT', `${path}/assignee`, { token, body: { operatorId: 'stranger' } });
      expect(stranger).toMatchObject({ status: 400, body: { errors: [{ path: 'operatorId' }] } });
      expect((await world.call('PUT', `${path}/read`, { token, body: { seq: 3 } })).status).toBe(204);
      expect((await world.call('POST', `${path}/close`, { token })).status).toBe(204);
      expect(await world.call('POST', `${path}/reopen`, { token })).toMatchObject({
        status: 409,
        body: { code: 'FAILED_PRECONDITION' },
      });
      const { body } = await world.call('GET', `${path}/events?afterSeq=1&limit=2`, { token });
      expect((body.events as { seq: number; type: string }[]).map((e) => [e.seq, e.type])).toEqual([
        [2, 'message.posted'],
        [3, 'note.added'],
      ]);
      expect(body.events[0]).toMatchObject({
        actor: { kind: 'operator', id: operatorId, name: `Name of ${operatorId}` },
        payload: {
          text: 'Hi',
          author: 'operator',
          sentVia: 'web-console',
          channel: 'chat',
          clientMessageId: 'client-42',
        },
      });
      const resumed = await world.call('POST', site('/resume'), {
        token,
        body: { dialogs: { [dialog.id]: 6, gone: 1 } },
      });
      expect(resumed.body).toMatchObject({ events: [{ seq: 7 }], dialogs: { [dialog.id]: 7 } });
    });

    it('stays readable when its contact is gone', async () => {
      const dialog = world.dialogs.start(world.siteId, 'forgotten');
      const got = await world.call('GET', site(`/dialogs/${dialog.id}`), { token });
      expect(got).toMatchObject({ status: 200, body: { contact: { id: 'forgotten', name: 'Anna', history: [] } } });
    });

    it('turns "me" into the caller and passes the filter on', async () => {
      const query = 'status=closed&assignee=me&channel=chat&tag=vip&q=anna&limit=5';
      const list = await world.call('GET', site(`/dialogs?${query}`), { token });
      expect(list.status).toBe(200);
      expect(list.body.nextCursor).toBeNull();
      expect(world.dialogs.seen.at(-1)?.request).toMatchObject({
        filter: { status: 2, assignee: operatorId, channel: 1, tag: 'vip', q: 'anna' },
        limit: 5,
      });
      await world.call('GET', site('/dialogs?status=all&assignee=none'), { token });
      expect(world.dialogs.seen.at(-1)?.request).toMatchObject({ filter: { status: 0, assignee: 'none' }, limit: 0 });
      expect((await world.call('GET', site('/dialogs/counts?status=open'), { token })).body).toEqual({
        all: 3,
        mine: 1,
        unassigned: 2,
      });
      const changes = await world.call('POST', site('/dialogs/changes'), {
        token,
        body: { filter: { assignee: 'me' }, known: { d1: 4 } },
      });
      expect(changes.body).toEqual({ changed: [], gone: ['x'], first: { items: [], nextCursor: null } });
    });

    it('carries the correlation id of the request to the service and back', async () => {
      const answer = await world.call('GET', site('/dialogs'), {
        token,
        headers: { 'x-correlation-id': 'corr-12345678' },
      });
      expect(answer.headers.get('x-correlation-id')).toBe('corr-12345678');
      expect(world.dialogs.seen.at(-1)?.correlationId).toBe('corr-12345678');
      const visitor = await world.visitor();
      await world.call('POST', '/api/widget/messages', {
        token: visitor.token,
        headers: { 'x-correlation-id': 'corr-of-a-post' },
        body: { clientMessageId: 'client-9', text: 'x' },
      });
      expect(world.dialogs.seen.at(-1)?.correlationId).toBe('corr-of-a-post');
    });
  });

  describe('validation', () => {
    const message = { clientMessageId: 'client-1', text: 'x' };
    it.each([
      ['an unknown key', { ...message, extra: 1 }, 'extra', 'unknown_field'],
      ['an empty text', { ...message, text: '   ' }, 'text', 'required'],
      ['a text of 10,001 characters', { ...message, text: 'x'.repeat(10_001) }, 'text', 'too_long'],
      ['a short clientMessageId', { ...message, clientMessageId: 'short' }, 'clientMessageId', 'invalid_value'],
      ['a missing text', { clientMessageId: 'client-1' }, 'text', 'required'],
    ])('refuses %s and names the field', async (_, body, path, code) => {
      const { token: visitor } = await world.visitor();
      const answer = await world.call('POST', '/api/widget/messages', { token: visitor, body });
      expect(answer.status).toBe(400);
      expect(answer.body.errors).toEqual([{ path, code, message: expect.any(String) }]);
    });

    it('takes a text of exactly 10,000 characters', async () => {
      const { token: visitor } = await world.visitor();
      const body = { ...message, text: 'я'.repeat(10_000) };
      expect((await world.call('POST', '/api/widget/messages', { token: visitor, body })).status).toBe(200);
    });

    it.each([
      ['GET', '/dialogs?limit=0'],
      ['GET', '/dialogs?limit=101'],
      ['GET', '/dialogs?status=half-open'],
      ['GET', '/dialogs?limt=5'],
      ['GET', '/dialogs/d1/events?afterSeq=-1'],
      ['GET', '/dialogs/d1/events?afterSeq=2&beforeSeq=9'],
    ])('refuses %s %s', async (method, path) => {
      expect(await world.call(method, site(path), { token })).toMatchObject({
        status: 400,
        body: { code: 'INVALID_ARGUMENT' },
      });
    });

    it('answers a body that is no JSON, too large or of another type with a problem', async () => {
      const { token: visitor } = await world.visitor();
      const post = (body: string, type = 'application/json') =>
        world.call('POST', '/api/widget/messages', { token: visitor, body, headers: { 'content-type': type } });
      expect(await post('{"text":')).toMatchObject({ status: 400, body: { code: 'INVALID_ARGUMENT' } });
      expect(await post(JSON.stringify({ ...message, text: 'x'.repeat(300_000) }))).toMatchObject({ status: 413 });
      expect(await post('text=1', 'application/x-www-form-urlencoded')).toMatchObject({ status: 400 });
    });

    it('knows nothing of other routes and methods', async () => {
      for (const [method, path] of [
        ['GET', '/api/nothing'],
        ['DELETE', '/api/sites'],
        ['POST', '/nothing'],
      ] as const)
        expect(await world.call(method, path, { token })).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
      expect((await world.call('GET', site('/dialogs/..%2f..%2fetc'), { token })).status).toBe(404);
    });

    it('never shows what failed inside', async () => {
      world.dialogs.dialogs.set('broken', undefined as never);
      const visitor = await world.visitor();
      world.contacts.contacts.delete(visitor.id);
      const dialog = world.dialogs.start(world.siteId, visitor.id);
      dialog.events = undefined as never;
      const answer = await world.call('GET', site(`/dialogs/${dialog.id}/events`), { token });
      expect(answer.status).toBe(500);
      expect(answer.text).not.toMatch(/TypeError|\.ts|at /);
      world.dialogs.dialogs.delete(dialog.id);
      world.dialogs.dialogs.delete('broken');
    });
  });

  describe('the widget', () => {
    it('opens a session, and the same contact again with its token', async () => {
      const body = {
        siteId: world.siteId,
        page: { url: 'https://shop.test/', title: 'Shop', referrer: '' },
        device: { language: 'ru-RU', timezone: 'Europe/Moscow', screen: '1x1' },
      };
      const first = await world.call('POST', '/api/widget/sessions', { body });
      expect(first.status).toBe(200);
      expect(first.body.settings).toMatchObject({
        siteId: world.siteId,
        color: '#112233',
        language: 'auto',
        greeting: { ru: 'Привет', en: 'Hello' },
        poweredBy: true,
        maxFileBytes: 2_097_152,
        contact: { name: 'Anna', email: null, phone: null, userId: null },
      });
      expect(world.contacts.seen.at(-1)).toMatchObject({
        siteId: world.siteId,
        request: { page: { url: 'https://shop.test/' }, device: { language: 'ru-RU', timezone: 'Europe/Moscow' } },
      });
      const again = await world.call('POST', '/api/widget/sessions', {
        body: { siteId: world.siteId, token: first.body.token as string },
      });
      expect(again.body.contactId).toBe(first.body.contactId);
      expect((await world.call('POST', '/api/widget/sessions', { body: { siteId: 'unknown' } })).status).toBe(404);
    });

    it('has the whole look of the site in its settings', async () => {
      const { body } = await world.call('POST', '/api/widget/sessions', { body: { siteId: world.siteId } });
      expect(body.settings).toMatchObject({
        ...{ fallbackLanguage: 'en', avatarUrl: null, caption: { ru: 'Есть вопрос?', en: 'A question?' } },
        ...{ hideCaption: false, corner: 'bottom-right', marginX: 20, marginY: 0, visibility: 'always', theme: 'auto' },
        ...{ senderName: 'Shop', online: false },
        offline: { enabled: true, text: { ru: 'Нас нет', en: 'We are out' }, ask: 'email', consentUrl: '' },
      });
      expect((body.settings.operators as unknown[]).length).toBeLessThanOrEqual(3);
    });

    it('tells on which hosts it was seen: not of its own pages, nor of a preview', async () => {
      const open = (url: string, more: object = {}): Promise<Answer> =>
        world.call('POST', '/api/widget/sessions', { body: { siteId: world.siteId, page: { url }, ...more } });
      await open('https://previewed.test/', { preview: true });
      await open(`${world.url}/demo`);
      await open('https://seen.test:8443/page?x=1');
      await open('https://seen.test:8443/other');
      await until(() => world.admin.seenHosts.some(({ host }) => host === 'seen.test:8443'), { what: 'the host' });
      const hosts = world.admin.seenHosts.map(({ siteId, host }) => `${siteId} ${host}`);
      expect(hosts).toContain(`${world.siteId} seen.test:8443`);
      expect(new Set(hosts).size).toBe(hosts.length);
      expect(hosts.join()).not.toMatch(/previewed|127\.0\.0\.1/);
      expect((await open('x', { preview: false })).status).toBe(400);
    });

    it('names the field that a visitor gave wrongly', async () => {
      const { token: visitor } = await world.visitor();
      const fields = [{ path: 'email', code: 'invalid_value', message: 'is no address' }];
      world.server.failOnce('Identify', appError('INVALID_ARGUMENT', 'No.', { fields }));
      const body = { email: 'no', phone: '1' };
      expect(await world.call('POST', '/api/widget/identify', { token: visitor, body })).toMatchObject({
        status: 400,
        body: { errors: [{ path: 'email', code: 'invalid_value' }] },
      });
    });

    it('hides what a contact may not see, and keeps the order', async () => {
      const visitor = await world.visitor();
      const dialog = world.dialogs.start(world.siteId, visitor.id);
      const operator = { kind: 'operator', id: operatorId, siteId: world.siteId, role: 'operator' } as const;
      world.dialogs.note(dialog, operator, 'secret');
      world.dialogs.message(dialog, operator, 'Hello');
      const { body } = await world.call('GET', `/api/widget/dialogs/${dialog.id}/events`, { token: visitor.token });
      expect(body.events[1]).toEqual({ dialogId: dialog.id, seq: 2, type: 'hidden' });
      expect(body.events[2]).toMatchObject({
        seq: 3,
        payload: { text: 'Hello' },
        actor: { name: `Name of ${operatorId}`, avatarUrl: null },
      });
      expect(body.events[2].payload).not.toHaveProperty('clientMessageId');
      const resumed = await world.call('POST', '/api/widget/resume', {
        token: visitor.token,
        body: { dialogs: { [dialog.id]: 1 } },
      });
      expect(resumed.body.events[0]).toEqual({ dialogId: dialog.id, seq: 2, type: 'hidden' });
      const list = await world.call('GET', '/api/widget/dialogs', { token: visitor.token });
      expect(list.body.items).toMatchObject([{ id: dialog.id, assigneeId: null, tags: [], waitingSince: null }]);
    });

    it('passes on what the page says of the visitor', async () => {
      const { token: visitor, id } = await world.visitor();
      const post = (path: string, body: object) => world.call('POST', `/api/widget/${path}`, { token: visitor, body });
      expect((await post('identify', { name: 'B', properties: { age: 5, vip: true } })).status).toBe(204);
      expect(world.contacts.seen.at(-1)?.request).toMatchObject({ name: 'B', properties: { age: 5, vip: true } });
      expect((await post('track', { event: 'buy', props: { sum: 5 }, at: '2026-01-02T03:04:05.000Z' })).status).toBe(
        204,
      );
      expect(world.contacts.seen.at(-1)?.request).toMatchObject({ event: 'buy', at: new Date('2026-01-02T03:04:05Z') });
      expect((await post('pageviews', { url: 'https://a/', title: 'A' })).status).toBe(204);
      const dialog = world.dialogs.start(world.siteId, id);
      expect((await post(`dialogs/${dialog.id}/receipts`, { readSeq: 1 })).status).toBe(204);
      expect(world.dialogs.seen.at(-1)?.request).toEqual({ dialogId: dialog.id, deliveredSeq: 0, readSeq: 1 });
      expect((await post('auth', { userId: 'u', hmac: 'ab'.repeat(32) })).body).toEqual({ token: 't', contactId: id });
    });
  });

  it('measures requests by route and tells no query', async () => {
    await world.call('GET', site('/dialogs?q=private'), { token });
    const metrics = await world.call('GET', '/metrics');
    expect(metrics.text).toContain('route="/api/sites/:siteId/dialogs"');
    expect(metrics.text).not.toContain('private');
  });
});

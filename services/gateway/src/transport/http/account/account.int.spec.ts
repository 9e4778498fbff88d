import { presenceV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RIGHT_CODE } from '../../../testing/fake-sign-in.js';
import { picture } from '../../../testing/pictures.js';
import { type Answer, type World, makeWorld } from '../../../testing/world.js';

describe('the own account', () => {
  let world: World;
  let me: { id: string; token: string; sessionId: string };

  beforeAll(async () => {
    world = await makeWorld();
  });
  beforeEach(async () => {
    me = await world.operator({ [world.siteId]: 'operator' });
  });
  afterAll(() => world.stop());

  const call = (method: string, path = '', body?: unknown): Promise<Answer> =>
    world.call(method, `/api/account${path}`, { token: me.token, ...(body === undefined ? {} : { body }) });

  it('is shown and changed, and the next request knows it', async () => {
    const { body } = await call('GET');
    expect(body).toMatchObject({ id: me.id, locale: null, theme: null, avatarUrl: null, secondFactor: false });
    const change = {
      version: body.version as number,
      name: 'Анна',
      internalName: 'Anna N.',
      locale: 'ru',
      theme: 'dark',
    };
    const changed = await call('PATCH', '', change);
    expect(changed).toMatchObject({ status: 200, body: { name: 'Анна', locale: 'ru', theme: 'dark' } });
    expect(changed.body.version).toBeGreaterThan(body.version as number);
    const { operator } = (await world.call('GET', '/api/auth/me', { token: me.token })).body;
    expect(operator).toMatchObject({ name: 'Анна', internalName: 'Anna N.', locale: 'ru', theme: 'dark' });
    expect(operator.sites).toMatchObject([{ siteId: world.siteId, visibility: 'all', noMassMailing: false }]);
  });

  it('meets the change of another tab as a conflict, once', async () => {
    const { version } = (await call('GET')).body as { version: number };
    await call('PATCH', '', { version, name: 'First' });
    const before = world.server.calls.filter((method) => method === 'UpdateAccount').length;
    expect(await call('PATCH', '', { version, name: 'Late' })).toMatchObject({
      status: 409,
      body: { code: 'ABORTED', errors: [{ path: 'version', code: 'stale_version' }] },
    });
    expect(world.server.calls.filter((method) => method === 'UpdateAccount')).toHaveLength(before + 1);
  });

  it('names wrong fields by stable words', async () => {
    const wrong = { name: ' ', locale: 'de', theme: 5, email: 'x@y.z', internalName: 'x'.repeat(201) };
    const { status, body } = await call('PATCH', '', wrong);
    expect(status).toBe(400);
    const codes = Object.fromEntries((body.errors as { path: string; code: string }[]).map((e) => [e.path, e.code]));
    expect(codes).toEqual({
      name: 'required',
      locale: 'invalid_value',
      theme: 'invalid_value',
      email: 'unknown_field',
      internalName: 'too_long',
    });
  });

  describe('picture', () => {
    const put = (content: Uint8Array, name = 'me.png', type = 'image/png'): Promise<Answer> => {
      const form = new FormData();
      form.set('file', new Blob([Uint8Array.from(content)], { type }), name);
      return call('PUT', '/avatar', form);
    };
    const LIMIT = 2_097_152;

    it('is served to anyone, for ever, and taken away', async () => {
      const { status, body } = await put(picture(16, 17));
      expect(status).toBe(200);
      expect(body.avatarUrl).toMatch(/^\/api\/avatars\/operators\/avatar-[\w-]+$/);
      const served = await fetch(world.url + (body.avatarUrl as string));
      expect(served.status).toBe(200);
      expect(Buffer.from(await served.arrayBuffer())).toEqual(picture(16, 17));
      const header = (name: string): string | null => served.headers.get(name);
      expect(header('content-type')).toBe('image/png');
      expect(header('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(header('x-content-type-options')).toBe('nosniff');
      expect(header('content-security-policy')).toContain('sandbox');
      expect(header('cross-origin-resource-policy')).toBe('cross-origin');
      expect((await put(picture(16, 17))).body.avatarUrl).toBe(body.avatarUrl);
      expect((await call('DELETE', '/avatar')).body.avatarUrl).toBeNull();
    });

    it.each([
      ['is not square', picture(16, 18), 'not_square'],
      ['is no picture', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'wrong_type'],
      ['only says it is one', Buffer.from('not a picture'), 'wrong_type'],
      ['is a GIF', Buffer.from('R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==', 'base64'), 'wrong_type'],
      ['has too many pixels', picture(4_097, 4_097), 'too_many_pixels'],
    ])('is refused when it %s', async (_, content, code) => {
      expect(await put(content)).toMatchObject({ status: 400, body: { errors: [{ path: 'file', code }] } });
    });

    it('may have exactly the limit, whatever the site takes otherwise', async () => {
      await world.admin.putSite({ id: world.siteId, maxFileBytes: 10 });
      const small = picture(8, 8, 1).length - 1;
      expect((await put(picture(8, 8, LIMIT - small))).status).toBe(200);
      expect(await put(picture(8, 8, LIMIT - small + 1))).toMatchObject({
        status: 413,
        body: { errors: [{ path: 'file', code: 'too_large' }], detail: expect.stringContaining('2,097,152') },
      });
      await world.admin.putSite({ id: world.siteId });
    });

    it('is the only kind of file that is served so', async () => {
      const { token } = await world.visitor();
      const form = new FormData();
      form.set('clientMessageId', 'client-00001');
      form.set('file', new Blob([Uint8Array.from(picture(2, 2))]), 'a.png');
      const sent = await world.call('POST', '/api/widget/files', { token, body: form });
      const path = `/api/widget/dialogs/${sent.body.dialogId}/events?afterSeq=${(sent.body.seq as number) - 1}`;
      const { body } = await world.call('GET', path, { token });
      const fileId = body.events[0].payload.file.id as string;
      const avatar = (await put(picture(4, 4))).body.avatarUrl.split('/').at(-1) as string;
      for (const where of [
        `${world.siteId}/${fileId}`,
        `operators/${fileId}`,
        `${world.siteId}/${avatar}`,
        'operators/avatar-x',
      ])
        expect((await world.call('GET', `/api/avatars/${where}`)).status).toBe(404);
    });
  });

  it('changes the password, and names the wrong one', async () => {
    const change = (currentPassword: string): Promise<Answer> =>
      call('POST', '/password', { currentPassword, newPassword: 'a new one' });
    expect(await change('wrong')).toMatchObject({ status: 400, body: { errors: [{ path: 'currentPassword' }] } });
    expect((await change(world.admin.password)).status).toBe(204);
    expect(world.server.last('ChangePassword')?.request).toMatchObject({ sessionId: me.sessionId });
  });

  it('lists the sessions and ends them', async () => {
    const session = (id: string) => ({
      ...{ id, createdAt: new Date(0), lastUsedAt: new Date(1_000), address: '203.0.113.1', userAgent: 'Tests/1' },
    });
    world.account.sessions.set(me.id, [session(me.sessionId), session('other'), session('third')]);
    const { body } = await call('GET', '/sessions');
    expect(body.items[0]).toEqual({
      ...session(me.sessionId),
      createdAt: '1970-01-01T00:00:00.000Z',
      lastUsedAt: '1970-01-01T00:00:01.000Z',
      current: true,
    });
    expect(body.items[1]).toMatchObject({ id: 'other', current: false });
    expect((await call('DELETE', '/sessions/other')).status).toBe(204);
    expect((await call('DELETE', '/sessions/unknown')).status).toBe(204);
    expect((await call('DELETE', '/sessions')).status).toBe(204);
    expect((await call('GET', '/sessions')).body.items).toMatchObject([{ id: me.sessionId }]);
  });

  it('turns a second factor on and off', async () => {
    expect((await call('POST', '/second-factor', { currentPassword: world.admin.password })).body).toEqual({
      secret: expect.any(String),
      uri: expect.stringMatching(/^otpauth:/),
    });
    expect(await call('POST', '/second-factor/confirm', { code: '1' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'code', code: 'wrong_code' }] },
    });
    const confirmed = await call('POST', '/second-factor/confirm', { code: RIGHT_CODE });
    expect(confirmed.body).toEqual({ recoveryCodes: ['one', 'two'] });
    expect((await call('POST', '/recovery-codes', { code: RIGHT_CODE })).body).toEqual({ recoveryCodes: ['three'] });
    expect((await call('DELETE', '/second-factor', { code: RIGHT_CODE })).status).toBe(204);
  });

  it('says online or away, to the service that keeps it', async () => {
    expect((await call('PUT', '/status', { status: 'away' })).body).toEqual({ state: 'away' });
    expect(world.server.last('SetStatus')?.request).toEqual({ status: presenceV1.OperatorState.OPERATOR_STATE_AWAY });
    expect((await call('PUT', '/status', { status: 'offline' })).status).toBe(400);
    world.server.failOnce('SetStatus', appError('PERMISSION_DENIED', 'Not you.'));
    expect((await call('PUT', '/status', { status: 'online' })).status).toBe(403);
  });
});

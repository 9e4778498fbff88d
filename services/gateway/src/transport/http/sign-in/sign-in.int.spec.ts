import { appError } from '@beseda/errors';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RIGHT_CODE, WITH_SECOND_FACTOR } from '../../../testing/fake-sign-in.js';
import { type Answer, type World, makeWorld } from '../../../testing/world.js';
import { safeBack } from './single-sign-on.controller.js';

describe('signing in by steps', () => {
  let world: World;
  let operatorId: string;

  beforeAll(async () => {
    world = await makeWorld();
    operatorId = (await world.operator({ [world.siteId]: 'operator' })).id;
    await world.admin.putOperator('two-factors', { [world.siteId]: 'operator' });
  });
  afterAll(() => world.stop());

  const post = (path: string, body: object, headers: Record<string, string> = {}): Promise<Answer> =>
    world.call('POST', `/api/auth/${path}`, { body, headers });
  const start = (): Promise<Answer> => post('login', { email: WITH_SECOND_FACTOR, password: world.admin.password });

  it('asks for a code and a new password, and gives the session and its cookie only then', async () => {
    const first = await start();
    expect(first).toMatchObject({ status: 200, body: { next: 'code', ticket: expect.any(String), expiresIn: 300 } });
    expect(first.body).not.toHaveProperty('accessToken');
    expect(first.headers.get('set-cookie')).toBeNull();
    const second = await post('login/continue', { ticket: first.body.ticket as string, code: RIGHT_CODE });
    expect(second).toMatchObject({ status: 200, body: { next: 'password' } });
    expect(second.headers.get('set-cookie')).toBeNull();
    const answer = { ticket: second.body.ticket as string, newPassword: 'my own now' };
    const third = await post('login/continue', answer);
    expect(third).toMatchObject({
      status: 200,
      body: { accessToken: expect.any(String), operator: { id: 'two-factors' } },
    });
    expect(third.headers.get('set-cookie')).toMatch(/^beseda_refresh=[^;]+;.*HttpOnly;.*SameSite=Strict/);
  });

  it('names what is wrong', async () => {
    const { body } = await start();
    const ticket = body.ticket as string;
    expect(await post('login/continue', { ticket, code: '000000' })).toMatchObject({
      status: 401,
      body: { code: 'UNAUTHENTICATED', errors: [{ path: 'code', code: 'wrong_code' }] },
    });
    expect(await post('login/continue', { ticket: 'old', code: RIGHT_CODE })).toMatchObject({
      status: 401,
      body: { errors: [{ path: 'ticket', code: 'expired' }] },
    });
    for (const both of [{ ticket }, { ticket, code: '1', newPassword: 'long enough' }])
      expect(await post('login/continue', both)).toMatchObject({ status: 400, body: { errors: [{ path: 'code' }] } });
  });

  it('passes on who tries, with what', async () => {
    await world.call('POST', '/api/auth/login', {
      body: { email: 'x@y.z', password: 'no' },
      headers: { 'user-agent': 'Tests/1' },
    });
    expect(world.admin.signIn.logins.at(-1)).toMatchObject({ address: '127.0.0.1', userAgent: 'Tests/1' });
  });

  it('says which ways there are', async () => {
    const { body } = await world.call('GET', '/api/auth/options');
    expect(body).toEqual({ singleSignOn: true, passwordsOff: false, mailServer: false });
  });

  it('resets a password, and tells nobody whether an address is known', async () => {
    for (const email of [`${operatorId}@example.test`, 'nobody@example.test'])
      expect(await post('password-reset', { email, locale: 'ru' })).toMatchObject({ status: 204, text: '' });
    expect(world.server.last('RequestPasswordReset')?.request).toMatchObject({
      email: 'nobody@example.test',
      locale: 'ru',
    });
    const confirm = (token: string): Promise<Answer> =>
      post('password-reset/confirm', { token, newPassword: 'another one' });
    expect((await confirm(world.admin.signIn.resetToken)).status).toBe(204);
    expect(await confirm('used')).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'token', code: 'expired' }] },
    });
  });

  it('sends so many resets for one address and no more', async () => {
    const outcomes: Answer[] = [];
    for (let sent = 0; sent < 25; sent += 1) outcomes.push(await post('password-reset', { email: 'a@b.c' }));
    const refused = outcomes.find(({ status }) => status === 429);
    expect(refused?.body).toMatchObject({ code: 'RATE_LIMITED', detail: expect.stringContaining('password resets') });
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(1);
  });

  describe('at another place', () => {
    const go = (path: string, cookie?: string): Promise<Answer> =>
      world.call('GET', `/api/auth/oidc/${path}`, { headers: cookie ? { cookie } : {} });

    it('goes to the provider and comes back signed in, to the page it began on', async () => {
      const left = await go('start?back=%2Fdialogs%2Fd1%3Fx%3D1');
      expect([left.status, left.headers.get('location')]).toEqual([302, 'https://id.example/authorize?x=1']);
      const cookie = left.headers.get('set-cookie') ?? '';
      expect(cookie).toMatch(/^beseda_oidc=[^;]+; Max-Age=600; Path=\/api\/auth\/oidc;.*HttpOnly;.*SameSite=Lax/);
      const back = await go(`callback?code=${operatorId}&state=s`, cookie.split(';')[0]);
      expect([back.status, back.headers.get('location')]).toEqual([302, '/dialogs/d1?x=1']);
      const cookies = back.headers.getSetCookie();
      expect(cookies.find((one) => one.startsWith('beseda_refresh='))).toMatch(/HttpOnly;.*SameSite=Strict/);
      expect(cookies.find((one) => one.startsWith('beseda_oidc='))).toMatch(/^beseda_oidc=;/);
      expect(world.server.last('FinishSingleSignOn')?.request).toMatchObject({
        url: `${world.url}/api/auth/oidc/callback?code=${operatorId}&state=s`,
      });
    });

    it('tells the login page what went wrong, and gives no session', async () => {
      const cookie = `beseda_oidc=sealed.${btoa('/')}`;
      for (const [path, given, word] of [
        ['callback?code=stranger', cookie, 'unknown'],
        ['callback?code=x', undefined, 'expired'],
      ] as const) {
        const back = await go(path, given);
        expect([back.status, back.headers.get('location')]).toEqual([302, `/login?sso=${word}`]);
        expect(back.headers.get('set-cookie')).not.toContain('beseda_refresh');
      }
      world.server.failOnce('StartSingleSignOn', appError('FAILED_PRECONDITION', 'Single sign-on is not set up.'));
      expect((await go('start')).headers.get('location')).toBe('/login?sso=failed');
      // A provider that is away is told at once: asked a second time, this one would be there again.
      world.server.failOnce('StartSingleSignOn', appError('UNAVAILABLE', 'The provider did not answer.'));
      expect((await go('start')).headers.get('location')).toBe('/login?sso=failed');
      world.server.failOnce('FinishSingleSignOn', new Error('inside'));
      expect((await go('callback?code=x', cookie)).headers.get('location')).toBe('/login?sso=failed');
    });

    it.each([
      ['/settings?tab=1#x', '/settings?tab=1#x'],
      ['//evil.example/x', '/'],
      ['/\\evil.example', '/'],
      ['/\t/evil.example', '/'],
      ['/.//evil.example', '/'],
      ['/x/..//evil.example', '/'],
      ['https://evil.example', '/'],
      ['javascript:alert(1)', '/'],
      [undefined, '/'],
      [['/a', '/b'], '/'],
    ])('goes back from %j to %s', (given, expected) => {
      expect(safeBack(given)).toBe(expected);
    });
  });
});

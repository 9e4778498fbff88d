import { appError } from '@beseda/errors';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { picture } from '../../../testing/pictures.js';
import { type Answer, type World, makeWorld } from '../../../testing/world.js';

describe('settings of a site', () => {
  let world: World;
  let token: string;

  beforeAll(async () => {
    world = await makeWorld();
    token = (await world.operator({ [world.siteId]: 'admin' })).token;
  });
  afterAll(() => world.stop());

  const call = (method: string, path = '/settings', body?: unknown): Promise<Answer> =>
    world.call(method, `/api/sites/${world.siteId}${path}`, { token, ...(body === undefined ? {} : { body }) });
  const version = async (): Promise<number> => (await call('GET')).body.version as number;

  it('are shown whole', async () => {
    const { status, body } = await call('GET');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      name: 'Shop',
      number: 1,
      senderName: 'Shop',
      senderAddress: 'shop@app1.example.test',
      mailDomain: 'app1.example.test',
      poweredByLocked: 'no_licence',
      seen: [{ host: 'shop.example', at: '2026-01-02T03:04:05.000Z' }],
      widget: {
        ...{ color: '#112233', language: 'auto', fallbackLanguage: 'en', poweredBy: true, avatarUrl: null },
        ...{ greeting: { ru: 'Привет', en: 'Hello' }, caption: { ru: 'Есть вопрос?', en: 'A question?' } },
        ...{ hideCaption: false, corner: 'bottom-right', marginX: 20, marginY: 0, visibility: 'always', theme: 'auto' },
      },
      offline: { enabled: true, text: { ru: 'Нас нет', en: 'We are out' }, ask: 'email', consentUrl: '' },
    });
  });

  it('take a change of any part and answer with the whole, which the widget’s next session has', async () => {
    const before = (await call('GET')).body;
    const patch = {
      version: await version(),
      domains: ['shop.example'],
      widget: { color: '#445566', corner: 'top-left', caption: { ru: 'Да?', en: 'Yes?' } },
    };
    const changed = await call('PATCH', '/settings', patch);
    expect(changed).toMatchObject({ status: 200, body: { domains: ['shop.example'], widget: patch.widget } });
    expect(changed.body.version).toBe(patch.version + 1);
    expect(world.server.last('UpdateSite')?.request).toMatchObject({
      widget: { color: '#445566', theme: undefined },
      name: undefined,
      offline: undefined,
    });
    const session = await world.call('POST', '/api/widget/sessions', { body: { siteId: world.siteId } });
    expect(session.body.settings).toMatchObject({
      color: '#445566',
      corner: 'top-left',
      caption: patch.widget.caption,
    });
    const { color, corner, caption } = before.widget as Record<string, unknown>;
    await call('PATCH', '/settings', { version: 0, domains: [], widget: { color, corner, caption } });
  });

  it('meet a change made meanwhile as a conflict, and are not changed', async () => {
    const known = await version();
    await call('PATCH', '/settings', { version: known, name: 'Shop' });
    expect(await call('PATCH', '/settings', { version: known, name: 'Mine' })).toMatchObject({
      status: 409,
      body: { code: 'ABORTED', errors: [{ path: 'version', code: 'stale_version' }] },
    });
    expect((await call('GET')).body.name).toBe('Shop');
  });

  it.each([
    ['widget.color', 'widget.color'],
    ['domains.items.3', 'domains.3'],
    ['offline.consentUrl', 'offline.consentUrl'],
    ['senderName', 'senderName'],
  ])('name the field %s of the service as %s', async (path, expected) => {
    const fields = [{ path, code: 'too_long', message: 'is too long' }];
    world.server.failOnce('UpdateSite', appError('INVALID_ARGUMENT', 'No.', { fields }));
    expect(await call('PATCH', '/settings', { version: 0, name: 'X' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: expected, code: 'too_long', message: 'is too long' }] },
    });
  });

  it.each([
    ['no version', { name: 'X' }, 'version', 'required'],
    ['an unknown field', { version: 1, colour: '#000000' }, 'colour', 'unknown_field'],
    ['an unknown field of the widget', { version: 1, widget: { avatarUrl: 'x' } }, 'widget.avatarUrl', 'unknown_field'],
    ['a wrong colour', { version: 1, widget: { color: 'red' } }, 'widget.color', 'invalid_value'],
    ['a wrong corner', { version: 1, widget: { corner: 'middle' } }, 'widget.corner', 'invalid_value'],
    ['half an offline message', { version: 1, offline: { enabled: true } }, 'offline.text', 'required'],
    ['a negative margin', { version: 1, widget: { marginX: -1 } }, 'widget.marginX', 'too_small'],
  ])('refuse %s and name it', async (_, body, path, code) => {
    const answer = await call('PATCH', '/settings', body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toContainEqual({ path, code, message: expect.any(String) });
  });

  it('have a picture, which the widget shows', async () => {
    const form = new FormData();
    form.set('file', new Blob([Uint8Array.from(picture(8, 8))]), 'logo.png');
    const { body } = await call('PUT', '/avatar', form);
    expect(body.widget.avatarUrl).toMatch(new RegExp(`^/api/avatars/${world.siteId}/avatar-`));
    expect((await world.call('GET', body.widget.avatarUrl as string)).status).toBe(200);
    const sites = await world.call('GET', '/api/sites', { token });
    expect(sites.body.items[0].avatarUrl).toBe(body.widget.avatarUrl);
    const session = await world.call('POST', '/api/widget/sessions', { body: { siteId: world.siteId } });
    expect(session.body.settings.avatarUrl).toBe(body.widget.avatarUrl);
    expect((await call('DELETE', '/avatar')).body.widget.avatarUrl).toBeNull();
  });

  it('have a secret that can be made anew', async () => {
    expect((await call('GET', '/identity-secret')).body).toEqual({ secret: 'identity', version: 1 });
    expect((await call('POST', '/identity-secret/rotate')).body).toEqual({ secret: 'another', version: 2 });
  });

  it('say how mails leave', async () => {
    expect((await call('GET', '/mail')).body).toEqual({ server: false, from: 'beseda@example.test' });
  });
});

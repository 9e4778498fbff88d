import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RawAnswer, type World, makeWorld, raw } from '../../testing/world.js';

/** What odd clients and hostile ones send: a refusal each time, short, and never a failure of ours. */
describe('odd input', () => {
  let world: World;
  let token: string;
  let visitor: string;

  beforeAll(async () => {
    world = await makeWorld({ BESEDA_TRUST_PROXY: '1' });
    token = (await world.operator({ [world.siteId]: 'admin' })).token;
    visitor = (await world.visitor()).token;
  });
  afterAll(() => world.stop());

  const refused = (answer: { status: number; text: string; body?: unknown }): void => {
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_ARGUMENT' } });
    expect(Buffer.byteLength(answer.text)).toBeLessThan(20_000);
  };

  it('takes no bodies that are nested without end, on any route', async () => {
    for (const body of ['['.repeat(20_000) + ']'.repeat(20_000), '{"a":'.repeat(20_000) + '1' + '}'.repeat(20_000)])
      for (const path of ['/api/auth/login', '/api/widget/sessions', '/api/auth/refresh'])
        refused(await world.call('POST', path, { body }));
  });

  it('answers a heap of unknown keys with a short list', async () => {
    const keys = (count: number): object =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`unknown-${index}`, 1]));
    for (const count of [900, 9_000]) refused(await world.call('POST', '/api/auth/login', { body: keys(count) }));
    const answer = await world.call('POST', '/api/auth/login', { body: keys(900) });
    expect(answer.body).toMatchObject({ errors: { length: 20 }, detail: expect.stringMatching(/and 88\d more$/) });
  });

  it('names properties that JavaScript keeps for itself instead of losing them', async () => {
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      const body = `{"properties":{"plan":"pro","${key}":"x"}}`;
      const answer = await world.call('POST', '/api/widget/identify', { token: visitor, body });
      refused(answer);
      expect(answer.body).toMatchObject({ errors: [{ path: `properties.${key}`, code: 'invalid_value' }] });
    }
  });

  it('takes no control characters in queries', async () => {
    for (const path of ['audit?q=%00', 'audit?subject=a%0ab', 'dialogs?cursor=%7f', 'audit/export?q=%00']) {
      const answer = await world.call('GET', `/api/sites/${world.siteId}/${path}`, { token });
      refused(answer);
      expect(answer.body).toMatchObject({ errors: [{ message: 'must not contain control characters' }] });
    }
  });

  it('works for whoever is behind a proxy that writes nonsense', async () => {
    for (const [name, value] of Object.entries({ 'x-forwarded-for': 'caf\u00e9', 'user-agent': '\u00ff\u00e9' })) {
      const body = JSON.stringify({ login: 'a@b.example', password: 'wrong' });
      const sent = { method: 'POST', headers: { 'content-type': 'application/json', [name]: value }, body };
      expect((await raw(world.url, '/api/auth/login', sent)).status).toBeLessThan(500);
    }
  });

  it('refuses addresses that nobody can decode', async () => {
    for (const path of ['/%', '/%ff', '/widget/assets/%c3', '/api/sites/%/dialogs', '/api/files/%ff/x'])
      expect((await raw(world.url, path, { headers: { accept: 'text/html' } })).status).toBeLessThan(500);
  });

  it('refuses parts of pages that are not there as HTTP says', async () => {
    const ask = (headers: Record<string, string>): Promise<RawAnswer> =>
      raw(world.url, '/main-ABCD2345.js', { headers });
    const part = await ask({ range: 'bytes=999-', 'accept-encoding': 'br' });
    expect(part).toMatchObject({ status: 416, headers: { 'content-range': 'bytes */7', 'cache-control': 'no-cache' } });
    expect(part.headers['content-encoding']).toBeUndefined();
    expect(JSON.parse(part.text)).toMatchObject({ status: 416 });
    expect(await ask({ 'if-match': '"another"' })).toMatchObject({ status: 412 });
    expect((await ask({ range: 'lines=1-' })).status).toBe(200);
  });
});

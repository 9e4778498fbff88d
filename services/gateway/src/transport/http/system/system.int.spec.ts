import { appError } from '@beseda/errors';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, type World, makeWorld } from '../../../testing/world.js';

describe('keys, audit and billing', () => {
  let world: World;
  let token: string;
  let superToken: string;

  beforeAll(async () => {
    world = await makeWorld();
    token = (await world.operator({ [world.siteId]: 'admin' })).token;
    superToken = (await world.operator({ [world.siteId]: 'superadmin' })).token;
  });
  afterAll(() => world.stop());

  const call = (method: string, path: string, body?: unknown, by = token): Promise<Answer> =>
    world.call(method, `/api/sites/${world.siteId}${path}`, { token: by, ...(body === undefined ? {} : { body }) });

  it('shows the secret of a key once', async () => {
    const made = await call('POST', '/api-keys', { name: 'CRM', scopes: ['dialogs:read'] });
    expect(made).toMatchObject({
      status: 201,
      body: { key: { name: 'CRM', revokedAt: null }, secret: expect.any(String) },
    });
    expect(made.headers.get('cache-control')).toBe('no-store');
    const list = await call('GET', '/api-keys');
    expect(list.body.items).toMatchObject([{ prefix: 'bsd_ab12', scopes: ['dialogs:read'], lastUsedAt: null }]);
    expect(list.body.scopes).toContain('settings:write');
    expect(list.text).not.toContain(made.body.secret);
    const { id } = made.body.key as { id: string };
    expect((await call('DELETE', `/api-keys/${id}`)).status).toBe(204);
    expect((await call('DELETE', '/api-keys/unknown')).status).toBe(404);
    const wrong = await call('POST', '/api-keys', { name: '', scopes: ['everything'] });
    expect(wrong.body.errors).toMatchObject([
      { path: 'name', code: 'required' },
      { path: 'scopes.0', code: 'invalid_value' },
    ]);
  });

  it('pages through the audit log and saves it', async () => {
    world.system.audit.put(world.siteId, {
      ...{ id: 'a1', at: new Date(0), operatorId: '', operatorName: 'CLI', address: '', userAgent: '' },
      ...{ action: 'site.changed', subject: 'site', subjectId: world.siteId, subjectName: 'Shop' },
      changes: [{ path: 'widget.color', before: '"#000000"', after: '"#ffffff"' }],
    });
    const query =
      'operatorId=op1&subject=site&from=2026-01-01T00:00:00.000Z&to=2026-02-01T00:00:00%2B03:00&q=%20x%20&limit=5';
    const { body } = await call('GET', `/audit?${query}`);
    expect(body).toEqual({
      items: [
        {
          ...{
            id: 'a1',
            at: '1970-01-01T00:00:00.000Z',
            operatorId: null,
            operatorName: 'CLI',
            address: '',
            userAgent: '',
          },
          ...{ action: 'site.changed', subject: 'site', subjectId: world.siteId, subjectName: 'Shop' },
          changes: [{ path: 'widget.color', before: '"#000000"', after: '"#ffffff"' }],
        },
      ],
      nextCursor: 'more',
    });
    expect(world.server.last('ListAudit')?.request).toMatchObject({
      filter: {
        operatorId: 'op1',
        subject: 'site',
        from: new Date('2026-01-01'),
        to: new Date('2026-01-31T21:00:00Z'),
        q: 'x',
      },
      limit: 5,
    });
    const table = await call('GET', '/audit/export?subject=site');
    expect(table).toMatchObject({ status: 200, text: 'at,action\n1970,site.changed\n' });
    expect(table.headers.get('content-disposition')).toMatch(/^attachment; filename="audit-\d{4}-\d\d-\d\d\.csv"$/);
    expect(table.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await call('GET', '/audit?from=yesterday')).body.errors).toMatchObject([{ path: 'from' }]);
  });

  it('answers an export that is refused with a problem', async () => {
    world.server.failOnce('ExportAudit', appError('PERMISSION_DENIED', 'Not you.'));
    expect(await call('GET', '/audit/export')).toMatchObject({ status: 403, body: { code: 'PERMISSION_DENIED' } });
  });

  it('keeps the log as long as it is told', async () => {
    expect((await call('GET', '/audit/retention')).body).toEqual({ days: 365 });
    expect((await call('PUT', '/audit/retention', { days: 30 })).body).toEqual({ days: 30 });
    expect((await call('PUT', '/audit/retention', { days: 29 })).body.errors).toMatchObject([
      { path: 'days', code: 'too_small' },
    ]);
    expect((await call('PUT', '/audit/retention', { days: 3_651 })).body.errors).toMatchObject([
      { path: 'days', code: 'too_large' },
    ]);
  });

  it('shows and takes the licence, to superadmins', async () => {
    expect((await call('GET', '/billing')).status).toBe(403);
    expect((await call('GET', '/billing', undefined, superToken)).body).toEqual({
      state: 'none',
      licence: null,
      operators: 3,
    });
    expect((await call('PUT', '/billing', { licence: 'signed' }, superToken)).body).toMatchObject({
      state: 'valid',
      licence: { holder: 'Shop Ltd', operators: 10, validTo: '1970-01-01T00:00:01.000Z' },
    });
    expect(await call('PUT', '/billing', { licence: 'forged' }, superToken)).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'licence', code: 'bad_signature' }] },
    });
    expect((await call('PUT', '/billing', { licence: '' }, superToken)).body).toMatchObject({ state: 'none' });
  });

  it('tells the services where a request came from', async () => {
    await call('GET', '/audit/retention');
    expect(world.server.seen.at(-1)).toMatchObject({ method: 'GetAuditRetention', address: '127.0.0.1' });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type World, makeWorld, raw } from './testing/world.js';

const html = { accept: 'text/html,*/*' };

describe('pages', () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld();
  });
  afterAll(() => world.stop());

  const fetchPath = (path: string, headers: Record<string, string> = {}) => world.call('GET', path, { headers });

  it('serves the console, its deep links and its files', async () => {
    for (const path of ['/', '/dialogs/some-id?x=1', '/index.html']) {
      const page = await fetchPath(path, html);
      expect(page.status).toBe(200);
      expect(page.headers.get('cache-control')).toBe('no-cache');
      const policy = page.headers.get('content-security-policy') ?? '';
      const nonce = /ngCspNonce="([^"]+)"/.exec(page.text)?.[1];
      expect(policy).toContain(`'nonce-${nonce}'`);
      expect(policy).toMatch(/script-src 'self';.*frame-ancestors 'none'/);
      expect(page.headers.get('x-frame-options')).toBe('DENY');
      expect(page.headers.get('x-content-type-options')).toBe('nosniff');
      expect(page.headers.get('x-powered-by')).toBeNull();
    }
    const script = await fetchPath('/main-ABCD2345.js');
    expect(script).toMatchObject({ status: 200, text: 'console' });
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(script.headers.get('content-type')).toMatch(/javascript/);
    expect((await fetchPath('/theme.js')).headers.get('cache-control')).toBe('no-cache');
    expect((await fetchPath('/main-GONE2345.js')).status).toBe(404);
    expect((await fetchPath('/favicon.ico')).status).toBe(204);
    expect((await world.call('HEAD', '/')).status).toBe(200);
  });

  it('never takes an address of the API, or a file outside, for a page', async () => {
    expect(await fetchPath('/api/nothing', html)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect((await fetchPath('/widget/nothing', html)).status).toBe(404);
    for (const path of [
      '/../secret.txt',
      '/..%2fsecret.txt',
      '/%2e%2e/secret.txt',
      '/widget/assets/..%2f..%2fsecret.txt',
    ])
      expect((await raw(world.url, path)).text).not.toContain('not to be read');
  });

  it('serves the loader to every page, packed where the browser takes it', async () => {
    const loader = await fetchPath('/widget.js', { 'accept-encoding': 'identity' });
    expect(loader).toMatchObject({ status: 200, text: 'loader' });
    expect(loader.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(loader.headers.get('access-control-allow-origin')).toBe('*');
    expect(loader.headers.get('cache-control')).toBe('public, max-age=300');
    expect(loader.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(loader.headers.get('vary')).toContain('Accept-Encoding');
    const etag = loader.headers.get('etag') ?? '';
    const known = { 'if-none-match': etag, 'accept-encoding': 'identity' };
    expect((await raw(world.url, '/widget.js', { headers: known })).status).toBe(304);
    expect((await raw(world.url, '/widget.js', { headers: { 'accept-encoding': 'gzip' } })).text).toBe('packed');
    // There is no such file for brotli: the plain one is sent.
    expect((await raw(world.url, '/widget.js', { headers: { 'accept-encoding': 'br' } })).text).toBe('loader');
  });

  it('shows the preview of the widget to the console only', async () => {
    const preview = await fetchPath(`/widget/preview?site=${world.siteId}`, html);
    expect(preview).toMatchObject({ status: 200, text: '<!doctype html>preview' });
    expect(preview.headers.get('content-security-policy')).toMatch(/frame-src 'self';.*frame-ancestors 'self'$/);
    expect(preview.headers.get('x-frame-options')).toBeNull();
    expect((await fetchPath('/widget/preview?site=unknown', html)).status).toBe(404);
  });

  it('lets the pages of a site, and only those, show the panel', async () => {
    const panel = await fetchPath(`/widget/panel?site=${world.siteId}`, html);
    expect(panel).toMatchObject({ status: 200, text: '<!doctype html>panel' });
    expect(panel.headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors \*$/);
    expect(panel.headers.get('content-security-policy')).toMatch(/connect-src 'self' ws:\/\/127\.0\.0\.1:\d+/);
    expect(panel.headers.get('x-frame-options')).toBeNull();
    expect(panel.headers.get('cross-origin-opener-policy')).toBeNull();
    expect(panel.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    const own = await fetchPath(`/widget/panel?site=${world.foreignSiteId}`, html);
    expect(own.headers.get('content-security-policy')).toContain(
      "frame-ancestors 'self' https://foreign.example:* https://*.foreign.example:* http://foreign.example:*",
    );
    for (const path of ['/widget/panel?site=unknown', '/widget/panel', '/widget/panel?site=a&site=b'])
      expect((await fetchPath(path, html)).status).toBe(404);
    const asset = await fetchPath('/widget/assets/panel-94befc2ae4.css');
    expect(asset.headers.get('cache-control')).toContain('immutable');
    expect(asset.headers.get('content-type')).toMatch(/css/);
  });

  it('serves the demo shop of the first site or the one named', async () => {
    const demo = await fetchPath('/demo', html);
    expect(demo.text).toContain(`data-site="${world.siteId}"`);
    expect(demo.text).toContain(world.url);
    expect(demo.headers.get('content-security-policy')).toContain("frame-src 'self'");
    expect((await fetchPath(`/demo?site=${world.foreignSiteId}&lang=en`, html)).text).toContain(world.foreignSiteId);
    expect((await fetchPath('/demo?site=%3Cscript%3E', html)).status).toBe(404);
  });

  it('describes the API with its shapes', async () => {
    const { body } = await fetchPath('/api/openapi.json');
    expect(body.components.schemas).toHaveProperty('DialogSummary');
    const list = body.paths['/api/sites/{siteId}/dialogs'].get as { parameters: { name: string }[] };
    expect(list.parameters.map(({ name }) => name)).toEqual(expect.arrayContaining(['siteId', 'status', 'cursor']));
    const send = body.paths['/api/widget/messages'].post as { requestBody: object };
    expect(JSON.stringify(send.requestBody)).toContain('WidgetSendText');
  });

  it('answers the probes of its platform', async () => {
    expect((await fetchPath('/health/live')).status).toBe(200);
    expect((await fetchPath('/health/ready')).body).toMatchObject({
      status: 'ready',
      checks: { realtime: 'ok', settings: 'ok', files: 'ok', mongo: 'ok' },
    });
  });
});

import { readdir } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { tempDir, type TempDir } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { launchBrowser, newContext } from './support/browser.js';
import { ADMIN, type Product, ROOT, startProduct } from './support/product.js';

/** What Chrome says of itself: it leaves the choice to the server. */
const CHROME = 'gzip, deflate, br, zstd';
/** The console's sign-in, everything a browser loads for it; bytes over the wire. */
const SIGN_IN = 300_000;
/** Files with one name for ever. */
const UNHASHED = ['favicon.svg', 'theme.js'];

/** The pages as the build really wrote them, over the wire. */
describe('what browsers load', () => {
  let data: TempDir;
  let product: Product;

  beforeAll(async () => {
    data = await tempDir();
    product = await startProduct({ dataDir: data.path });
  }, 120_000);
  afterAll(async () => {
    await product.stop();
    await data.remove();
  });

  const headersOf = (path: string, encodings: string): Promise<Record<string, unknown>> =>
    new Promise((resolve, reject) => {
      get(product.ready.url + path, { agent: false, headers: { 'accept-encoding': encodings } }, (response) => {
        response.resume();
        resolve(response.headers);
      }).on('error', reject);
    });
  const built = async (folder: string): Promise<string[]> => {
    const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    return names.map((path) => path.slice(join(ROOT, folder).length + 1)).filter((name) => !/\.(br|gz)$/.test(name));
  };

  it('is packed best first, and kept for ever when its name tells its content', async () => {
    const console = (await built('frontend/console/dist/browser'))
      .filter((name) => name !== 'index.html')
      .map((name) => `/${name}`);
    const assets = (await built('frontend/widget/dist/assets')).map((name) => `/widget/assets/${name}`);
    expect(console.length).toBeGreaterThan(20);
    expect(assets.length).toBeGreaterThan(5);
    for (const path of [...console, ...assets]) {
      const headers = await headersOf(path, CHROME);
      const cached = UNHASHED.includes(path.slice(1)) ? 'no-cache' : 'public, max-age=31536000, immutable';
      expect({ path, cached: headers['cache-control'] }).toEqual({ path, cached });
      if (!/\.(js|css)$/.test(path)) continue;
      expect({ path, packed: headers['content-encoding'] }).toEqual({ path, packed: 'br' });
      expect((await headersOf(path, 'gzip'))['content-encoding']).toBe('gzip');
      expect((await headersOf(path, 'identity'))['content-encoding']).toBeUndefined();
    }
  }, 60_000);

  it('packs long answers of the API, but none of those that hold secrets', async () => {
    expect((await headersOf('/api/openapi.json', CHROME))['content-encoding']).toBe('br');
    expect((await headersOf('/api/openapi.json', 'identity'))['content-encoding']).toBeUndefined();
    const response = await fetch(`${product.ready.url}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'accept-encoding': CHROME },
      body: JSON.stringify(ADMIN),
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-encoding')).toBeNull();
  });

  it(`is at most ${SIGN_IN} bytes for the sign-in`, async () => {
    const browser = await launchBrowser();
    try {
      const page = await (await newContext(browser)).newPage();
      const session = await page.context().newCDPSession(page);
      const names = new Map<string, string>();
      const sizes: Record<string, number> = {};
      session.on('Network.requestWillBeSent', ({ requestId, request }) => names.set(requestId, request.url));
      session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
        sizes[names.get(requestId) ?? requestId] = encodedDataLength;
      });
      await session.send('Network.enable');
      await page.goto(product.ready.url, { waitUntil: 'networkidle' });
      await page.getByTestId('login-email').waitFor();
      const bytes = Object.values(sizes).reduce((sum, size) => sum + size, 0);
      expect(bytes).toBeGreaterThan(20_000);
      expect({ fits: bytes <= SIGN_IN, bytes, sizes }).toMatchObject({ fits: true });
    } finally {
      await browser.close();
    }
  }, 60_000);
});

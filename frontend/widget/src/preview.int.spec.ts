import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, FrameLocator, Page } from 'playwright-core';
import { CustomerSite, startBrowser, until } from './testing/browser.js';
import { StandIn } from './testing/stand-in.js';

let browser: Browser;
let server: StandIn;
let site: CustomerSite;

beforeAll(async () => {
  [browser, server, site] = await Promise.all([startBrowser(), StandIn.start(), CustomerSite.start()]);
});
beforeEach(() => {
  server.seen.length = 0;
});
afterAll(async () => {
  await browser.close();
  await Promise.all([server.stop(), site.stop()]);
});

interface Console {
  readonly page: Page;
  readonly preview: FrameLocator;
  readonly panel: FrameLocator;
  post(message: object): Promise<void>;
  heard(): Promise<object[]>;
}

/** A page of the console: same origin as the preview, unless told otherwise. */
async function openConsole(origin = server.url): Promise<Console> {
  const page = await browser.newPage({
    viewport: { width: 500, height: 760 },
    locale: 'ru-RU',
    reducedMotion: 'reduce',
  });
  const html = `<!doctype html><iframe id="p" style="width:400px;height:700px;border:0"></iframe>
    <script>window.heard=[];addEventListener('message',e=>heard.push(e.data))</script>`;
  await page.route(`${origin}/console`, (route) => route.fulfill({ contentType: 'text/html', body: html }));
  await page.goto(`${origin}/console`);
  await page
    .locator('#p')
    .evaluate((frame: HTMLIFrameElement, src) => (frame.src = src), `${server.url}/widget/preview?site=site`);
  const preview = page.frameLocator('#p');
  return {
    page,
    preview,
    panel: preview.frameLocator('iframe[name="beseda-widget"]'),
    post: async (message) => {
      await page.evaluate(
        (data) => document.querySelector<HTMLIFrameElement>('#p')?.contentWindow?.postMessage(data, '*'),
        message,
      );
    },
    heard: () => page.evaluate('window.heard'),
  };
}

const message = (settings: object, more: object = {}): object => ({ beseda: 'preview', settings, ...more });

describe('the preview in the console', () => {
  it('shows bubble and panel with what the form holds, and asks the server for nothing', async () => {
    const { page, preview, panel, post, heard } = await openConsole();
    const sockets: string[] = [];
    page.on('websocket', (socket) => sockets.push(socket.url()));
    await until(async () => JSON.stringify(await heard()) === '[{"beseda":"preview","type":"ready"}]', {
      what: 'ready',
    });
    const launcher = preview.getByTestId('widget-launcher');
    expect(await launcher.count()).toBe(1);
    expect(await launcher.isVisible()).toBe(false);
    await post(message({ name: 'Тропа', caption: { ru: 'Спросите', en: '' }, visibility: 'message', online: true }));
    await until(async () => (await launcher.isVisible()) && (await launcher.innerText()).includes('Спросите'), {
      what: 'the bubble',
    });
    await post(message({ name: 'Тропа', greeting: { ru: 'Привет', en: 'Hi' } }, { state: 'open' }));
    await panel.getByText('Привет').waitFor();
    await post(message({ name: 'Тропа', greeting: { ru: 'Привет', en: 'Hi' } }, { language: 'en', theme: 'dark' }));
    await panel.getByText('Hi', { exact: true }).waitFor();
    expect(await panel.locator('html').evaluate((root) => getComputedStyle(root).colorScheme)).toBe('dark');
    await panel.getByTestId('widget-composer').fill('Проба');
    await panel.getByTestId('widget-send').click();
    await panel.getByTestId('widget-message').waitFor();
    await post(message({ name: 'Тропа' }, { state: 'collapsed' }));
    await until(() => launcher.isVisible(), { what: 'the bubble again' });
    expect(server.seen).toEqual([]);
    expect(sockets).toEqual([]);
    expect(await page.evaluate('localStorage.length')).toBe(0);
    await page.close();
  });

  it('leaves the focus in the form, whatever is typed there', async () => {
    const { page, panel, post } = await openConsole();
    await until(async () => (await page.evaluate('heard.length')) === 1, { what: 'ready' });
    await page.evaluate(() => {
      const field = document.createElement('input');
      document.body.prepend(field);
      field.focus();
    });
    await post(message({ name: 'Т' }, { state: 'open' }));
    await panel.getByRole('heading', { name: 'Т', exact: true }).waitFor();
    for (const name of ['То', 'Тр', 'Тропа']) {
      await page.keyboard.type('а');
      await post(message({ name }, { state: 'open' }));
      await panel.getByRole('heading', { name, exact: true }).waitFor();
    }
    await post(message({ name: 'Тропа' }, { state: 'collapsed' }));
    await post(message({ name: 'Тропинка' }, { state: 'open' }));
    await panel.getByRole('heading', { name: 'Тропинка' }).waitFor();
    await page.keyboard.type('б');
    expect(await page.locator('input').first().inputValue()).toBe('аааб');
    await page.close();
  });

  it('says when it is opened and closed by hand', async () => {
    const { page, preview, panel, post, heard } = await openConsole();
    await until(async () => (await heard()).length === 1, { what: 'ready' });
    await post(message({ name: 'Тропа' }));
    await preview.getByTestId('widget-launcher').click();
    await panel.getByTestId('widget-close').click();
    await preview.getByTestId('widget-launcher').waitFor();
    const last = async (): Promise<object[]> => (await heard()).slice(1);
    await until(async () => (await last()).length === 2, { what: 'both' });
    expect(await last()).toEqual([
      { beseda: 'preview', type: 'state', state: 'open' },
      { beseda: 'preview', type: 'state', state: 'collapsed' },
    ]);
    await page.close();
  });

  it('shows the offline message, its form and a picture that is not saved yet', async () => {
    const { page, preview, panel, post } = await openConsole();
    const offline = { enabled: true, text: { ru: 'Мы дома', en: '' }, ask: 'email', consentText: { ru: '', en: '' } };
    const picture = await page.evaluate(async () => {
      const canvas = new OffscreenCanvas(10, 10);
      const context = canvas.getContext('2d');
      if (context) context.fillStyle = '#c0620c';
      context?.fillRect(0, 0, 10, 10);
      return URL.createObjectURL(await canvas.convertToBlob());
    });
    await until(async () => (await preview.locator('beseda-chat').count()) === 1, { what: 'the preview' });
    await post(message({ name: 'Тропа', avatarUrl: picture, online: false, offline }, { state: 'open' }));
    await panel.getByText('Мы дома').waitFor();
    await panel.getByTestId('widget-offline-field').fill('a@example.org');
    expect(await panel.locator('.head img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(10);
    await post(message({ name: 'Тропа', avatarUrl: picture, online: true, offline }));
    await panel.getByText('Мы дома').waitFor({ state: 'detached' });
    await post(message({ name: 'Тропа', avatarUrl: picture, online: false, offline }));
    await panel.getByText('Мы дома').waitFor();
    await post(message({ name: 'Тропа', avatarUrl: picture }, { state: 'collapsed' }));
    const canvas = preview.getByTestId('widget-launcher').locator('canvas');
    await until(() => canvas.isVisible(), { what: 'the picture' });
    expect(server.seen).toEqual([]);
    await page.close();
  });

  it('cannot be framed by another origin', async () => {
    const { page, preview, heard } = await openConsole(site.url);
    await until(() => page.frames().length === 2 && page.frames()[1]?.url().startsWith('chrome-error'), {
      what: 'the refusal',
    });
    expect(await preview.locator('beseda-chat').count()).toBe(0);
    expect(await heard()).toEqual([]);
    await page.close();
  });
});

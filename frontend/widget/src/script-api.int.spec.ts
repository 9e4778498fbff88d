import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { CustomerSite, type WidgetOnPage, onPage, startBrowser, visit, until } from './testing/browser.js';
import { StandIn } from './testing/stand-in.js';

let browser: Browser;
let server: StandIn;
let site: CustomerSite;

beforeAll(async () => {
  [browser, site] = await Promise.all([startBrowser(), CustomerSite.start()]);
});
beforeEach(async () => {
  server = await StandIn.start();
});
afterEach(async () => {
  await server.stop();
});
afterAll(async () => {
  await browser.close();
  await site.stop();
});

const SNIPPET = (): string => `<script async src="${server.url}/widget.js" data-site="site"></script>`;
const html = (body: string, lang = 'en'): string =>
  `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>Shop</title></head><body>${body}</body></html>`;

describe('the script API', () => {
  it('carries out what was called before the script was there, in order', async () => {
    const stub = `<script>window.beseda=function(){(beseda.q=beseda.q||[]).push(arguments)};
      beseda('identify',{name:'Irina',email:'i@example.org',city:'Kazan'});beseda('track','visit',{n:1});beseda('open');beseda('onReady',()=>{window.ready=true})</script>`;
    const widget = await visit(browser, site.put('/stub', { html: html(stub + SNIPPET()) }));
    await widget.composer.waitFor();
    await until(() => server.bodies('POST /api/widget/track').length === 1, { what: 'the event' });
    expect(server.bodies('POST /api/widget/identify')).toEqual([
      { name: 'Irina', email: 'i@example.org', properties: { city: 'Kazan' } },
    ]);
    expect(server.bodies('POST /api/widget/track')[0]).toMatchObject({ event: 'visit', props: { n: 1 } });
    expect(await widget.page.evaluate('window.ready')).toBe(true);
    await widget.close();
  });

  it('can be used as an object and under the names of Carrot quest', async () => {
    const widget = await visit(browser, site.put('/object', { html: html(SNIPPET()) }));
    await widget.launcher.waitFor();
    await widget.page.evaluate(
      `carrotquest.identify([{ op: 'update_or_create', key: '$email', value: 'a@example.org' }]); Carrotquest.track('x'); beseda.open()`,
    );
    await widget.composer.waitFor();
    await widget.page.evaluate(`beseda.nonsense?.(); beseda('nonsense'); beseda('close')`);
    await widget.launcher.waitFor();
    await until(() => server.bodies('POST /api/widget/track').length === 1, { what: 'the event' });
    expect(server.bodies('POST /api/widget/identify')).toEqual([{ email: 'a@example.org' }]);
    await widget.page.evaluate(`beseda.removeChat(); beseda.open()`);
    expect(await widget.page.locator('beseda-chat').count()).toBe(0);
    await until(() => widget.page.frames().length === 1, { what: 'the end of the frame' });
    await widget.close();
  });

  it('gives the session of a recognised visitor', async () => {
    const hmac = 'ab'.repeat(32);
    const widget = await visit(browser, site.put('/auth', { html: html(SNIPPET()) }));
    await widget.launcher.waitFor();
    await widget.page.evaluate(`beseda('auth', 42, '${hmac}')`);
    await until(() => server.bodies('POST /api/widget/auth').length === 1, { what: 'the call' });
    expect(server.bodies('POST /api/widget/auth')).toEqual([{ userId: '42', hmac }]);
    await widget.close();
  });

  it('forgets the visitor at a sign-out and starts anew', async () => {
    const widget = await visit(browser, site.put('/logout', { html: html(SNIPPET()) }));
    await widget.launcher.waitFor();
    const kept = (): Promise<string[]> =>
      widget.page.evaluate<string[]>(
        `Object.keys(localStorage).filter((key) => key.startsWith('beseda:site:')).sort()`,
      );
    const token = (): Promise<string | null> => widget.page.evaluate(`localStorage.getItem('beseda:site:token')`);
    await until(async () => (await token()) !== null, { what: 'a token' });
    const first = await token();
    await widget.page.evaluate(`localStorage.setItem('beseda:site:draft:x', 'unsent words of hers')`);
    await widget.page.evaluate(`beseda('logout'); beseda('identify', { name: 'Next' }); beseda('open')`);
    await widget.composer.waitFor();
    await until(() => server.bodies('POST /api/widget/identify').length === 1, { what: 'the next person' });
    const sessions = server.bodies('POST /api/widget/sessions');
    expect(sessions).toHaveLength(2);
    expect(sessions[1]).not.toHaveProperty('token');
    expect(await token()).not.toBe(first);
    expect(await kept()).not.toContain('beseda:site:draft:x');
    expect(widget.page.frames()).toHaveLength(2);
    await widget.close();
  });

  it('records where the visitor goes, without loading the page again too', async () => {
    const widget = await visit(browser, site.put('/spa', { html: html(SNIPPET()) }) + '?utm_source=mail', {
      locale: 'en-GB',
    });
    await widget.launcher.waitFor();
    const [session] = server.bodies('POST /api/widget/sessions');
    expect(session).toMatchObject({
      siteId: 'site',
      page: { url: `${site.url}/spa?utm_source=mail`, title: 'Shop' },
      device: { language: 'en-GB' },
    });
    await until(() => server.bodies('POST /api/widget/pageviews').length === 1, { what: 'the first page view' });
    await widget.page.evaluate(`history.pushState(null, '', '/tents'); document.title = 'Tents'`);
    await until(() => server.bodies('POST /api/widget/pageviews').length === 2, { what: 'the page view' });
    await widget.page.evaluate(`location.hash = 'size'`);
    await until(() => server.bodies('POST /api/widget/pageviews').length === 3, { what: 'the second page view' });
    expect(server.bodies('POST /api/widget/pageviews').slice(1)).toEqual([
      { url: `${site.url}/tents`, title: 'Tents', referrer: `${site.url}/spa?utm_source=mail` },
      { url: `${site.url}/tents#size`, title: 'Tents', referrer: `${site.url}/tents` },
    ]);
    await widget.close();
  });

  it.each([
    ['ru', 'en-GB', 'Открыть чат'],
    ['en', 'ru-RU', 'Open chat'],
    ['', 'ru-RU', 'Открыть чат'],
    ['de', 'ru-RU', 'Open chat'],
  ])('speaks the language of the page (%s), else of the browser (%s)', async (lang, locale, name) => {
    const widget = await visit(browser, site.put('/lang', { html: html(SNIPPET(), lang) }), { locale });
    await widget.launcher.waitFor();
    expect(await widget.launcher.getAttribute('aria-label')).toMatch(new RegExp(`^.+, ${name}$`));
    await widget.close();
  });

  it('takes everything away when the site is unknown', async () => {
    server.fault = (route) => (route === 'POST /api/widget/sessions' ? { status: 404, code: 'NOT_FOUND' } : undefined);
    const widget = await visit(browser, site.put('/unknown', { html: html(SNIPPET()) }));
    await widget.page.locator('beseda-chat').waitFor({ state: 'detached' });
    await widget.close();
  });

  it('shows one conversation in two tabs', async () => {
    const first = await visit(browser, site.put('/tabs', { html: html(SNIPPET()) }));
    await first.open();
    await first.write('from the first');
    await until(async () => (await first.messages.first().getAttribute('data-state')) === 'sent', {
      what: 'the message',
    });
    const page = await first.page.context().newPage();
    await page.goto(`${site.url}/tabs`);
    const second = onPage(page);
    await second.open();
    await second.messages.first().waitFor();
    await second.write('from the second');
    await until(async () => (await first.texts()).join() === 'from the first,from the second', {
      what: 'both in the first tab',
    });
    expect(await second.texts()).toEqual(['from the first', 'from the second']);
    await first.close();
  });

  /** On sites without https there are no locks. */
  const WITHOUT_LOCKS = (): void => void Object.defineProperty(navigator, 'locks', { value: undefined });

  it.each([
    ['with locks', undefined],
    ['without', WITHOUT_LOCKS],
  ])('makes one visitor of two new pages opened at once, %s', async (_, script) => {
    const url = site.put('/at-once', { html: html(SNIPPET()) });
    const context = await browser.newContext({ locale: 'ru-RU' });
    if (script) await context.addInitScript(script);
    const pages = await Promise.all([context.newPage(), context.newPage()]);
    const before = server.visitors;
    await Promise.all(pages.map((page) => page.goto(url)));
    const [first, second] = pages.map(onPage) as [WidgetOnPage, WidgetOnPage];
    await second.page.bringToFront();
    await second.open();
    await second.write('from the second');
    await until(async () => (await second.messages.first().getAttribute('data-state')) === 'sent', { what: 'sent' });
    await first.page.bringToFront();
    await first.open();
    await until(async () => (await first.texts()).join() === 'from the second', { what: 'it in the first' });
    await first.page.reload();
    await first.open();
    await until(async () => (await first.texts()).join() === 'from the second', { what: 'it after a reload' });
    expect(server.visitors - before).toBe(1);
    await context.close();
  });

  it('follows another page on which somebody else was recognised', async () => {
    const first = await visit(browser, site.put('/follows', { html: html(SNIPPET()) }));
    await first.open();
    await first.write('mine');
    await until(async () => (await first.messages.first().getAttribute('data-state')) === 'sent', { what: 'sent' });
    const key = 'beseda:site:token';
    const page = await first.page.context().newPage();
    await page.goto(site.put('/bare', { html: html('') }));
    await page.evaluate(([name]) => localStorage.setItem(name ?? '', 'of-somebody-else'), [key]);
    await until(async () => (await first.texts()).length === 0, { what: 'an empty conversation' });
    await first.close();
  });
});

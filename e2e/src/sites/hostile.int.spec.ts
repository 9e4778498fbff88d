import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { WidgetPage, newContext } from '../support/browser.js';
import { type Site, openSite, sharedBrowser } from '../support/site.js';

const HOSTILE_CSS = `html{font-size:2px!important} *{all:unset!important} div{display:none!important} iframe{width:1px!important;opacity:0.01!important}`;

/** What a browser does to storage when a user forbids it: every access throws. */
const BLOCKED_STORAGE = `
  const blocked = () => { throw new DOMException('blocked', 'SecurityError'); };
  for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) Object.defineProperty(window, name, { get: blocked });
  Object.defineProperty(Document.prototype, 'cookie', { get: blocked, set: blocked });`;

/** A shop on another site (`localhost`, while Beseda is on `127.0.0.1`), so that the frame is a third party there. */
function shop(site: Site, css: string, csp: string | undefined): Promise<Server> {
  const html = `<!doctype html><html lang="ru"><head><meta charset="utf-8"><title>Лавка</title>
    ${css ? `<style>${css}</style>` : ''}</head><body><div><h1>Лавка</h1></div>
    <script async src="${site.url}/widget.js" data-site="${site.siteId}"></script></body></html>`;
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    if (csp) response.setHeader('content-security-policy', csp);
    response.end(html);
  });
  return new Promise((resolve) => server.listen(0, 'localhost', () => resolve(server)));
}

describe('the widget on a hostile page', () => {
  let site: Site;
  let browser: Browser;
  const servers: Server[] = [];

  beforeAll(async () => {
    [site, browser] = await Promise.all([openSite(), sharedBrowser()]);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    for (const server of servers) server.close();
  });

  async function visit(
    css: string,
    csp?: string,
    initScript?: string,
  ): Promise<{ widget: WidgetPage; violations: string[] }> {
    const server = await shop(site, css, csp);
    servers.push(server);
    const page = await (await newContext(browser)).newPage();
    const violations: string[] = [];
    page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) violations.push(message.text());
    });
    if (initScript) await page.addInitScript({ content: initScript });
    await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
    return { widget: new WidgetPage(page), violations };
  }

  async function talk(widget: WidgetPage, text: string): Promise<void> {
    await widget.open();
    await widget.write(text);
    await widget.message(text).and(widget.frame.locator('[data-state="sent"]')).waitFor({ timeout: 15_000 });
    const dialog = (await site.owner.dialogs()).find((d) => d.lastMessage?.text === text);
    expect(dialog).toBeDefined();
    await site.owner.answer(dialog?.id ?? '', `Ответ: ${text}`);
    await widget.message(`Ответ: ${text}`).waitFor({ state: 'visible', timeout: 10_000 });
  }

  it('survives CSS that unsets and hides everything', async () => {
    const { widget } = await visit(HOSTILE_CSS);
    await talk(widget, 'сквозь стили');
    const box = await widget.page.locator('iframe[name="beseda-widget"]').boundingBox();
    expect(box?.width).toBeGreaterThan(300);
    expect(box?.height).toBeGreaterThan(400);
  }, 60_000);

  it('needs nothing of a strict policy but our origin for scripts and frames', async () => {
    const { widget, violations } = await visit(
      '',
      `default-src 'none'; style-src 'unsafe-inline'; script-src ${site.url}; frame-src ${site.url}`,
    );
    await talk(widget, 'сквозь политику');
    expect(violations).toEqual([]);
  }, 60_000);

  it('works where storage is blocked, on the page and in the frame', async () => {
    const { widget } = await visit('', undefined, BLOCKED_STORAGE);
    await talk(widget, 'без хранилища');
  }, 60_000);

  it('works with all three at once', async () => {
    const csp = `default-src 'none'; style-src 'unsafe-inline'; script-src ${site.url}; frame-src ${site.url}`;
    const { widget } = await visit(HOSTILE_CSS, csp, BLOCKED_STORAGE);
    await talk(widget, 'всё сразу');
  }, 60_000);
});

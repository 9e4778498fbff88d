import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { CustomerSite, startBrowser, visit, type WidgetOnPage, until } from './testing/browser.js';
import { StandIn } from './testing/stand-in.js';

let browser: Browser;
let server: StandIn;
let site: CustomerSite;

beforeAll(async () => {
  [browser, server, site] = await Promise.all([startBrowser(), StandIn.start(), CustomerSite.start()]);
});
afterAll(async () => {
  await browser.close();
  await Promise.all([server.stop(), site.stop()]);
});

const page = (head: string, body = '<h1>Магазин</h1><p>Товары</p>'): string =>
  `<!doctype html><html lang="ru"><head><meta charset="utf-8"><title>Магазин</title>${head}
   <script async src="${server.url}/widget.js" data-site="site"></script></head><body>${body}</body></html>`;

async function converse(widget: WidgetOnPage): Promise<void> {
  await widget.open();
  await widget.write('Вопрос');
  await until(async () => (await widget.messages.first().getAttribute('data-state')) === 'sent', {
    what: 'the message to be sent',
  });
  server.state.answer(server.contactId, 'Ответ');
  await widget.messages.nth(1).waitFor();
  expect(await widget.texts()).toEqual(['Вопрос', 'Ответ']);
}

/** What a visitor can see and press: box and faces of launcher and frame. */
async function looks(widget: WidgetOnPage): Promise<unknown> {
  await widget.launcher.waitFor();
  const launcher = await widget.launcher.evaluate((button) => {
    const style = getComputedStyle(button);
    const box = button.getBoundingClientRect();
    const { fontSize, display, backgroundColor, borderRadius, visibility } = style;
    return {
      fontSize,
      display,
      backgroundColor,
      borderRadius,
      visibility,
      width: box.width,
      height: box.height,
      right: innerWidth - box.right,
      bottom: innerHeight - box.bottom,
    };
  });
  await widget.open();
  const frame = await widget.page.locator('iframe[name="beseda-widget"]').evaluate(async (element) => {
    await Promise.all(element.getAnimations().map((animation) => animation.finished));
    const box = element.getBoundingClientRect();
    return {
      width: box.width,
      height: box.height,
      right: innerWidth - box.right,
      bottom: innerHeight - box.bottom,
      opacity: getComputedStyle(element).opacity,
    };
  });
  return { launcher, frame };
}

describe('a page that fights', () => {
  it('looks the same under hostile style sheets as on an empty page', async () => {
    const plain = await visit(browser, site.put('/plain', { html: page('') }));
    const expected = await looks(plain);
    expect(expected).toMatchObject({
      launcher: { fontSize: '15px', height: 52, right: 20, bottom: 20 },
      frame: { width: 360, height: 564, right: 20, bottom: 20, opacity: '1' },
    });
    await plain.close();
    const sheets = [
      '*{all:unset!important}',
      'div{display:none!important} iframe{display:none!important} button{font-size:3px!important;display:none!important}',
      'html{font-size:1px!important} body{transform:scale(.5);filter:blur(0);zoom:.5}',
      '@layer evil{body,body *,html>:not(head){display:none!important;visibility:hidden!important;opacity:0!important;position:static!important}}',
      'body>*:not(h1){display:none!important} html>*{letter-spacing:9px!important;text-transform:uppercase!important;direction:rtl!important}',
    ];
    for (const sheet of sheets) {
      const hostile = await visit(browser, site.put('/hostile', { html: page(`<style>${sheet}</style>`) }));
      expect({ sheet, looks: await looks(hostile) }).toEqual({ sheet, looks: expected });
      await hostile.close();
    }
    const worst = await visit(browser, site.put('/worst', { html: page(`<style>${sheets.join('\n')}</style>`) }));
    await converse(worst);
    await worst.close();
  });

  it('works under a policy that allows only our origin, for scripts and frames', async () => {
    const csp = `default-src 'none'; script-src ${server.url}; frame-src ${server.url}`;
    const violations: string[] = [];
    const widget = await visit(browser, site.put('/csp', { html: page(''), csp }));
    widget.page.on(
      'console',
      (message) => /Content Security Policy/i.test(message.text()) && violations.push(message.text()),
    );
    await widget.page.reload();
    await converse(widget);
    expect(violations).toEqual([]);
    await widget.close();
  });

  it('works where storage is blocked, and knows the visitor again by a cookie', async () => {
    const block = (): void => {
      for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) {
        Object.defineProperty(window, name, {
          get: () => {
            throw new DOMException('blocked', 'SecurityError');
          },
        });
      }
    };
    const widget = await visit(browser, site.put('/blocked', { html: page('') }), {}, block);
    await converse(widget);
    const before = server.contactId;
    await widget.page.reload();
    await widget.open();
    await widget.messages.nth(1).waitFor();
    expect(server.contactId).toBe(before);
    await widget.close();
  });

  it('works for the time of a page where cookies are blocked too', async () => {
    const block = (): void => {
      const refuse = (): never => {
        throw new DOMException('blocked', 'SecurityError');
      };
      Object.defineProperty(window, 'localStorage', { get: refuse });
      Object.defineProperty(Document.prototype, 'cookie', { get: refuse, set: refuse });
    };
    const widget = await visit(browser, site.put('/nothing', { html: page('') }), {}, block);
    await converse(widget);
    await widget.close();
  });

  it('is there once when the snippet is there twice, and does not break a page that names its own things alike', async () => {
    const twice = `<script async src="${server.url}/widget.js" data-site="site"></script><script>window.carrotquest = { track() { window.tracked = true } }</script>`;
    const widget = await visit(browser, site.put('/twice', { html: page(twice) }));
    await widget.launcher.waitFor();
    await widget.page.waitForLoadState('networkidle');
    expect(await widget.page.locator('beseda-chat').count()).toBe(1);
    expect(widget.page.frames()).toHaveLength(2);
    expect(await widget.page.evaluate('carrotquest.track(), window.tracked')).toBe(true);
    await widget.close();
  });
});

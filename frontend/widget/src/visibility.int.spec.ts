import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { CustomerSite, onPage, startBrowser, until, visit, type WidgetOnPage } from './testing/browser.js';
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

/** A page that notes whether the launcher was ever drawn, from the very beginning. */
const page = (): string =>
  site.put('/page', {
    html: `<!doctype html><html lang="ru"><head><meta charset="utf-8"><title>Магазин</title>
      <script>
        window.drawn = 0;
        (function look() {
          const dock = document.querySelector('beseda-chat')?.shadowRoot?.querySelector('.dock');
          if (dock && getComputedStyle(dock).display !== 'none') window.drawn += 1;
          requestAnimationFrame(look);
        })();
      </script>
      <script async src="${server.url}/widget.js" data-site="site"></script></head>
      <body><button id="own">Магазин</button></body></html>`,
  });

async function arrive(): Promise<WidgetOnPage> {
  const widget = await visit(browser, page(), { reducedMotion: 'reduce' });
  await connected();
  return widget;
}

const connected = (): Promise<unknown> => until(() => server.sockets === 1, { what: 'the socket' });
const drawn = (widget: WidgetOnPage): Promise<number> => widget.page.evaluate('window.drawn');
const seen = (widget: WidgetOnPage): Promise<boolean> => widget.launcher.isVisible();
const becomes = (widget: WidgetOnPage, wanted: boolean): Promise<unknown> =>
  until(async () => (await seen(widget)) === wanted, { what: `the launcher to be ${wanted ? 'seen' : 'hidden'}` });
/** What was pushed before has arrived and been drawn when this has. */
async function settled(widget: WidgetOnPage): Promise<void> {
  server.push({ name: `Магазин ${Math.random()}` });
  const name = String(server.settings['name']);
  const title = (): Promise<string | null> => widget.page.locator('iframe[name="beseda-widget"]').getAttribute('title');
  await until(async () => (await title())?.includes(name) === true, { what: 'the push' });
}

describe('a chat that is seen only with a dialog', () => {
  it('draws nothing for a new visitor, not for a moment, and appears with the first dialog', async () => {
    server.settings = { ...server.settings, visibility: 'dialog' };
    const widget = await arrive();
    await settled(widget);
    expect(await drawn(widget)).toBe(0);
    await widget.page.evaluate(`beseda('open')`);
    await widget.composer.waitFor();
    await widget.page.evaluate(`beseda('close')`);
    await settled(widget);
    expect(await seen(widget)).toBe(false);
    await widget.page.evaluate(`beseda('open')`);
    await widget.write('Вопрос');
    await until(() => server.state.dialogs.size === 1, { what: 'the dialog' });
    await widget.in('widget-close').click();
    await becomes(widget, true);
    await widget.close();
  });

  it('stays for somebody whose dialogs are closed or finished', async () => {
    server.settings = { ...server.settings, visibility: 'dialog' };
    const widget = await arrive();
    server.state.answer(server.contactId, 'Здравствуйте');
    const [dialog] = server.state.of(server.contactId);
    if (!dialog) throw new Error('no dialog');
    dialog.status = 'finalized';
    server.state.append(dialog, 'dialog.finalized', { reason: 'reopen-window' }, { kind: 'service', id: 'dialogs' });
    await widget.page.reload();
    await becomes(widget, true);
    await widget.close();
  });
});

describe('a chat that is seen only on a new message', () => {
  it('appears with the message, hides when it was read and the panel is closed, and comes again with the next', async () => {
    server.settings = { ...server.settings, visibility: 'message' };
    const widget = await arrive();
    await settled(widget);
    expect(await drawn(widget)).toBe(0);
    for (const text of ['Первое', 'Второе']) {
      server.state.answer(server.contactId, text);
      await becomes(widget, true);
      expect(await widget.page.getByTestId('widget-preview').innerText()).toContain(text);
      await widget.open();
      await until(
        () => server.state.of(server.contactId)[0]?.readSeq === server.state.of(server.contactId)[0]?.events.length,
        { what: 'the message to be read' },
      );
      await widget.in('widget-close').click();
      await settled(widget);
      expect(await seen(widget)).toBe(false);
    }
    await widget.page.reload();
    await connected();
    await settled(widget);
    expect(await drawn(widget)).toBe(0);
    await widget.close();
  });

  it('stays while something is unread, also when the preview was put away', async () => {
    server.settings = { ...server.settings, visibility: 'message' };
    const widget = await arrive();
    server.state.answer(server.contactId, 'Есть скидка');
    await becomes(widget, true);
    await widget.page.getByTestId('widget-preview').getByRole('button', { name: 'Скрыть сообщение' }).click();
    await settled(widget);
    expect(await seen(widget)).toBe(true);
    await widget.page.reload();
    await becomes(widget, true);
    expect(await widget.page.getByTestId('widget-unread').innerText()).toBe('1');
    expect(await widget.page.getByTestId('widget-preview').isVisible()).toBe(false);
    await widget.close();
  });
});

describe('visibility', () => {
  it('changes while the page is open', async () => {
    const widget = await arrive();
    await becomes(widget, true);
    server.push({ visibility: 'message' });
    await becomes(widget, false);
    server.push({ visibility: 'always' });
    await becomes(widget, true);
    server.push({ visibility: 'dialog' });
    await becomes(widget, false);
    await widget.close();
  });

  it.each(['beseda', 'carrotquest', 'Carrotquest'])('%s("open") opens what is hidden', async (name) => {
    server.settings = { ...server.settings, visibility: 'message' };
    const widget = await arrive();
    await widget.page.locator('#own').focus();
    await widget.page.evaluate(`${name}('open')`);
    await widget.composer.waitFor();
    await widget.composer.press('Escape');
    await widget.composer.waitFor({ state: 'hidden' });
    expect(await seen(widget)).toBe(false);
    // the launcher cannot take the focus: it goes back to where it was
    expect(await widget.page.evaluate('document.activeElement.id')).toBe('own');
    await widget.page.evaluate(`${name}.open()`);
    await widget.composer.waitFor();
    await widget.close();
  });

  it('"open" may come before there are settings', async () => {
    server.settings = { ...server.settings, visibility: 'dialog' };
    const url = site.put('/early', {
      html: `<!doctype html><html lang="ru"><body><script>window.beseda=function(){(beseda.q=beseda.q||[]).push(arguments)};beseda('open')</script>
        <script async src="${server.url}/widget.js" data-site="site"></script></body></html>`,
    });
    const widget = await visit(browser, url);
    await widget.composer.waitFor();
    await widget.close();
  });

  it('removeChat takes it away on this page only, whatever comes', async () => {
    server.settings = { ...server.settings, visibility: 'message' };
    const widget = await arrive();
    server.state.answer(server.contactId, 'Здравствуйте');
    await becomes(widget, true);
    await widget.page.evaluate(`beseda('removeChat')`);
    await until(() => server.sockets === 0, { what: 'the socket to go' });
    server.state.answer(server.contactId, 'Вы тут?');
    server.push({ visibility: 'always' });
    await widget.page.evaluate(`beseda('open')`);
    expect(await widget.page.locator('beseda-chat').count()).toBe(0);
    const next = await widget.page.context().newPage();
    await next.goto(page());
    await onPage(next).launcher.waitFor();
    await widget.close();
  });
});

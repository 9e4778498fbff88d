import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { ConsolePage, WidgetPage, newContext } from '../support/browser.js';
import { type Site, openSite, sharedBrowser } from '../support/site.js';

/** What "at once" means for a person who waits; ms. */
const AT_ONCE = 1_000;

describe('a visitor and an operator talk', () => {
  let site: Site;
  let browser: Browser;
  let widget: WidgetPage;
  let desk: ConsolePage;

  beforeAll(async () => {
    [site, browser] = await Promise.all([openSite(), sharedBrowser()]);
    widget = new WidgetPage(await (await newContext(browser)).newPage());
    desk = new ConsolePage(await (await newContext(browser)).newPage());
  }, 60_000);
  afterAll(() => browser?.close());

  it('each sees at once what the other writes; it is read, and kept over a reload on both sides', async () => {
    await desk.login(site.url, site.credentials);
    await widget.page.goto(site.demo);
    await widget.open();

    await widget.write('Добрый день! Есть палатка на двоих?');
    const row = desk.rows.filter({ hasText: 'палатка на двоих' });
    await row.waitFor({ state: 'visible', timeout: AT_ONCE });
    await widget
      .message('палатка на двоих')
      .and(widget.frame.locator('[data-state="sent"]'))
      .waitFor({ timeout: AT_ONCE * 3 });

    await row.click();
    await desk.message('палатка на двоих').waitFor({ state: 'visible' });
    await desk.answer('Да, «Сарма 2» в наличии.');
    await widget.message('«Сарма 2» в наличии').waitFor({ state: 'visible', timeout: AT_ONCE });

    // The dialog is now the operator's.
    await desk.page.getByTestId('event-line').first().waitFor({ state: 'visible' });
    await desk
      .message('«Сарма 2» в наличии')
      .and(desk.page.locator('[data-state="read"]'))
      .waitFor({ timeout: 10_000 });
    expect(await widget.messages.count()).toBe(2);
    expect(await desk.messages.count()).toBe(2);

    await widget.page.reload();
    await widget.open();
    await widget.message('«Сарма 2» в наличии').waitFor({ state: 'visible' });
    await desk.page.reload();
    await desk.message('палатка на двоих').waitFor({ state: 'visible' });
    expect(await widget.messages.count()).toBe(2);
  }, 90_000);
});

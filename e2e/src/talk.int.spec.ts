import { freePort, tempDir, type TempDir } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { ConsolePage, WidgetPage, launchBrowser, newContext } from './support/browser.js';
import { type Product, startProduct } from './support/product.js';

/** What "at once" means for a person who waits; ms. */
const AT_ONCE = 1_000;

describe('a visitor and an operator talk', () => {
  let data: TempDir;
  let product: Product;
  let browser: Browser;
  let widget: WidgetPage;
  let desk: ConsolePage;
  let port: number;

  beforeAll(async () => {
    data = await tempDir();
    port = await freePort();
    product = await startProduct({ dataDir: data.path, port });
    browser = await launchBrowser();
    widget = new WidgetPage(await (await newContext(browser)).newPage());
    desk = new ConsolePage(await (await newContext(browser)).newPage());
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    await data?.remove();
  });

  it('the operator sees at once what the visitor writes, and the visitor the answer', async () => {
    await desk.login(product.ready.url);
    await widget.page.goto(product.ready.demo);
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
  }, 60_000);

  it('the dialog is now the operator’s, and the answer is read', async () => {
    await desk.page.getByTestId('event-line').first().waitFor({ state: 'visible' });
    await desk
      .message('«Сарма 2» в наличии')
      .and(desk.page.locator('[data-state="read"]'))
      .waitFor({ timeout: 10_000 });
    expect(await widget.messages.count()).toBe(2);
    expect(await desk.messages.count()).toBe(2);
  }, 30_000);

  it('keeps everything over a reload on both sides', async () => {
    await widget.page.reload();
    await widget.open();
    await widget.message('«Сарма 2» в наличии').waitFor({ state: 'visible' });
    await desk.page.reload();
    await desk.message('палатка на двоих').waitFor({ state: 'visible' });
    expect(await widget.messages.count()).toBe(2);
  }, 30_000);

  it('keeps everything over kill -9 and a new start, and goes on by itself', async () => {
    await product.kill9();
    product = await startProduct({ dataDir: data.path, port });
    await widget.write('А какой у неё вес?');
    await desk.message('какой у неё вес').waitFor({ state: 'visible', timeout: 20_000 });
    await desk.answer('2,1 кг.');
    await widget.message('2,1 кг.').waitFor({ state: 'visible', timeout: 20_000 });
    expect(await widget.messages.count()).toBe(4);
    expect(await desk.messages.count()).toBe(4);
  }, 90_000);
});

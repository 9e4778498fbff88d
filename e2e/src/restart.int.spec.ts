import { freePort, tempDir, type TempDir } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { ConsolePage, WidgetPage, launchBrowser, newContext } from './support/browser.js';
import { type Product, startProduct } from './support/product.js';

describe('open pages over kill -9 and a new start', () => {
  let data: TempDir;
  let port: number;
  let product: Product;
  let browser: Browser;

  beforeAll(async () => {
    data = await tempDir();
    port = await freePort();
    [product, browser] = await Promise.all([startProduct({ dataDir: data.path, port }), launchBrowser()]);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    await data?.remove();
  });

  const killAndStart = async (): Promise<void> => {
    await product.kill9();
    product = await startProduct({ dataDir: data.path, port });
  };
  const page = async (): Promise<Page> => (await newContext(browser)).newPage();

  it('a talk keeps everything and goes on by itself', async () => {
    const [widget, desk] = [new WidgetPage(await page()), new ConsolePage(await page())];
    await desk.login(product.ready.url);
    await widget.page.goto(product.ready.demo);
    await widget.open();
    await widget.write('Есть палатка на двоих?');
    await desk.rows.filter({ hasText: 'палатка на двоих' }).click();
    await desk.answer('Да, «Сарма 2».');
    await widget.message('«Сарма 2»').waitFor({ state: 'visible' });
    await killAndStart();
    await widget.write('А какой у неё вес?');
    await desk.message('какой у неё вес').waitFor({ state: 'visible', timeout: 20_000 });
    await desk.answer('2,1 кг.');
    await widget.message('2,1 кг.').waitFor({ state: 'visible', timeout: 20_000 });
    expect(await widget.messages.count()).toBe(4);
    expect(await desk.messages.count()).toBe(4);
  }, 120_000);

  it('settings that were saved are there', async () => {
    const settings = async (path: string): Promise<Page> => {
      const one = await page();
      await new ConsolePage(one).login(product.ready.url);
      await one.goto(`${product.ready.url}/sites/${product.ready.siteId}/settings/${path}`);
      return one;
    };
    const saved = async (one: Page): Promise<void> => {
      await one.getByTestId('settings-save').click();
      await one
        .getByTestId('settings-status')
        .filter({ hasText: /^Сохранено в/ })
        .waitFor();
    };
    const [chat, hours] = [await settings('chat'), await settings('hours')];
    await chat.getByTestId('setting-caption-ru').fill('Пережила сбой');
    await hours.getByTestId('setting-d6-add').click();
    await hours.getByTestId('setting-d6-from-0').fill('10:15');
    await hours.getByTestId('setting-d6-to-0').fill('14:45');
    await Promise.all([saved(chat), saved(hours)]);
    await killAndStart();
    await chat.reload();
    await chat.getByTestId('setting-caption-ru').waitFor();
    expect(await chat.getByTestId('setting-caption-ru').inputValue()).toBe('Пережила сбой');
    await hours.reload();
    await hours.getByTestId('setting-d6-from-0').waitFor();
    expect(await hours.getByTestId('setting-d6-from-0').inputValue()).toBe('10:15');
    expect(await hours.getByTestId('setting-d6-to-0').inputValue()).toBe('14:45');
  }, 120_000);
});

import { randomBytes } from 'node:crypto';
import { type TempDir, type TestKafka, kafkaSkipped, startTestKafka, tempDir, until } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { ConsolePage, WidgetPage, launchBrowser, newContext } from '../support/browser.js';
import { type ServicesProduct, startServices } from './product.js';
import { story } from '../support/story.js';

/** What "at once" means for a person who waits; ms. */
const AT_ONCE = 1_000;
/** All of Beseda ends within this time, ms, and a killed starter's services do. */
const END_MS = 10_000;

(kafkaSkipped ? describe.skip : describe)('a visitor and an operator talk over different gateways', () => {
  const prefix = `talk${randomBytes(4).toString('hex')}_`;
  let data: TempDir;
  let kafka: TestKafka;
  let product: ServicesProduct;
  let browser: Browser;
  let widget: WidgetPage;
  let desk: ConsolePage;

  const start = (port?: number): Promise<ServicesProduct> =>
    startServices({
      dataDir: data.path,
      brokers: kafka.brokers,
      prefix,
      replicas: 'gateway=2,dialogs=2',
      ...(port === undefined ? {} : { port }),
    });

  beforeAll(async () => {
    data = await tempDir();
    kafka = await startTestKafka();
    product = await start();
    browser = await launchBrowser();
    widget = new WidgetPage(await (await newContext(browser)).newPage());
    desk = new ConsolePage(await (await newContext(browser)).newPage());
  }, 240_000);

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    await kafka?.stop();
    await data?.remove();
  }, 30_000);

  const [visitors, operators] = [0, 1].map((i) => () => product.ready.urls[i] ?? '') as [() => string, () => string];

  story(
    'goes on whatever is killed',
    {
      'the operator sees at once what the visitor writes, and the visitor the answer': async () => {
        expect(visitors()).not.toBe(operators());
        await desk.login(operators());
        await widget.page.goto(`${visitors()}/demo`);
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
      },

      'the dialog is now the operator’s, and the answer is read': async () => {
        await desk.page.getByTestId('event-line').first().waitFor({ state: 'visible' });
        await desk
          .message('«Сарма 2» в наличии')
          .and(desk.page.locator('[data-state="read"]'))
          .waitFor({ timeout: 10_000 });
        expect(await widget.messages.count()).toBe(2);
        expect(await desk.messages.count()).toBe(2);
      },

      'keeps everything over a reload on both sides': async () => {
        await widget.page.reload();
        await widget.open();
        await widget.message('«Сарма 2» в наличии').waitFor({ state: 'visible' });
        await desk.page.reload();
        await desk.message('палатка на двоих').waitFor({ state: 'visible' });
        expect(await widget.messages.count()).toBe(2);
      },

      ...Object.fromEntries(
        ['gateway', 'dialogs', 'contacts', 'admin'].map((service) => [
          `goes on by itself when every ${service} is killed`,
          async (): Promise<void> => {
            const before = await desk.messages.count();
            await Promise.all(product.replicasOf(service).map((replica) => product.strike(replica, 'SIGKILL')));
            await widget.write(`Ещё вопрос про ${service}.`);
            await desk.message(`вопрос про ${service}`).waitFor({ state: 'visible', timeout: 20_000 });
            await desk.answer(`Ответ про ${service}.`);
            await widget.message(`Ответ про ${service}`).waitFor({ state: 'visible', timeout: 20_000 });
            expect(await widget.messages.count()).toBe(before + 2);
            expect(await desk.messages.count()).toBe(before + 2);
          },
        ]),
      ),

      'a starter that is killed takes all processes along; a new start finds everything': async () => {
        const before = product;
        const port = Number(new URL(visitors()).port);
        expect(before.running().length).toBeGreaterThanOrEqual(6);
        const count = await widget.messages.count();
        await before.kill9();
        product = await start(port);
        expect(before.running()).toEqual([]);
        expect(product.ready.urls).toEqual(before.ready.urls);
        await widget.write('Вы ещё здесь?');
        await desk.message('Вы ещё здесь').waitFor({ state: 'visible', timeout: 20_000 });
        expect(await widget.messages.count()).toBe(count + 1);
      },

      'SIGTERM ends all of it in order': async () => {
        const began = performance.now();
        expect(await product.stop()).toBe(0);
        expect(performance.now() - began).toBeLessThan(END_MS);
        await until(() => product.running().length === 0, { timeoutMs: 1_000, what: 'the end of every process' });
      },
    },
    420_000,
  );
});

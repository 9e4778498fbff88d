import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@beseda/testing';
import type { Browser } from 'playwright-core';
import { startBrowser, visit, type WidgetOnPage } from './testing/browser.js';
import { StandIn } from './testing/stand-in.js';

let browser: Browser;
let server: StandIn;
let widget: WidgetOnPage;

const SEND = 'POST /api/widget/messages';

beforeAll(async () => {
  browser = await startBrowser();
});
beforeEach(async () => {
  server = await StandIn.start();
  widget = await visit(browser, `${server.url}/demo`);
  await widget.open();
});
afterEach(async () => {
  await widget.close();
  await server.stop();
});
afterAll(async () => {
  await browser.close();
});

const state = (index: number): Promise<string | null> =>
  widget.messages.nth(index).getAttribute('data-state', { timeout: 500 });
const reaches = (index: number, wanted: string): Promise<unknown> =>
  until(async () => (await state(index)) === wanted, { what: `message ${index} to be ${wanted}`, timeoutMs: 15_000 });
const stored = (): (string | undefined)[] =>
  [...server.state.dialogs.values()]
    .flatMap((dialog) => dialog.events.map((event) => (event.type === 'message.posted' ? event.payload.text : '')))
    .filter(Boolean);

describe('nothing is lost, doubled or reordered', () => {
  it('over sockets that are cut again and again', async () => {
    await widget.write('первое');
    await reaches(0, 'sent');
    const expected = ['первое'];
    for (let round = 0; round < 15; round += 1) {
      server.cut();
      server.state.answer(server.contactId, `ответ ${round}`);
      await widget.write(`вопрос ${round}`);
      if (round % 3 === 0) server.cut();
    }
    await until(() => stored().length === 31, { what: 'all questions to be stored', timeoutMs: 15_000 });
    await until(async () => (await widget.messages.count()) === 31, {
      what: 'all messages to be shown',
      timeoutMs: 15_000,
    });
    await until(async () => (await widget.texts()).join() === stored().join(), { what: 'the order of the server' });
    const shown = await widget.texts();
    expect(shown.filter((text) => text.startsWith('вопрос'))).toEqual(
      Array.from({ length: 15 }, (_, round) => `вопрос ${round}`),
    );
    expect(shown[0]).toBe(expected[0]);
    expect(await widget.in('widget-connection').isVisible()).toBe(false);
  });

  it('when the device slept for hours and its socket is dead without knowing', async () => {
    await widget.page.clock.install();
    await widget.page.reload();
    await widget.open();
    await widget.write('перед сном');
    await reaches(0, 'sent');
    server.goSilent();
    server.state.answer(server.contactId, 'ответ ночью');
    await widget.page.clock.fastForward(8 * 3_600_000);
    await until(async () => (await widget.texts()).join() === 'перед сном,ответ ночью', {
      what: 'the answer',
      timeoutMs: 10_000,
    });
    await widget.write('с добрым утром');
    await reaches(2, 'sent');
    expect(stored()).toEqual(['перед сном', 'ответ ночью', 'с добрым утром']);
  });

  it('when the answer to a send is lost', async () => {
    let drops = 2;
    server.fault = (route) => (route === SEND && drops-- > 0 ? 'drop-answer' : undefined);
    await widget.write('раз');
    await widget.write('два');
    await reaches(1, 'sent');
    expect(stored()).toEqual(['раз', 'два']);
    expect(await widget.texts()).toEqual(['раз', 'два']);
  });

  it('when the page is left before a message could go', async () => {
    server.fault = (route) => (route === SEND ? 'drop' : undefined);
    await widget.write('до перезагрузки');
    await widget.messages.first().waitFor();
    await widget.composer.fill('черновик');
    await until(() => widget.page.evaluate(() => Object.values(localStorage).includes('черновик')), {
      what: 'the draft to be kept',
    });
    await widget.page.reload();
    server.fault = () => undefined;
    await widget.open();
    await reaches(0, 'sent');
    expect(stored()).toEqual(['до перезагрузки']);
    expect(await widget.composer.inputValue()).toBe('черновик');
  });
});

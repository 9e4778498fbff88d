import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@beseda/testing';
import type { Browser } from 'playwright-core';
import { startBrowser, visit, type WidgetOnPage } from './testing/browser.js';
import { StandIn } from './testing/stand-in.js';

let browser: Browser;
let server: StandIn;
let widget: WidgetOnPage;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
});
afterEach(async () => {
  await widget.close();
  await server.stop();
});

async function begin(): Promise<void> {
  server = await StandIn.start();
  widget = await visit(browser, `${server.url}/demo`);
}

const stateOf = (index: number): Promise<string | null> => widget.messages.nth(index).getAttribute('data-state');

describe('a conversation', () => {
  it('goes both ways, in the page’s language, and survives a reload', async () => {
    await begin();
    await widget.open();
    expect(await widget.launcher.getAttribute('aria-label')).toBe('Открыть чат');
    expect(await widget.composer.evaluate((field) => field === document.activeElement)).toBe(true);
    await widget.write('Есть ли «Хибины» 42 размера?');
    await until(async () => (await stateOf(0)) === 'sent', { what: 'the message to be sent' });
    expect(await widget.messages.first().getAttribute('data-author')).toBe('contact');
    server.state.answer(server.contactId, 'Есть, отложить?');
    await widget.messages.nth(1).waitFor();
    expect(await widget.messages.nth(1).getAttribute('data-author')).toBe('operator');
    await until(() => server.state.of(server.contactId)[0]?.readSeq === 3, { what: 'the read receipt' });
    await widget.page.reload();
    await widget.open();
    expect(await widget.texts()).toEqual(['Есть ли «Хибины» 42 размера?', 'Есть, отложить?']);
    expect(await widget.messages.evaluateAll((all) => all.map((one) => one.getAttribute('data-seq')))).toEqual([
      '2',
      '3',
    ]);
  });

  it('shows unread messages on the launcher and opens at the composer', async () => {
    await begin();
    await widget.launcher.waitFor();
    server.state.answer(server.contactId, 'Можем подсказать?');
    await widget.page.getByTestId('widget-unread').waitFor();
    expect(await widget.page.getByTestId('widget-unread').innerText()).toBe('1');
    expect(await widget.page.getByTestId('widget-preview').innerText()).toContain('Можем подсказать?');
    expect(await widget.page.title()).toMatch(/^\(1\) /);
    await until(() => server.state.of(server.contactId)[0]?.deliveredSeq === 2, { what: 'the delivery receipt' });
    expect(server.state.of(server.contactId)[0]?.readSeq).toBe(0);
    await widget.open();
    await until(() => server.state.of(server.contactId)[0]?.readSeq === 2, { what: 'the read receipt' });
    await widget.composer.press('Escape');
    await widget.launcher.waitFor();
    expect(await widget.page.getByTestId('widget-unread').isVisible()).toBe(false);
    expect(
      await widget.launcher.evaluate(
        (button) =>
          button.getRootNode() instanceof ShadowRoot && (button.getRootNode() as ShadowRoot).activeElement === button,
      ),
    ).toBe(true);
    expect(await widget.page.title()).not.toMatch(/^\(/);
  });
});

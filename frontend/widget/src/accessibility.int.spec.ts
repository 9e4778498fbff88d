import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, Frame } from 'playwright-core';
import { startBrowser, visit, type WidgetOnPage, until } from './testing/browser.js';
import { StandIn } from './testing/stand-in.js';

let browser: Browser;
let server: StandIn;
const axe = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

beforeAll(async () => {
  [browser, server] = await Promise.all([startBrowser(), StandIn.start()]);
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

/** What axe finds in one document: rule and place. */
async function findings(frame: Frame): Promise<string[]> {
  await frame.evaluate(await axe);
  return await frame.evaluate(async () => {
    const { axe: found } = window as unknown as {
      axe: {
        run(context: Document, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
      };
    };
    const { violations } = await found.run(document, {
      iframes: false,
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`));
  });
}

function panelOf(widget: WidgetOnPage): Frame {
  const frame = widget.page.frame({ name: 'beseda-widget' });
  if (!frame) throw new Error('the frame is not there');
  return frame;
}

async function fill(widget: WidgetOnPage): Promise<void> {
  await widget.open();
  await widget.write('Вопрос про палатку https://example.org/tent');
  server.fault = (route) =>
    route === 'POST /api/widget/messages' ? { status: 400, code: 'INVALID_ARGUMENT' } : undefined;
  await until(async () => (await widget.messages.first().getAttribute('data-state')) === 'sent', {
    what: 'the first message',
  });
  await widget.write('Отклонённое');
  await widget.in('widget-retry').waitFor();
  server.fault = () => undefined;
  server.state.answer(server.contactId, 'Ответ');
  await widget.messages.nth(2).waitFor();
  await widget.in('widget-attach').setInputFiles({ name: 'a.bin', mimeType: 'a/b', buffer: Buffer.alloc(3_000_000) });
}

describe('accessibility', () => {
  it.each(['light', 'dark'] as const)(
    'has no findings in conversation, list and shop page (%s)',
    async (colorScheme) => {
      const widget = await visit(browser, `${server.url}/demo`, { colorScheme, reducedMotion: 'reduce' });
      await fill(widget);
      expect(await findings(panelOf(widget))).toEqual([]);
      await widget.in('widget-dialogs').click();
      expect(await findings(panelOf(widget))).toEqual([]);
      expect(await findings(widget.page.mainFrame())).toEqual([]);
      await widget.close();
    },
  );

  it.each(['light', 'dark'] as const)(
    'has no findings in the offline form, its error and its thanks (%s)',
    async (theme) => {
      const { settings } = server;
      server.settings = {
        ...settings,
        theme,
        online: false,
        offline: {
          enabled: true,
          text: { ru: 'Мы уже дома.', en: '' },
          ask: 'email',
          consentText: { ru: 'Соглашаюсь с обработкой данных', en: '' },
          consentUrl: 'https://example.org/privacy',
        },
      };
      const widget = await visit(browser, `${server.url}/demo`, { reducedMotion: 'reduce' });
      await widget.open();
      const field = widget.frame.getByRole('textbox', { name: 'Ваша почта' });
      await field.waitFor();
      expect(await findings(panelOf(widget))).toEqual([]);
      await widget.frame.getByRole('button', { name: 'Оставить почту' }).click();
      const problem = widget.frame.getByRole('alert');
      await problem.waitFor();
      expect(await field.evaluate((found) => found === document.activeElement)).toBe(true);
      const description = await field.evaluate(
        (found) => document.getElementById(found.getAttribute('aria-describedby') ?? '')?.textContent,
      );
      expect(description).toBe('Напишите адрес почты');
      expect(await findings(panelOf(widget))).toEqual([]);
      // with the keyboard alone: field, consent, button
      await field.pressSequentially('irina@example.org');
      await widget.page.keyboard.press('Tab');
      await widget.page.keyboard.press('Tab');
      expect(await panelOf(widget).evaluate(() => document.activeElement?.textContent)).toBe('Оставить почту');
      await widget.page.keyboard.press('Enter');
      await widget.frame.getByRole('status').filter({ hasText: 'Спасибо' }).waitFor();
      await until(() => widget.composer.evaluate((found) => found === document.activeElement), {
        what: 'the composer',
      });
      expect(await findings(panelOf(widget))).toEqual([]);
      server.settings = settings;
      await widget.close();
    },
  );

  it('can be used with the keyboard alone', async () => {
    const widget = await visit(browser, `${server.url}/demo`);
    await widget.launcher.waitFor();
    await widget.launcher.focus();
    await widget.page.keyboard.press('Enter');
    await widget.composer.waitFor();
    const focused = (): Promise<string> =>
      panelOf(widget).evaluate(
        () =>
          document.activeElement?.getAttribute('data-testid') ??
          document.activeElement?.getAttribute('role') ??
          document.activeElement?.tagName ??
          '',
      );
    await until(async () => (await focused()) === 'widget-composer', { what: 'the composer to have the focus' });
    await widget.page.keyboard.type('строка');
    await widget.page.keyboard.press('Shift+Enter');
    await widget.page.keyboard.type('вторая');
    await widget.page.keyboard.press('Enter');
    await until(async () => (await widget.texts()).join() === 'строка\nвторая', { what: 'the two lines' });
    expect(await widget.composer.inputValue()).toBe('');
    await widget.in('widget-dialogs').waitFor();
    await widget.page.keyboard.press('Tab');
    expect(await focused()).toBe('widget-send');
    for (const expected of ['widget-composer', 'widget-attach', 'log', 'widget-close', 'widget-dialogs']) {
      await widget.page.keyboard.press('Shift+Tab');
      expect(await focused()).toBe(expected);
    }
    await widget.page.keyboard.press('Enter');
    await widget.frame.getByRole('list').waitFor();
    await widget.page.keyboard.press('Escape');
    await until(async () => (await focused()) === 'widget-composer', { what: 'the composer to have the focus again' });
    await widget.page.keyboard.press('Escape');
    await widget.launcher.waitFor();
    await widget.page.keyboard.press('Enter');
    await widget.composer.waitFor();
    await widget.close();
  });

  it('does not move what is read when something comes, and says how much came', async () => {
    const widget = await visit(browser, `${server.url}/demo`);
    await widget.open();
    for (let index = 0; index < 30; index += 1) server.state.answer(server.contactId, `сообщение ${index}`);
    await widget.messages.nth(29).waitFor();
    const log = widget.frame.getByRole('log');
    const top = (): Promise<number> =>
      widget.messages.nth(10).evaluate((bubble) => Math.round(bubble.getBoundingClientRect().top));
    await log.evaluate((element) => element.scrollTo(0, 400));
    const before = await top();
    server.state.answer(server.contactId, 'новое 1');
    server.state.answer(server.contactId, 'новое 2');
    const pill = widget.frame.getByRole('button', { name: 'Новые сообщения: 2' });
    await pill.waitFor();
    expect(await top()).toBe(before);
    expect(server.state.of(server.contactId)[0]?.readSeq).toBeLessThan(32);
    await pill.click();
    await until(() => server.state.of(server.contactId)[0]?.readSeq === 33, { what: 'everything to be read' });
    expect(await pill.count()).toBe(0);
    await widget.close();
  });

  it('keeps the place when older messages come above', async () => {
    const widget = await visit(browser, `${server.url}/demo`);
    await widget.launcher.waitFor();
    for (let index = 0; index < 120; index += 1) server.state.answer(server.contactId, `сообщение ${index}`);
    await widget.page.reload();
    await widget.open();
    await until(async () => (await widget.messages.count()) === 50, { what: 'the last page' });
    const log = widget.frame.getByRole('log');
    const first = widget.frame.getByText('сообщение 70', { exact: true });
    await log.evaluate((element) => element.scrollTo(0, 100));
    const before = await first.evaluate((bubble) => Math.round(bubble.getBoundingClientRect().top));
    await until(async () => (await widget.messages.count()) === 100, { what: 'the page before' });
    expect(
      Math.abs((await first.evaluate((bubble) => Math.round(bubble.getBoundingClientRect().top))) - before),
    ).toBeLessThanOrEqual(1);
    await widget.close();
  });
});

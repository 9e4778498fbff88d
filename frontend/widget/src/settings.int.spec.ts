import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until as untilSoon } from '@beseda/testing';
import type { Browser } from 'playwright-core';
import { CustomerSite, startBrowser, until, visit, type WidgetOnPage } from './testing/browser.js';
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

/** What is promised: a change is seen within two seconds. */
const soon = (predicate: () => boolean | Promise<boolean>, what: string): Promise<unknown> =>
  untilSoon(predicate, { timeoutMs: 2_000, everyMs: 20, what });

const page = (lang = 'ru'): string =>
  site.put('/page', {
    html: `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>Магазин</title>
      <script async src="${server.url}/widget.js" data-site="site"></script></head><body><h1>Магазин</h1></body></html>`,
  });

/** A visitor who is connected, so that pushes arrive. */
async function arrive(url = `${server.url}/demo`, options = {}): Promise<WidgetOnPage> {
  const widget = await visit(browser, url, { reducedMotion: 'reduce', ...options });
  await widget.page.evaluate('window.stayed = true');
  await until(() => server.sockets === 1, { what: 'the socket' });
  return widget;
}

async function leave(widget: WidgetOnPage): Promise<void> {
  // neither the page nor the frame was loaded again
  expect(await widget.page.evaluate('window.stayed')).toBe(true);
  expect(server.bodies('POST /api/widget/sessions')).toHaveLength(1);
  await widget.close();
}

const style = (widget: WidgetOnPage, name: string): Promise<string> =>
  widget.launcher.evaluate((button, key) => getComputedStyle(button).getPropertyValue(key), name);
const panelStyle = (widget: WidgetOnPage, selector: string, name: string): Promise<string> =>
  widget.frame
    .locator(selector)
    .first()
    .evaluate((element, key) => getComputedStyle(element).getPropertyValue(key), name);
const said = (widget: WidgetOnPage, text: string) => async (): Promise<boolean> =>
  (await widget.frame.getByText(text, { exact: true }).count()) > 0;

/** Colour in the middle of the launcher's picture; null while letters are shown. */
const picture = (widget: WidgetOnPage): Promise<string | null> =>
  widget.launcher.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
    if (canvas.hidden) return null;
    const [r, g, b] = canvas.getContext('2d')?.getImageData(50, 50, 1, 1).data ?? [];
    return [r, g, b].map((part) => (part ?? 0).toString(16).padStart(2, '0')).join('');
  });

interface Case {
  readonly setting: string;
  readonly push: Record<string, unknown>;
  readonly open: boolean;
  readonly seen: (widget: WidgetOnPage) => Promise<boolean>;
}

const CASES: readonly Case[] = [
  {
    setting: 'name',
    push: { name: 'Дальняя тропа' },
    open: true,
    seen: (widget) => said(widget, 'Дальняя тропа')(),
  },
  {
    setting: 'colour and the text colour that can be read on it',
    push: { color: '#ffd400' },
    open: false,
    seen: async (widget) =>
      (await style(widget, 'background-color')) === 'rgb(255, 212, 0)' &&
      (await style(widget, 'color')) === 'rgb(0, 0, 0)',
  },
  {
    setting: 'caption',
    push: { caption: { ru: 'Спросите нас', en: 'Ask us' } },
    open: false,
    seen: async (widget) => (await widget.launcher.innerText()).includes('Спросите нас'),
  },
  {
    setting: 'hidden caption',
    push: { hideCaption: true },
    open: false,
    seen: async (widget) =>
      (await style(widget, 'width')) === '56px' && (await style(widget, 'border-radius')) === '50%',
  },
  {
    setting: 'common picture',
    push: { avatarUrl: '/api/avatars/site/c0620c' },
    open: false,
    seen: async (widget) => (await picture(widget)) === 'c0620c',
  },
  {
    setting: 'greeting',
    push: { greeting: { ru: 'Привет!', en: 'Hi!' } },
    open: true,
    seen: (widget) => said(widget, 'Привет!')(),
  },
  {
    setting: 'no greeting',
    push: { greeting: null },
    open: true,
    seen: async (widget) => (await widget.frame.locator('.b').count()) === 0,
  },
  {
    setting: 'name of the sender',
    push: { senderName: 'Дима' },
    open: true,
    seen: (widget) => said(widget, 'Дима')(),
  },
  {
    setting: '"powered by"',
    push: { poweredBy: false },
    open: true,
    seen: async (widget) => !(await said(widget, 'Работает на\u00a0Беседе')()),
  },
  {
    setting: 'dark theme',
    push: { theme: 'dark' },
    open: true,
    seen: async (widget) =>
      (await panelStyle(widget, 'body', 'background-color')) === 'rgb(22, 27, 30)' &&
      (await panelStyle(widget, 'html', 'color-scheme')) === 'dark',
  },
  {
    setting: 'language',
    push: { language: 'en' },
    open: true,
    seen: async (widget) =>
      (await widget.composer.getAttribute('placeholder')) === 'Message' &&
      (await widget.launcher.getAttribute('aria-label')) === 'Questions? We are here, Open chat' &&
      (await said(widget, 'Hello! We help to choose gear and tell about delivery. Ask us anything.')()) &&
      (await widget.frame.locator('html').getAttribute('lang')) === 'en',
  },
  {
    setting: 'nobody there',
    push: { online: false, operators: [] },
    open: true,
    seen: async (widget) => (await widget.in('widget-presence').innerText()) === 'Ответим, когда будем на\u00a0месте',
  },
  {
    setting: 'other operators',
    push: { operators: [{ id: 'o9', name: 'Олег Волков', avatarUrl: '/api/avatars/operators/7a4cb0' }] },
    open: true,
    seen: async (widget) =>
      (await widget.frame.locator('.team .av').count()) === 1 &&
      (await widget.frame.locator('.team img').getAttribute('src')) === '/api/avatars/operators/7a4cb0',
  },
];

describe('settings', () => {
  it.each(CASES)('shows within two seconds and without loading again: $setting', async ({ push, open, seen }) => {
    const widget = await arrive();
    if (open) await widget.open();
    else await widget.launcher.waitFor();
    expect(await seen(widget)).toBe(false);
    server.push(push);
    await soon(() => seen(widget), JSON.stringify(push));
    await leave(widget);
  });

  it('takes a new limit for files', async () => {
    const widget = await arrive();
    await widget.open();
    server.push({ maxFileBytes: 10, name: 'Новая' });
    await soon(said(widget, 'Новая'), 'the push');
    await widget
      .in('widget-attach')
      .setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.alloc(11, 'a') });
    await widget.frame.getByText('Файл больше 10\u00a0Б').waitFor();
    await leave(widget);
  });

  it('speaks the fallback language where it does not know the page’s', async () => {
    const widget = await arrive(page('de'), { locale: 'de-DE' });
    const name = (): Promise<string | null> => widget.launcher.getAttribute('aria-label');
    await widget.launcher.waitFor();
    expect(await name()).toBe('Questions? We are here, Open chat');
    server.push({ fallbackLanguage: 'ru' });
    await soon(async () => (await name()) === 'Есть вопрос? Мы на связи, Открыть чат', 'Russian');
    await leave(widget);
  });

  it('follows the theme of the device when the site leaves it to the device', async () => {
    const widget = await arrive(undefined, { colorScheme: 'dark' });
    await widget.open();
    const background = (): Promise<string> => panelStyle(widget, 'body', 'background-color');
    expect(await background()).toBe('rgb(22, 27, 30)');
    server.push({ theme: 'light' });
    await soon(async () => (await background()) === 'rgb(255, 255, 255)', 'the light theme');
    server.push({ theme: 'auto' });
    await soon(async () => (await background()) === 'rgb(22, 27, 30)', 'the theme of the device');
    await widget.page.emulateMedia({ colorScheme: 'light' });
    await soon(async () => (await background()) === 'rgb(255, 255, 255)', 'the other theme of the device');
    await leave(widget);
  });

  it('keeps what is being typed, and the focus', async () => {
    const widget = await arrive();
    await widget.open();
    await widget.composer.fill('начал писать');
    await widget.composer.press('End');
    server.push({
      language: 'en',
      color: '#8a3d8f',
      theme: 'dark',
      greeting: { ru: 'а', en: 'Other' },
      corner: 'top-left',
    });
    await soon(said(widget, 'Other'), 'the new greeting');
    await widget.page.keyboard.type(' и дописал');
    expect(await widget.composer.inputValue()).toBe('начал писать и дописал');
    await leave(widget);
  });

  it('reads what was pushed while there was no connection', async () => {
    const widget = await arrive();
    await widget.open();
    server.acceptSockets = false;
    server.cut();
    await until(() => server.sockets === 0, { what: 'the cut' });
    server.push({ name: 'Пока вас не было' });
    server.acceptSockets = true;
    await until(said(widget, 'Пока вас не было'), { what: 'the new name' });
    await leave(widget);
  });

  it('reads the session again where there is no websocket at all', async () => {
    server.acceptSockets = false;
    const widget = await visit(browser, `${server.url}/demo`, { reducedMotion: 'reduce' });
    await widget.open();
    server.settings = { ...server.settings, name: 'По старинке' };
    await until(said(widget, 'По старинке'), { what: 'the new name' });
    await widget.close();
  });

  it('replaces the common picture by the one of who talked, also on the next page from the first moment', async () => {
    server.settings = { ...server.settings, avatarUrl: '/api/avatars/site/c0620c', operators: [] };
    server.state.operator = { ...server.state.operator, avatarUrl: '/api/avatars/operators/7a4cb0' };
    const widget = await arrive(page());
    await until(async () => (await picture(widget)) === 'c0620c', { what: 'the common picture' });
    server.state.answer(server.contactId, 'Здравствуйте');
    await until(async () => (await picture(widget)) === '7a4cb0', { what: "the operator's picture" });
    await widget.open();
    await until(async () => (await widget.frame.locator('h1').innerText()) === 'Марина Лаврова', { what: 'the name' });
    await widget.page.reload();
    await widget.launcher.waitFor();
    expect(await picture(widget)).toBe('7a4cb0');
    await widget.close();
  });

  it('shows letters where the picture cannot be had', async () => {
    server.settings = { ...server.settings, avatarUrl: '/api/files/site/nothing' };
    const widget = await arrive();
    await widget.launcher.waitFor();
    expect(await picture(widget)).toBeNull();
    expect(await widget.launcher.innerText()).toContain('ЛТ');
    await widget.close();
  });
});

describe('a server of another version', () => {
  it('may know nothing of the newer settings', async () => {
    Object.assign(server, { old: true, checked: false });
    const { siteId, name, color, language, poweredBy, maxFileBytes } = server.settings;
    server.settings = { siteId, name, color, language, greeting: null, poweredBy, maxFileBytes };
    const widget = await arrive();
    await widget.open();
    expect(await widget.in('widget-presence').count()).toBe(0);
    await widget.write('Вопрос');
    await until(async () => (await widget.messages.first().getAttribute('data-state')) === 'sent', {
      what: 'the message',
    });
    await widget.close();
  });

  it('may send nothing at all, or things nobody understands', async () => {
    Object.assign(server, { settings: {}, checked: false });
    const widget = await arrive();
    await widget.open();
    server.push({
      corner: 'middle',
      marginX: 'far',
      visibility: 7,
      theme: null,
      operators: [null, 3],
      offline: 'yes',
      later: {},
    });
    server.push({ name: 'Живой' });
    await until(said(widget, 'Живой'), { what: 'the name' });
    await widget.close();
  });
});

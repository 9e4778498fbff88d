import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { CustomerSite, startBrowser, until, visit, type WidgetOnPage } from './testing/browser.js';
import { StandIn } from './testing/stand-in.js';

let browser: Browser;
let server: StandIn;
let site: CustomerSite;

const IDENTIFY = 'POST /api/widget/identify';
const OFFLINE = {
  enabled: true,
  text: { ru: 'Мы уже дома. Напишите вопрос.', en: 'We are home already. Write your question.' },
  ask: 'email',
  consentText: { ru: 'Соглашаюсь с обработкой данных', en: 'I agree to the processing of data' },
  consentUrl: 'https://example.org/privacy',
};

beforeAll(async () => {
  [browser, site] = await Promise.all([startBrowser(), CustomerSite.start()]);
});
beforeEach(async () => {
  server = await StandIn.start();
  server.settings = { ...server.settings, online: false, operators: [], senderName: 'Дима', offline: OFFLINE };
});
afterEach(async () => {
  await server.stop();
});
afterAll(async () => {
  await browser.close();
  await site.stop();
});

async function arrive(options = {}): Promise<WidgetOnPage> {
  const widget = await visit(browser, `${server.url}/demo`, { reducedMotion: 'reduce', ...options });
  await widget.launcher.waitFor();
  await until(() => server.sockets === 1, { what: 'the socket' });
  return widget;
}

const field = (widget: WidgetOnPage) => widget.in('widget-offline-field');
const send = (widget: WidgetOnPage) => widget.in('widget-offline-send');
const said = (widget: WidgetOnPage): Promise<string> => widget.in('widget-offline-problem').innerText();
const shown = (widget: WidgetOnPage): Promise<number> => widget.frame.getByText(OFFLINE.text.ru).count();
const title = async (widget: WidgetOnPage, name: string): Promise<void> => {
  server.push({ name });
  await until(async () => (await widget.frame.locator('h1').innerText()) === name, { what: 'the push' });
};

describe('the offline message', () => {
  it('comes from the sender when the panel is opened, asks, and says thanks; nothing of it is a message', async () => {
    const widget = await arrive();
    expect(await shown(widget)).toBe(0);
    await widget.open();
    await widget.frame.getByText(OFFLINE.text.ru).waitFor();
    await widget.frame.getByText('Дима', { exact: true }).waitFor();
    const consent = widget.in('widget-offline-consent').getByRole('link');
    expect(await consent.getAttribute('href')).toBe(OFFLINE.consentUrl);
    expect(await consent.getAttribute('rel')).toBe('noopener noreferrer');
    await field(widget).fill('  irina@example.org ');
    await send(widget).click();
    await widget.in('widget-offline-thanks').waitFor();
    expect(await widget.in('widget-offline-thanks').innerText()).toContain('irina@example.org');
    expect(server.bodies(IDENTIFY)).toEqual([{ email: 'irina@example.org' }]);
    expect(server.bodies('POST /api/widget/messages')).toEqual([]);
    expect(await widget.messages.count()).toBe(0);
    expect(await field(widget).count()).toBe(0);
    await widget.write('Вопрос');
    await until(async () => (await widget.messages.first().getAttribute('data-state')) === 'sent', { what: 'it' });
    // the conversation goes on below
    const [message, notice] = [widget.messages.first(), widget.in('widget-offline-thanks')];
    // measured again while the list still scrolls
    await until(async () => ((await message.boundingBox())?.y ?? 0) > ((await notice.boundingBox())?.y ?? Infinity), {
      what: 'the message below',
    });
    await widget.close();
  });

  it('says in words what is wrong, and what is typed stays', async () => {
    const widget = await arrive();
    await widget.open();
    await send(widget).click();
    expect(await said(widget)).toBe('Напишите адрес почты');
    await field(widget).fill('irina.sv@pochta');
    expect(await said(widget)).toBe('Похоже, адрес не\u00a0дописан');
    expect(await field(widget).getAttribute('aria-invalid')).toBe('true');
    expect(await field(widget).getAttribute('aria-describedby')).toBe('answer-problem');
    await field(widget).fill('irina.sv@pochta.ru');
    await widget.in('widget-offline-problem').waitFor({ state: 'detached' });
    server.fault = (route) => (route === IDENTIFY ? { status: 400, code: 'INVALID_ARGUMENT' } : undefined);
    await field(widget).press('Enter');
    await until(async () => (await said(widget)).startsWith('Такой адрес'), { what: 'the refusal' });
    server.fault = (route) => (route === IDENTIFY ? 'drop' : undefined);
    await send(widget).click();
    await until(async () => (await said(widget)).includes('сервер не\u00a0отвечает'), { what: 'the failure' });
    expect(await field(widget).inputValue()).toBe('irina.sv@pochta.ru');
    server.fault = () => undefined;
    await send(widget).click();
    await widget.in('widget-offline-thanks').waitFor();
    await widget.close();
  });

  it('looks at a number, too', async () => {
    server.settings = { ...server.settings, offline: { ...OFFLINE, ask: 'phone', consentUrl: '' } };
    const widget = await arrive();
    await widget.open();
    await field(widget).fill('+7 912');
    await widget.composer.focus();
    expect(await said(widget)).toBe('Похоже, номер не\u00a0дописан');
    expect(await widget.in('widget-offline-consent').getByRole('link').count()).toBe(0);
    await field(widget).fill('+7 (912) 345-67-89');
    await send(widget).click();
    await widget.in('widget-offline-thanks').waitFor();
    expect(server.bodies(IDENTIFY)).toEqual([{ phone: '+7 (912) 345-67-89' }]);
    await widget.close();
  });

  it('sends once however often the button is pressed', async () => {
    const widget = await arrive();
    await widget.open();
    await field(widget).fill('irina@example.org');
    await send(widget).dblclick();
    await widget.in('widget-offline-thanks').waitFor();
    expect(server.bodies(IDENTIFY)).toHaveLength(1);
    await widget.close();
  });

  it('does not ask for what is known, from the session or said by the page', async () => {
    server.contact = { ...server.contact, email: 'known@example.org' };
    const known = await arrive();
    await known.open();
    await known.frame.getByText(OFFLINE.text.ru).waitFor();
    await title(known, 'Да');
    expect(await field(known).count()).toBe(0);
    await known.close();
    server.contact = { ...server.contact, email: null };
    const told = await arrive();
    await told.open();
    await field(told).waitFor();
    await told.page.evaluate(`beseda('identify', { email: 'page@example.org' })`);
    await field(told).waitFor({ state: 'detached' });
    await told.close();
  });

  it('only says when nothing is asked', async () => {
    server.settings = { ...server.settings, offline: { ...OFFLINE, ask: 'none' } };
    const widget = await arrive();
    await widget.open();
    await widget.frame.getByText(OFFLINE.text.ru).waitFor();
    await title(widget, 'Да');
    expect(await field(widget).count()).toBe(0);
    await widget.close();
  });

  it('is not there when somebody came before the panel was opened, and not while somebody is there', async () => {
    const widget = await arrive();
    server.push({ online: true });
    await title(widget, 'Пришли');
    await widget.open();
    expect(await widget.in('widget-presence').innerText()).toBe('На\u00a0связи');
    expect(await shown(widget)).toBe(0);
    // who goes home while the panel is open is told by the header
    server.push({ online: false });
    await title(widget, 'Ушли');
    expect(await widget.in('widget-presence').innerText()).toBe('Ответим, когда будем на\u00a0месте');
    expect(await shown(widget)).toBe(0);
    await widget.close();
  });

  it('is not shown twice in a page view, and goes when it is out of date', async () => {
    const widget = await arrive();
    for (let times = 0; times < 3; times += 1) {
      await widget.open();
      await field(widget).waitFor();
      expect(await shown(widget)).toBe(1);
      await widget.in('widget-close').click();
    }
    server.push({ online: true });
    await title(widget, 'Пришли');
    expect(await shown(widget)).toBe(0);
    await widget.open();
    await title(widget, 'Всё ещё здесь');
    expect(await shown(widget)).toBe(0);
    await widget.in('widget-close').click();
    server.push({ online: false });
    await title(widget, 'Ушли');
    await widget.open();
    await title(widget, 'Никого');
    expect(await shown(widget)).toBe(0);
    await widget.close();
  });

  it('follows the settings while it is shown; what is typed stays, per thing asked', async () => {
    const widget = await arrive();
    await widget.open();
    await field(widget).fill('irina@');
    server.push({ offline: { ...OFFLINE, ask: 'phone', text: { ru: 'Другое', en: '' } } });
    await widget.frame.getByText('Ваш телефон').waitFor();
    await widget.frame.getByText('Другое').waitFor();
    await field(widget).fill('+7');
    server.push({ offline: OFFLINE, language: 'en' });
    await widget.frame.getByText('Your e-mail').waitFor();
    expect(await field(widget).inputValue()).toBe('irina@');
    expect(await send(widget).innerText()).toBe('Leave e-mail');
    server.push({ offline: null, language: 'ru' });
    await field(widget).waitFor({ state: 'detached' });
    server.push({ offline: OFFLINE });
    await widget.frame.getByText('Ваша почта').waitFor();
    await widget.close();
  });

  it('appears in an open panel when the owner switches it on', async () => {
    server.settings = { ...server.settings, offline: { ...OFFLINE, enabled: false } };
    const widget = await arrive();
    await widget.open();
    await title(widget, 'Без слов');
    expect(await shown(widget)).toBe(0);
    server.push({ offline: OFFLINE });
    await field(widget).waitFor();
    await widget.close();
  });

  it('stands after what was written before, under a strict policy too', async () => {
    const csp = `default-src 'none'; script-src ${server.url}; frame-src ${server.url}`;
    const html = `<!doctype html><html lang="ru"><body><script async src="${server.url}/widget.js" data-site="site"></script></body></html>`;
    const widget = await visit(browser, site.put('/strict', { html, csp }), { reducedMotion: 'reduce' });
    await widget.launcher.waitFor();
    server.state.answer(server.contactId, 'Раньше');
    await widget.page.reload();
    await widget.open();
    await field(widget).waitFor();
    await widget.messages.first().waitFor();
    const before = (await widget.messages.first().boundingBox())?.y ?? Infinity;
    expect((await field(widget).boundingBox())?.y).toBeGreaterThan(before);
    await widget.close();
  });
});

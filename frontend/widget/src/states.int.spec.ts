import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { startBrowser, visit, type WidgetOnPage, until } from './testing/browser.js';
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
  until(async () => (await state(index)) === wanted, { what: `message ${index} to be ${wanted}` });
const stored = (): (string | undefined)[] =>
  [...server.state.dialogs.values()]
    .flatMap((dialog) => dialog.events.map((event) => (event.type === 'message.posted' ? event.payload.text : '')))
    .filter(Boolean);

describe('honest states', () => {
  it('says that a message was refused and sends it again on request', async () => {
    server.fault = (route) => (route === SEND ? { status: 400, code: 'INVALID_ARGUMENT' } : undefined);
    await widget.write('отказ');
    await reaches(0, 'failed');
    server.fault = () => undefined;
    await widget.in('widget-retry').click();
    await reaches(0, 'sent');
    const ids = server.bodies(SEND).map((body) => body['clientMessageId']);
    expect(new Set(ids).size).toBe(1);
    expect(await widget.in('widget-retry').count()).toBe(0);
  });

  it('says so when the server does not answer, keeps what follows in line, and goes on by itself', async () => {
    server.fault = (route) => (route === SEND ? { status: 503, code: 'UNAVAILABLE' } : undefined);
    await widget.write('раз');
    await widget.write('два');
    await reaches(0, 'failed');
    expect(await state(1)).toBe('queued');
    server.fault = () => undefined;
    await widget.in('widget-retry').click();
    await reaches(1, 'sent');
    expect(stored()).toEqual(['раз', 'два']);
  });

  it('waits while the network is away, says it, and sends when it is back', async () => {
    await widget.page.context().setOffline(true);
    await widget.write('из тоннеля');
    await reaches(0, 'queued');
    await widget.in('widget-connection').waitFor();
    expect(await widget.in('widget-connection').innerText()).toBe('Нет связи. Сообщения уйдут, когда она появится.');
    await widget.page.context().setOffline(false);
    await reaches(0, 'sent');
    await widget.in('widget-connection').waitFor({ state: 'hidden' });
  });

  it('goes on over HTTP when there is no websocket', async () => {
    await widget.write('раз');
    await reaches(0, 'sent');
    server.acceptSockets = false;
    server.cut();
    server.state.answer(server.contactId, 'в обход');
    await until(async () => (await widget.messages.count()) === 2, { what: 'the polled answer' });
    const state = (): Promise<string | null> => widget.in('widget-connection').getAttribute('data-state');
    await until(async () => (await state()) === 'polling', { what: 'the state "polling"' });
    server.acceptSockets = true;
    await widget.in('widget-connection').waitFor({ state: 'hidden' });
  });
});

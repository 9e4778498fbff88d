import { deflateSync } from 'node:zlib';
import { until } from '@beseda/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Locator } from 'playwright-core';
import { type Operator, Visitor } from '../support/api.js';
import { WidgetPage, newContext } from '../support/browser.js';
import { type Site, openSite, sharedBrowser } from '../support/site.js';
import { type SiteSettingsJson, changeSettings, putAvatar } from '../support/settings.js';

/** A change must be seen by visitors within this time, ms. */
const LIVE = 2_000;
declare function getComputedStyle(element: unknown): { backgroundColor: string; colorScheme: string };

/** A square of one grey as PNG. */
function square(grey: number, size = 64): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const crc = Buffer.alloc(4);
    crc.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, crc]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const rows = Buffer.alloc((size + 1) * size, grey);
  for (let y = 0; y < size; y++) rows[y * (size + 1)] = 0;
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function crc32(bytes: Buffer): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}

interface Context2d {
  getImageData(x: number, y: number, width: number, height: number): { data: number[] };
}

describe('settings of the chat reach a page that is open', () => {
  let site: Site;
  let browser: Browser;
  let admin: Operator;
  let original: SiteSettingsJson;
  let context: BrowserContext;
  let widget: WidgetPage;
  let loads = 0;

  beforeAll(async () => {
    [site, browser] = await Promise.all([openSite(), sharedBrowser()]);
    admin = site.owner;
    original = await admin.get<SiteSettingsJson>('settings');
  }, 120_000);
  afterAll(() => browser?.close());

  beforeEach(async () => {
    context = await newContext(browser);
    widget = new WidgetPage(await context.newPage());
    loads = 0;
    widget.page.on('load', () => loads++);
  });
  afterEach(async () => {
    expect(loads).toBe(1);
    await context.close();
    const { widget: look, offline, senderName, domains } = original;
    const { avatarUrl: _, ...rest } = look;
    await changeSettings(admin, { widget: rest, offline, senderName, domains });
  });

  const visit = async (): Promise<void> => {
    await widget.page.goto(site.demo);
    await widget.launcher.waitFor({ state: 'visible' });
  };
  const appears = (locator: Locator): Promise<void> => locator.waitFor({ state: 'visible', timeout: LIVE });
  const hides = (locator: Locator): Promise<void> => locator.waitFor({ state: 'hidden', timeout: LIVE });
  const soon = (probe: () => Promise<boolean>, what: string): Promise<unknown> =>
    until(probe, { what, timeoutMs: LIVE });
  const colourOf = (locator: Locator): Promise<string> =>
    locator.evaluate((element) => getComputedStyle(element).backgroundColor);
  const lastDialog = async (visitor: Visitor): Promise<string> =>
    (await until(async () => (await visitor.dialogs())[0]?.id, { what: 'the dialog' })) as string;

  it('caption, and no caption', async () => {
    await visit();
    await changeSettings(admin, { widget: { caption: { ru: 'Спросите нас', en: 'Ask us' } } });
    await appears(widget.launcher.filter({ hasText: 'Спросите нас' }));
    const wide = (await widget.launcher.boundingBox())?.width ?? 0;
    await changeSettings(admin, { widget: { hideCaption: true } });
    await soon(async () => ((await widget.launcher.boundingBox())?.width ?? wide) < wide / 2, 'a round launcher');
  });

  it('colour', async () => {
    await visit();
    await changeSettings(admin, { widget: { color: '#a11515' } });
    await soon(async () => (await colourOf(widget.launcher)) === 'rgb(161, 21, 21)', 'the colour');
  });

  it('corner and margins', async () => {
    await visit();
    const size = widget.page.viewportSize() ?? { width: 0, height: 0 };
    for (const corner of ['top-left', 'bottom-left', 'top-right', 'bottom-right'] as const) {
      await changeSettings(admin, { widget: { corner, marginX: 48, marginY: 32 } });
      await soon(async () => {
        const box = await widget.launcher.boundingBox();
        if (!box) return false;
        const x = corner.endsWith('left') ? box.x : size.width - box.x - box.width;
        const y = corner.startsWith('top') ? box.y : size.height - box.y - box.height;
        return Math.abs(x - 48) <= 2 && Math.abs(y - 32) <= 2;
      }, corner);
    }
  });

  it('greeting, theme and "powered by" locked without a licence', async () => {
    await visit();
    await widget.open();
    await changeSettings(admin, { widget: { greeting: { ru: 'Рады видеть!', en: 'Welcome!' }, theme: 'dark' } });
    await appears(widget.frame.getByText('Рады видеть!'));
    await soon(
      () => widget.frame.locator('html').evaluate((html) => getComputedStyle(html).colorScheme === 'dark'),
      'the dark theme',
    );
    await expect(changeSettings(admin, { widget: { poweredBy: false } })).rejects.toMatchObject({
      status: 409,
      problem: { errors: [{ path: 'widget.poweredBy', code: 'no_licence' }] },
    });
  });

  it('language, and what is typed stays', async () => {
    await visit();
    await widget.open();
    await widget.composer.fill('не потеряйте меня');
    const russian = await widget.composer.getAttribute('placeholder');
    await changeSettings(admin, { widget: { language: 'en' } });
    await soon(async () => (await widget.composer.getAttribute('placeholder')) !== russian, 'English');
    expect(await widget.composer.inputValue()).toBe('не потеряйте меня');
  });

  it('the common picture, and the operator’s once one has answered', async () => {
    await visit();
    // Drawn, so that a page that allows no foreign pictures shows it too.
    const picture = widget.launcher.locator('canvas');
    const grey = (): Promise<number> =>
      picture.evaluate((element) => {
        const canvas = element as { width: number; height: number; getContext(kind: '2d'): Context2d };
        return canvas.getContext('2d').getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data[0] ?? -1;
      });
    await putAvatar(admin, `sites/${admin.siteId}/avatar`, square(120));
    await soon(async () => Math.abs((await grey()) - 120) < 8, 'the common picture');
    await putAvatar(admin, 'account/avatar', square(30));
    await widget.open();
    await widget.write('Кто здесь?');
    const dialog = await until(
      async () => (await admin.dialogs()).find(({ lastMessage }) => lastMessage?.text === 'Кто здесь?'),
      { what: 'the dialog' },
    );
    await admin.answer((dialog as { id: string }).id, 'Я.');
    await widget.message('Я.').waitFor({ state: 'visible' });
    await soon(async () => Math.abs((await grey()) - 30) < 8, 'the picture of the operator');
  });

  it('only with a dialog: nothing is drawn for somebody new; a closed dialog counts', async () => {
    await visit();
    await changeSettings(admin, { widget: { visibility: 'dialog' } });
    await hides(widget.launcher);
    await widget.page.evaluate("beseda('open')");
    await widget.composer.waitFor({ state: 'visible' });
    await widget.write('Открыто скриптом');
    const dialog = await until(
      async () => (await admin.dialogs()).find(({ lastMessage }) => lastMessage?.text === 'Открыто скриптом'),
      { what: 'the dialog' },
    );
    await admin.send('POST', `dialogs/${(dialog as { id: string }).id}/close`);
    const again = new WidgetPage(await context.newPage());
    await again.page.goto(site.demo);
    await again.launcher.waitFor({ state: 'visible' });
  });

  it('only on a new message: invisible until an operator writes', async () => {
    await changeSettings(admin, { widget: { visibility: 'message' } });
    const visitor = await Visitor.open(site.url, site.siteId);
    await visitor.send('Жду ответа');
    const dialogId = await lastDialog(visitor);
    await widget.page.goto(site.demo);
    const key = await until(
      () =>
        widget.page.evaluate(() =>
          Object.keys(localStorage).find((name) => name.includes('beseda') && name.endsWith('token')),
        ),
      { what: 'the stored token' },
    );
    expect(await widget.launcher.isVisible()).toBe(false);
    await widget.page.evaluate(([name, token]) => localStorage.setItem(name!, token!), [key as string, visitor.token]);
    const other = new WidgetPage(await context.newPage());
    await other.page.goto(site.demo);
    await other.page.locator('iframe[name="beseda-widget"]').waitFor({ state: 'attached' });
    expect(await other.launcher.isVisible()).toBe(false);
    await admin.answer(dialogId, 'Вот ответ');
    await other.launcher.waitFor({ state: 'visible', timeout: 5_000 });
  });

  it('removeChat takes the chat away on a page', async () => {
    await visit();
    await widget.page.evaluate("beseda('removeChat')");
    await hides(widget.launcher);
    expect(await widget.page.locator('iframe[name="beseda-widget"]').count()).toBe(0);
  });

  it('the offline message, shown while nobody is there, takes an address to the card', async () => {
    await changeSettings(admin, {
      offline: {
        enabled: true,
        text: { ru: 'Сейчас никого нет. Оставьте почту!', en: 'Nobody is here. Leave your e-mail!' },
        ask: 'email',
        consentText: { ru: 'Согласие на обработку', en: 'Consent' },
        consentUrl: 'https://shop.example/privacy',
      },
    });
    await visit();
    await widget.open();
    await appears(widget.frame.getByText('Сейчас никого нет'));
    const field = widget.frame.locator('input[type="email"]');
    await field.fill('не адрес');
    await field.press('Enter');
    await appears(widget.frame.getByRole('alert').first());
    await field.fill('visitor@example.org');
    await field.press('Enter');
    await hides(field);
    await widget.write('Перезвоните');
    const dialog = await until(
      async () => (await admin.dialogs()).find(({ lastMessage }) => lastMessage?.text === 'Перезвоните'),
      { what: 'the dialog' },
    );
    const card = await admin.get<{ email: string }>(`contacts/${(dialog as { contact: { id: string } }).contact.id}`);
    expect(card.email).toBe('visitor@example.org');
  });

  it('domains count from the next load on, and the host that showed the widget is seen', async () => {
    await changeSettings(admin, { domains: ['shop.example'] });
    const policy = (await fetch(`${site.url}/widget/panel?site=${admin.siteId}`)).headers.get(
      'content-security-policy',
    );
    expect(policy).toMatch(/frame-ancestors [^;]*shop\.example/);
    await visit().catch(() => undefined /* the demo page is no domain of the site now: the chat may stay away */);
    await Visitor.open(site.url, admin.siteId);
    await fetch(`${site.url}/api/widget/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://shop.example' },
      body: JSON.stringify({
        siteId: admin.siteId,
        page: { url: 'https://shop.example/cart', title: '', referrer: '' },
      }),
    });
    await until(async () => (await admin.get<SiteSettingsJson>('settings')).seen[0]?.host === 'shop.example', {
      what: 'the host that was seen',
    });
  });
});

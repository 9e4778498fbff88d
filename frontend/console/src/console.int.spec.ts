import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { until } from '@beseda/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { launch } from '../test/browser.ts';
import { startStandIn, type StandIn } from '../test/stand-in.ts';

const root = join(import.meta.dirname, '..');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const DESK: BrowserContextOptions = {
  viewport: { width: 1440, height: 900 },
  locale: 'ru-RU',
  timezoneId: 'Europe/Moscow',
};
const PHONE: BrowserContextOptions = { ...DESK, viewport: { width: 390, height: 844 }, hasTouch: true };

let browser: Browser;
let server: StandIn;
let context: BrowserContext;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  browser = await launch();
}, 240_000);
afterAll(async () => {
  await browser.close();
});

beforeEach(async () => {
  server = await startStandIn({ dist: join(root, 'dist') });
  complaints.length = 0;
});
afterEach(async () => {
  await context.close();
  await server.stop();
});

async function open(options: BrowserContextOptions = DESK, path = '/'): Promise<void> {
  context = await browser.newContext(options);
  page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|NG0?\d{3}/.test(message.text())) complaints.push(message.text());
  });
  await page.goto(server.url + path);
}

async function signIn(password = 'secret-password'): Promise<void> {
  await page.getByTestId('login-email').fill('m.lavrentieva@lesnaya-tropa.example');
  await page.getByTestId('login-password').fill(password);
  await page.getByTestId('login-submit').click();
}

async function openDialog(id: string): Promise<void> {
  await page.locator(`[data-testid=dialog-row][data-dialog-id=${id}]`).click();
  await page.getByTestId('message').first().waitFor();
}

const lastMessage = (): Promise<{ text: string; state: string | null }> =>
  page
    .getByTestId('message')
    .last()
    .evaluate((element) => ({ text: element.textContent?.trim() ?? '', state: element.getAttribute('data-state') }));

const lastIs = (text: string, state: string): Promise<unknown> =>
  until(
    async () => {
      const last = await lastMessage();
      return last.text === text && last.state === state;
    },
    { what: `"${text}" ${state}`, timeoutMs: 15_000 },
  );

async function violations(): Promise<string[]> {
  await page.evaluate(axe);
  return await page.evaluate(async () => {
    const { axe: run } = globalThis as unknown as {
      axe: { run(o: unknown): Promise<{ violations: { id: string; nodes: { target: unknown[] }[] }[] }> };
    };
    // menus and popovers float outside the landmarks by design of the overlay
    const result = await run.run({ rules: { region: { enabled: false } } });
    return result.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`);
  });
}

describe('signing in', () => {
  it('says at the password what is wrong, keeps the e-mail and returns to the asked page', async () => {
    await open(DESK, '/sites/lt-7f3a21/dialogs/dialog-001');
    await signIn('wrong');
    await page.getByText('Почта и пароль не подходят').waitFor();
    expect(await page.getByTestId('login-email').inputValue()).toBe('m.lavrentieva@lesnaya-tropa.example');
    await signIn();
    await page.getByTestId('message').first().waitFor();
    expect(new URL(page.url()).pathname).toBe('/sites/lt-7f3a21/dialogs/dialog-001');
    await page.reload();
    await page.getByTestId('message').first().waitFor();
    expect(complaints).toEqual([]);
  });

  it('leads back to the login page with a word why when the session is ended', async () => {
    await open();
    await signIn();
    await page.getByTestId('dialog-row').first().waitFor();
    await page.locator('[data-testid=connection][data-state=online]').waitFor();
    server.endSession();
    await page.getByText('Сеанс закончился').waitFor();
    expect(new URL(page.url()).pathname).toBe('/login');
  });
});

describe('a dialog', () => {
  beforeEach(async () => {
    await open();
    await signIn();
    await page.getByTestId('dialog-row').first().waitFor();
  });

  it('sends, shows that it was read, and takes messages of the customer live', async () => {
    await openDialog('dialog-002');
    await page.locator('[data-testid=composer]:focus').waitFor();
    await page.keyboard.type('Курьер привезёт новую пару');
    await page.keyboard.press('Control+Enter');
    await lastIs('Курьер привезёт новую пару', 'sent');
    const dialog = server.store.dialogs.get('dialog-002');
    if (!dialog) throw new Error('no dialog');
    server.store.readAll(dialog);
    await lastIs('Курьер привезёт новую пару', 'read');
    server.store.say(dialog, 'Спасибо!');
    await lastIs('Спасибо!', 'sent');
    await until(() => dialog.unread === 0, { what: 'marked as read' });
    expect(complaints).toEqual([]);
  });

  it('writes on without a connection and sends when it is back', async () => {
    await openDialog('dialog-001');
    server.down(true);
    await page.getByTestId('composer').fill('Написано без связи');
    await page.getByTestId('send').click();
    await lastIs('Написано без связи', 'queued');
    await page.getByTestId('connection-banner').waitFor();
    server.down(false);
    await lastIs('Написано без связи', 'sent');
    expect(
      server.store.dialogs.get('dialog-001')?.events.filter((event) => event.payload['text'] === 'Написано без связи'),
    ).toHaveLength(1);
  });

  it('keeps a refused message in its place and sends it again', async () => {
    await openDialog('dialog-001');
    server.fail(/\/messages$/, 404);
    await page.getByTestId('composer').fill('Не уйдёт');
    await page.keyboard.press('Control+Enter');
    await lastIs('Не уйдёт', 'failed');
    server.fail(null);
    await page.getByTestId('retry').click();
    await lastIs('Не уйдёт', 'sent');
  });

  it('assigns, closes and opens again', async () => {
    await openDialog('dialog-002');
    await page.getByTestId('assign').click();
    await page.locator('[data-testid=assign-option][data-operator-id=op-timur]').click();
    await page.getByTestId('event-line').filter({ hasText: 'Тимур Гайсин' }).last().waitFor();
    await page.getByTestId('close-dialog').click();
    await page.getByTestId('reopen-dialog').click();
    await page.getByTestId('close-dialog').waitFor();
    expect(server.store.dialogs.get('dialog-002')).toMatchObject({ status: 'open', assigneeId: 'op-timur' });
  });

  it('has all of a thousand messages in order and holds the place that is read', async () => {
    await page.getByTestId('list-search').fill('Ю Ли');
    await page.locator('[data-testid=dialog-row]', { hasText: 'Ю Ли' }).click();
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=message]').length === 1000);
    const numbers = await page
      .getByTestId('message')
      .evaluateAll((all) => all.map((one) => Number(/\d+/.exec(one.textContent ?? '')?.[0])));
    expect(numbers).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1));
    const place = (): Promise<string> =>
      page.getByTestId('timeline').evaluate((box) => {
        const top = box.getBoundingClientRect().top;
        // groups, not messages: asking for the place of a message off screen would lay it out
        const first = [...box.querySelectorAll('[data-block]')].find((one) => one.getBoundingClientRect().top > top);
        return `${first?.textContent?.trim()} at ${Math.round((first?.getBoundingClientRect().top ?? 0) - top)}`;
      });
    await page.getByTestId('timeline').evaluate((box) => (box.scrollTop = -3000));
    await page.getByTestId('to-end').waitFor();
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    const before = await place();
    const dialog = server.store.dialogs.get('dialog-008');
    if (dialog) server.store.say(dialog, 'Новое снизу');
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=message]').length === 1001);
    await page.locator('[data-testid=to-end]', { hasText: '1 новое ниже' }).waitFor();
    expect(await place()).toBe(before);
  });

  it('keeps rows in place under the pointer and says that there are new ones above', async () => {
    await page.locator('[data-dialog-id=dialog-002]').hover();
    const place = (): Promise<number | undefined> =>
      page
        .locator('[data-dialog-id=dialog-002]')
        .boundingBox()
        .then((box) => box?.y);
    const before = await place();
    const fresh = server.store.start('Новый Человек', 'Здравствуйте');
    await page.getByTestId('list-new').waitFor();
    await page.locator(`[data-dialog-id=${fresh.id}]`).waitFor({ state: 'attached' });
    expect(await place()).toBe(before);
    await page.mouse.move(900, 500);
    await until(async () => ((await page.locator(`[data-dialog-id=${fresh.id}]`).boundingBox())?.y ?? -1) > 0, {
      what: 'new row on screen',
    });
  });

  it('is worked by keyboard alone', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('Рената');
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=dialog-row]').length === 1);
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=dialog-row]').length > 3);
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await page.keyboard.press('Enter');
    await page.locator('[data-testid=composer]:focus').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.waitForURL(/\/dialogs$/);
  });
});

describe('everybody', () => {
  it.each([
    ['light desk', DESK, 'light'],
    ['dark desk', DESK, 'dark'],
    ['phone', PHONE, 'light'],
  ] as const)('can use it: no violations of WCAG 2.2 on a %s', async (_name, size, colorScheme) => {
    await open({ ...size, colorScheme });
    await page.getByTestId('login-email').waitFor();
    expect(await violations()).toEqual([]);
    await signIn();
    await page.getByTestId('dialog-row').first().waitFor();
    expect(await violations()).toEqual([]);
    await openDialog('dialog-002');
    await page.getByTestId(size === PHONE ? 'show-card' : 'contact-card').waitFor();
    expect(await violations()).toEqual([]);
    await page.getByTestId('assign').click();
    expect(await violations()).toEqual([]);
  });

  it('switches language and theme without a reload', async () => {
    await open();
    await signIn();
    await page.getByTestId('dialog-row').first().waitFor();
    await page.evaluate(() => Object.assign(globalThis, { same: true }));
    await page.getByTestId('language').click();
    await page.getByRole('heading', { name: 'Dialogs' }).waitFor();
    await page.getByTestId('theme').click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    await page.locator('html[data-theme=dark][lang=en]').waitFor({ state: 'attached' });
    expect(await page.evaluate(() => 'same' in globalThis)).toBe(true);
  });

  it('has one pane at a time on a phone, each with its own address', async () => {
    await open(PHONE);
    await signIn();
    await page.getByTestId('dialog-row').first().waitFor();
    await openDialog('dialog-002');
    expect(await page.getByTestId('dialog-row').first().isVisible()).toBe(false);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await page.getByTestId('show-card').click();
    await page.locator('[data-testid=contact-card]:focus').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('[data-testid=show-card]:focus').waitFor();
    await page.goBack();
    await page.getByTestId('dialog-row').first().waitFor();
    expect(new URL(page.url()).pathname).toBe('/sites/lt-7f3a21/dialogs');
  });
});

import { until } from '@beseda/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { DESK, DIST, PHONE, launch, listen, signIn, violations } from '../test/browser.ts';
import { startStandIn, type StandIn } from '../test/stand-in.ts';

const SETTINGS = '/sites/lt-7f3a21/settings';

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
  server = await startStandIn({ dist: DIST });
  complaints.length = 0;
});
afterEach(async () => {
  await context?.close();
  await server.stop();
});

async function open(path: string, options: BrowserContextOptions = DESK): Promise<void> {
  context = await browser.newContext(options);
  page = await context.newPage();
  listen(page, complaints);
  await page.goto(`${server.url}${SETTINGS}${path}`);
  await signIn(page);
}

const field = (key: string) => page.getByTestId(`setting-${key}`);
const statusIs = (text: RegExp): Promise<void> =>
  page.getByTestId('settings-status').filter({ hasText: text }).waitFor();
const save = (): Promise<void> => page.getByTestId('settings-save').click();
const widget = (): Record<string, unknown> => server.settings.site['widget'] as Record<string, unknown>;

describe('the settings of the chat', () => {
  it('are edited and saved; the bar names what changed', async () => {
    await open('/chat');
    await field('caption-ru').fill('Пишите');
    await field('color').fill('#8a3b83');
    await page.locator('[data-testid=setting-corner] input[value=top-left]').check();
    await statusIs(/^Изменено: надпись, цвет, положение$/);
    await save();
    await statusIs(/^Сохранено в/);
    expect(widget()).toMatchObject({
      caption: { ru: 'Пишите', en: 'Questions? We are here' },
      color: '#8a3b83',
      corner: 'top-left',
      marginX: 20,
    });
    expect(complaints).toEqual([]);
  });

  it('of two people at once: no overlap merges by itself, an overlap shows both versions', async () => {
    await open('/chat');
    await field('caption-ru').fill('Моя надпись');
    // not told: found out by the save
    server.settings.change({ widget: { marginX: 44 } }, false);
    await save();
    await statusIs(/^Сохранено в/);
    expect(widget()).toMatchObject({ caption: { ru: 'Моя надпись' }, marginX: 44 });
    expect(await field('marginX').inputValue()).toBe('44');

    await field('caption-ru').fill('Моя вторая');
    await field('marginY').fill('31');
    server.settings.change({ widget: { caption: { ru: 'Их надпись' } } }, false);
    await save();
    await page.getByTestId('conflict').waitFor();
    expect(await page.getByTestId('conflict-mine').textContent()).toBe('Моя вторая');
    expect(await page.getByTestId('conflict-theirs').textContent()).toBe('Их надпись');
    expect(await violations(page)).toEqual([]);
    expect(widget()).toMatchObject({ caption: { ru: 'Их надпись' }, marginY: 20 });
    await page.getByTestId('conflict-keep').click();
    await save();
    await statusIs(/^Сохранено в/);
    expect(widget()).toMatchObject({ caption: { ru: 'Моя вторая' }, marginX: 44, marginY: 31 });
  });

  it('changed by somebody else appear by themselves beside what is typed', async () => {
    await open('/chat');
    await page.locator('[data-testid=connection][data-state=online]').waitFor();
    await field('caption-ru').fill('Печатаю');
    server.settings.change({ senderName: 'Новое имя' });
    await until(async () => (await field('senderName').inputValue()) === 'Новое имя', { what: 'their change' });
    expect(await field('caption-ru').inputValue()).toBe('Печатаю');
    server.settings.change({ widget: { caption: { ru: 'Их' } } });
    await page.getByTestId('conflict').waitFor();
    await page.getByTestId('conflict-take').click();
    await until(async () => (await field('caption-ru').inputValue()) === 'Их', { what: 'their caption in the field' });
  });

  it('say what is wrong at the field, in both languages, and lead to its tab', async () => {
    await open('/chat?tab=offline');
    await field('consentText-ru').fill('Согласие');
    await field('consentUrl').fill('lesnaya-tropa/privacy');
    await field('consentUrl').blur();
    await page.getByText('Нужен полный адрес, например').waitFor();
    const note = await field('consentUrl').getAttribute('aria-describedby');
    expect(await page.locator(`#${note}`).textContent()).toContain('Нужен полный адрес');
    await page.getByTestId('tab-look').click();
    await save();
    await page.waitForURL(/tab=offline/);
    await page.locator('[data-testid=setting-consentUrl]:focus').waitFor();
    expect(server.settings.site.version).toBe(3);
    await page.getByTestId('tab-look').click();
    await field('senderName').fill('Занято');
    await page.getByTestId('tab-offline').click();
    await field('consentUrl').fill('');
    await save();
    // what only the server knows comes back to its field, on its tab
    await page.locator('[data-testid=setting-senderName]:focus').waitFor();
    await page.getByText('Такое уже есть').waitFor();
  });

  it('lose nothing that was typed: connection away, server down, session over, reload', async () => {
    await open('/chat');
    await field('greeting-ru').fill('Длинное приветствие, которое жалко потерять');
    server.fail(/settings$/, 503);
    await save();
    await page.getByTestId('settings-problem').waitFor();
    expect(await field('greeting-ru').inputValue()).toBe('Длинное приветствие, которое жалко потерять');
    server.fail(null);
    page.on('dialog', (dialog) => void dialog.accept());
    await page.reload();
    await statusIs(/^Восстановлено несохранённое: приветствие$/);
    server.endSession();
    await page.getByTestId('login-email').waitFor();
    await signIn(page);
    await statusIs(/^Восстановлено несохранённое: приветствие$/);
    expect(await field('greeting-ru').inputValue()).toBe('Длинное приветствие, которое жалко потерять');
    await save();
    await statusIs(/^Сохранено в/);
    expect(widget()).toMatchObject({ greeting: { ru: 'Длинное приветствие, которое жалко потерять' } });
  });

  it('ask before they are left with changes', async () => {
    await open('/chat');
    await field('caption-ru').fill('Несохранённая');
    await page.getByTestId('settings-hours').click();
    await page.getByTestId('confirm-no').click();
    expect(page.url()).toContain('/settings/chat');
    expect(await field('caption-ru').inputValue()).toBe('Несохранённая');
    await page.getByTestId('settings-hours').click();
    await page.getByTestId('confirm-yes').click();
    await page.waitForURL(/settings\/hours/);
    await page.getByTestId('settings-chat').click();
    await statusIs(/^Изменений нет$/);
  });

  it('show the real widget as it is typed', async () => {
    await open('/chat');
    const preview = page.frameLocator('[data-testid=widget-preview]');
    await page.locator('.prev__f--there').waitFor();
    await field('greeting-ru').fill('Видно сразу');
    await preview.frameLocator('iframe').getByText('Видно сразу').waitFor();
    await page.getByTestId('preview-collapsed').click();
    await field('caption-ru').fill('Новая надпись');
    await preview.getByText('Новая надпись').waitFor();
    expect(server.settings.site.version).toBe(3);
    expect(complaints).toEqual([]);
  });

  it('cut a picture to a square by keyboard and save it at once', async () => {
    await open('/chat');
    const png = await page.evaluate(async () => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 600, height: 300 });
      canvas.getContext('2d')?.fillRect(0, 0, 300, 300);
      const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
      return [...new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0))];
    });
    await field('caption-ru').fill('Остаётся');
    await field('avatar').setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from(png) });
    await page.getByTestId('crop-area').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('+');
    expect(await violations(page)).toEqual([]);
    await page.getByTestId('crop-done').click();
    await page.getByTestId('avatar-picture').waitFor();
    expect(widget()['avatarUrl']).toMatch(/^\/api\/avatars\//);
    expect(await field('caption-ru').inputValue()).toBe('Остаётся');
    await save();
    await statusIs(/^Сохранено в/);
    await field('avatar').setInputFiles({ name: 'text.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
    await page.getByText('не открывается как картинка').waitFor();
  });

  it('give the code, say where it was seen, show and change the secret', async () => {
    await open('/chat');
    await page.getByTestId('install').click();
    expect(await page.getByTestId('install-snippet').textContent()).toContain('data-site="lt-7f3a21"');
    server.settings.change({ seen: [{ host: 'novyj.example', at: new Date().toISOString() }] }, false);
    await page.getByTestId('install-check').click();
    await page.getByTestId('seen').filter({ hasText: 'novyj.example' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('[data-testid=install]:focus').waitFor();
    await page.getByTestId('tab-security').click();
    await page.getByTestId('identity-show').click();
    expect(await page.getByTestId('identity-secret').textContent()).toContain('s3cr3t-1');
    await page.getByTestId('identity-rotate').click();
    await page.getByTestId('confirm-yes').click();
    await page.getByTestId('identity-secret').filter({ hasText: 's3cr3t-2' }).waitFor();
  });
});

describe('business hours', () => {
  it('are set by keyboard, holidays come from a country', async () => {
    await open('/hours');
    await page.getByTestId('setting-d6-add').press('Enter');
    await page.getByTestId('setting-d6-from-0').fill('10');
    await page.getByTestId('setting-d6-to-0').fill('9');
    await page.keyboard.press('Tab');
    await page.getByText('Конец должен быть позже начала').waitFor();
    await page.getByTestId('setting-d6-to-0').fill('1530');
    await page.keyboard.press('Tab');
    expect(await page.getByTestId('setting-d6-from-0').inputValue()).toBe('10:00');
    await page.getByTestId('import-open').click();
    await page.getByTestId('import-country').selectOption('RU');
    await page.getByTestId('import-list').getByLabel('День защитника Отечества').uncheck();
    await page.getByTestId('import-add').click();
    await statusIs(/^Изменено: суббота, праздники/);
    await save();
    await statusIs(/^Сохранено в/);
    const { days, holidays } = server.settings.hours as unknown as {
      days: { intervals: unknown[] }[];
      holidays: { name: string }[];
    };
    expect(days[5]?.intervals).toEqual([{ from: '10:00', to: '15:30' }]);
    expect(holidays.map((day) => day.name)).toContain('Новый год');
    expect(holidays.map((day) => day.name)).not.toContain('День защитника Отечества');
  });
});

describe('everybody', () => {
  it('sees only what the role may see', async () => {
    await open('/../../gl-11/settings/chat');
    await page.waitForURL(/gl-11\/settings(\/account)?$/);
    expect(await page.getByTestId('settings-chat').count()).toBe(0);
    expect(await page.getByTestId('settings-operators').count()).toBe(0);
  });

  it('has the navigation as a page of its own on a phone', async () => {
    await open('', PHONE);
    await page.getByTestId('settings-closing').click();
    await field('reopenWindowHours').fill('48');
    await save();
    await statusIs(/^Сохранено в/);
    expect(server.settings.site['reopenWindowHours']).toBe(48);
    await page.getByRole('link', { name: 'Ко всем настройкам' }).click();
    await page.getByTestId('settings-chat').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });

  it.each([
    ['light desk', DESK, 'light'],
    ['dark desk', DESK, 'dark'],
    ['phone', PHONE, 'light'],
  ] as const)('can use it: no violations of WCAG 2.2 on a %s', async (_name, size, colorScheme) => {
    await open('/chat', { ...size, colorScheme });
    await field('caption-ru').waitFor();
    for (const tab of ['look', 'visibility', 'offline', 'languages', 'security']) {
      await page.getByTestId(`tab-${tab}`).click();
      await page.locator('.fs h2').first().waitFor();
      expect({ tab, found: await violations(page) }).toEqual({ tab, found: [] });
    }
    await page.getByTestId('install').click();
    await page.getByTestId('install-panel').waitFor();
    expect(await violations(page)).toEqual([]);
    for (const path of ['hours', 'closing']) {
      await page.goto(`${server.url}${SETTINGS}/${path}`);
      await page.locator('.fs').first().waitFor();
      expect({ path, found: await violations(page) }).toEqual({ path, found: [] });
    }
  });
});

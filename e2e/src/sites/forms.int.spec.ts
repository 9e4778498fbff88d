import { until } from '@beseda/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import type { Operator } from '../support/api.js';
import { ConsolePage, newContext } from '../support/browser.js';
import { type Site, openSite, sharedBrowser } from '../support/site.js';
import type { SiteSettingsJson } from '../support/settings.js';

const PASSWORD = 'a long enough password';
const SECOND = { email: 'second@example.test', password: PASSWORD };
/** What the forms say, in the language of the browser. */
const WORDS = [
  {
    locale: 'ru-RU',
    ...{ required: 'Заполните это поле', url: 'Нужен полный адрес', email: 'адрес не дописан' },
    ...{ color: 'Нужен цвет вида', order: 'Конец должен быть позже начала' },
  },
  {
    locale: 'en-GB',
    ...{ required: 'Fill in this field', url: 'A full address is needed', email: 'The address looks incomplete' },
    ...{ color: 'A colour like', order: 'The end must be later' },
  },
];

describe('forms of the settings, against the product', () => {
  let site: Site;
  let browser: Browser;
  let admin: Operator;
  let second: Operator;
  let pages: Page[] = [];

  beforeAll(async () => {
    [site, browser] = await Promise.all([openSite(), sharedBrowser()]);
    admin = site.owner;
    second = await admin.colleague(SECOND.email, 'admin');
  }, 120_000);
  beforeEach(() => {
    pages = [];
  });
  afterEach(async () => {
    for (const page of pages) await page.context().close();
  });
  afterAll(() => browser?.close());

  const open = async (path: string, who: Site['credentials'] = site.credentials, locale = 'ru-RU'): Promise<Page> => {
    const page = await (await newContext(browser, { locale })).newPage();
    pages.push(page);
    page.setDefaultTimeout(10_000);
    await new ConsolePage(page).login(site.url, who);
    await page.goto(`${site.url}/sites/${admin.siteId}/settings/${path}`);
    return page;
  };
  const field = (page: Page, key: string): Locator => page.getByTestId(`setting-${key}`);
  const save = (page: Page): Promise<void> => page.getByTestId('settings-save').click();
  const saved = (page: Page): Promise<void> =>
    page
      .getByTestId('settings-status')
      .filter({ hasText: /^(Сохранено в|Saved at)/ })
      .waitFor();
  const caption = async (): Promise<{ ru: string }> =>
    (await admin.get<SiteSettingsJson>('settings')).widget['caption'] as { ru: string };
  const error = (page: Page, text: string): Promise<void> =>
    page.getByTestId('field-error').filter({ hasText: text }).first().waitFor();

  it.each(WORDS)(
    'say what is wrong at the field ($locale)',
    async ({ locale, ...words }) => {
      const chat = await open('chat', site.credentials, locale);
      const before = (await admin.get<SiteSettingsJson>('settings')).version;
      await field(chat, 'senderName').fill('');
      await field(chat, 'color').fill('red-ish');
      await save(chat);
      await error(chat, words.required);
      await error(chat, words.color);
      const note = await field(chat, 'senderName').getAttribute('aria-describedby');
      expect(await chat.locator(`#${note}`).textContent()).toContain(words.required);
      await chat.getByTestId('tab-offline').click();
      await field(chat, 'consentUrl').fill('shop/privacy');
      await field(chat, 'consentUrl').blur();
      await error(chat, words.url);
      expect((await admin.get<SiteSettingsJson>('settings')).version).toBe(before);

      const people = await open('operators', site.credentials, locale);
      await people.getByTestId('add-operator').click();
      await field(people, 'email').fill('nobody');
      await save(people);
      await error(people, words.required);
      await error(people, words.email);
      // what only the server knows comes to its field too
      await field(people, 'name').fill('Somebody');
      await field(people, 'email').fill(SECOND.email);
      await save(people);
      await people.locator('[data-testid=setting-email][aria-invalid=true]').waitFor();
      expect(await field(people, 'name').inputValue()).toBe('Somebody');

      const hours = await open('hours', site.credentials, locale);
      await hours.getByTestId('setting-d7-add').click();
      await hours.getByTestId('setting-d7-from-0').fill('18');
      await hours.getByTestId('setting-d7-to-0').fill('9');
      await save(hours);
      await error(hours, words.order);
    },
    90_000,
  );

  it('keep what was typed when the server fails or the connection drops while saving; saving again works', async () => {
    const page = await open('chat');
    await field(page, 'caption-ru').fill('Не потеряйте');
    let answers: 'error' | 'saved, answer lost' | 'cut' | 'fine' = 'error';
    await page.route('**/api/sites/*/settings', async (route) => {
      if (route.request().method() !== 'PATCH' || answers === 'fine') return route.continue();
      if (answers === 'error')
        return route.fulfill({ status: 500, json: { status: 500, code: 'INTERNAL', detail: 'x' } });
      if (answers === 'saved, answer lost') await route.fetch();
      return route.abort('connectionreset');
    });
    for (const way of ['error', 'cut', 'saved, answer lost'] as const) {
      answers = way;
      await field(page, 'caption-ru').fill(`Не потеряйте: ${way}`);
      await save(page);
      await page.getByTestId('settings-problem').waitFor({ timeout: 25_000 });
      expect(await field(page, 'caption-ru').inputValue()).toBe(`Не потеряйте: ${way}`);
      answers = 'fine';
      await save(page);
      await until(async () => (await page.getByTestId('settings-problem').count()) === 0, { what: 'no problem' });
      expect(await page.getByTestId('conflict').count()).toBe(0);
      await until(async () => (await caption()).ru === `Не потеряйте: ${way}`, { what: way });
    }
    await field(page, 'caption-ru').fill('Без сети');
    await page.context().setOffline(true);
    await save(page);
    await page.getByTestId('settings-problem').waitFor({ timeout: 25_000 });
    await page.context().setOffline(false);
    expect(await field(page, 'caption-ru').inputValue()).toBe('Без сети');
    await save(page);
    await saved(page);
    expect(await caption()).toMatchObject({ ru: 'Без сети' });
  }, 120_000);

  it('keep what was typed over a session that ended', async () => {
    const page = await open('chat', SECOND);
    await field(page, 'greeting-ru').fill('Написано до конца сеанса');
    for (const disabled of [true, false]) {
      const { items } = await admin.get<{ items: { id: string; version: number }[] }>('operators/manage');
      const version = items.find(({ id }) => id === second.id)?.version;
      await admin.send('PATCH', `operators/${second.id}`, { disabled, version });
    }
    await page.getByTestId('login-email').fill(SECOND.email);
    await page.getByTestId('login-password').fill(SECOND.password);
    await page.getByTestId('login-submit').click();
    await field(page, 'greeting-ru').waitFor();
    expect(await field(page, 'greeting-ru').inputValue()).toBe('Написано до конца сеанса');
    await save(page);
    await saved(page);
    expect((await admin.get<SiteSettingsJson>('settings')).widget['greeting']).toMatchObject({
      ru: 'Написано до конца сеанса',
    });
  }, 60_000);

  it('ask before they are left with changes', async () => {
    const page = await open('chat');
    await field(page, 'caption-ru').fill('Не сохранено');
    await page.getByTestId('settings-hours').click();
    await page.getByTestId('confirm-no').click();
    expect(await field(page, 'caption-ru').inputValue()).toBe('Не сохранено');
    const asked: string[] = [];
    page.on('dialog', (dialog) => {
      asked.push(dialog.type());
      void dialog.accept();
    });
    await page.reload();
    expect(asked).toEqual(['beforeunload']);
    // The draft is back once the settings have been read.
    await until(async () => (await field(page, 'caption-ru').inputValue()) === 'Не сохранено', { what: 'the draft' });
    await page.getByTestId('settings-hours').click();
    await page.getByTestId('confirm-yes').click();
    await page.waitForURL(/settings\/hours/);
    expect(await caption()).not.toMatchObject({ ru: 'Не сохранено' });
  }, 60_000);

  it('of two people: what does not overlap merges, what does shows both versions, and either can stay', async () => {
    const [one, two] = [await open('chat'), await open('chat', SECOND)];
    await field(one, 'caption-ru').fill('Первая');
    await field(two, 'marginX').fill('41');
    await save(one);
    await saved(one);
    await save(two);
    await saved(two);
    const { widget } = await admin.get<SiteSettingsJson>('settings');
    expect(widget).toMatchObject({ caption: { ru: 'Первая' }, marginX: 41 });

    for (const choice of ['keep', 'take'] as const) {
      await field(two, 'caption-ru').fill(`Моя ${choice}`);
      await field(one, 'caption-ru').fill(`Их ${choice}`);
      await save(one);
      await until(async () => (await caption()).ru === `Их ${choice}`, { what: 'theirs' });
      await save(two);
      await two.getByTestId('conflict').waitFor();
      expect(await two.getByTestId('conflict-mine').textContent()).toBe(`Моя ${choice}`);
      expect(await two.getByTestId('conflict-theirs').textContent()).toBe(`Их ${choice}`);
      await two.getByTestId(`conflict-${choice}`).click();
      await two.getByTestId('conflict').waitFor({ state: 'detached' });
      // whoever took theirs has nothing left to save
      if (choice === 'keep') await save(two);
      else await two.locator('[data-testid=settings-save][aria-disabled=true]').waitFor();
      const left = choice === 'keep' ? 'Моя keep' : 'Их take';
      await until(async () => (await caption()).ru === left, { what: left });
      await until(async () => (await field(one, 'caption-ru').inputValue()) === left, { what: `${left} there too` });
      expect(await field(two, 'caption-ru').inputValue()).toBe(left);
    }
  }, 90_000);

  it('show the real widget with what is typed before it is saved', async () => {
    const page = await open('chat');
    const { version } = await admin.get<SiteSettingsJson>('settings');
    const preview = page.frameLocator('[data-testid=widget-preview]');
    await field(page, 'greeting-ru').fill('Только в предпросмотре');
    await preview.frameLocator('iframe').getByText('Только в предпросмотре').waitFor();
    await page.getByTestId('preview-collapsed').click();
    await field(page, 'caption-ru').fill('Кнопка до сохранения');
    await preview.getByText('Кнопка до сохранения').waitFor();
    expect((await admin.get<SiteSettingsJson>('settings')).version).toBe(version);
  }, 60_000);
});

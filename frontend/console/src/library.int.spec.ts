import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@beseda/testing';
import { type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { DESK, DIST, PHONE, launch, listen, signIn, violations } from '../test/browser.ts';
import { startStandIn, type StandIn } from '../test/stand-in.ts';

const SITE = '/sites/lt-7f3a21';
const complaints: string[] = [];
let browser: Browser;
let server: StandIn;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  browser = await launch();
}, 180_000);
afterAll(async () => {
  await browser.close();
});
beforeEach(async () => {
  server = await startStandIn({ dist: DIST });
  complaints.length = 0;
});
afterEach(async () => {
  await context.close();
  await server.stop();
  expect(complaints).toEqual([]);
});

async function enter(path: string, options: BrowserContextOptions = DESK): Promise<void> {
  context = await browser.newContext(options);
  page = await context.newPage();
  listen(page, complaints);
  await page.goto(server.url + SITE + path);
  await signIn(page);
}

/** The dialog with somebody, opened. */
async function talk(name: string, options: BrowserContextOptions = DESK): Promise<string> {
  const dialog = [...server.store.dialogs.values()].find((one) => one.contact.name === name);
  if (!dialog) throw new Error(`No dialog with ${name}`);
  await enter(`/dialogs/${dialog.id}`, options);
  await page.getByTestId('composer').waitFor();
  return dialog.id;
}

const value = (): Promise<string> => page.getByTestId('composer').inputValue();
const options = () => page.getByTestId('reply-option');
const texts = (id: string): string[] =>
  (server.store.dialogs.get(id)?.events ?? [])
    .filter((event) => event.type === 'message.posted' && event.actor.kind === 'operator')
    .map((event) => {
      const { text, file } = event.payload as { text?: string; file?: { name: string } };
      return text ?? file?.name ?? '';
    });

describe('saved replies in the composer', () => {
  it('open by a slash, are found by typing and take its place, filled in', async () => {
    await talk('Рената Ишмухаметова');
    await page.getByTestId('composer').fill('Добрый день. ');
    await page.getByTestId('composer').pressSequentially('/');
    await options().first().waitFor();
    expect(await options().count()).toBe(5);
    await page.getByTestId('composer').pressSequentially('привет');
    await until(async () => (await options().count()) === 1, { what: 'one reply' });
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Enter');
    expect(await value()).toBe(
      'Добрый день. Здравствуйте, Рената Ишмухаметова! Меня зовут Марина Лаврентьева, «Лесная тропа». Чем помочь?',
    );
    await page.getByTestId('reply-picker').waitFor({ state: 'detached' });
  });

  it('send their files after the text, in order, and a file can be taken off before', async () => {
    const id = await talk('Рената Ишмухаметова');
    const before = texts(id).length;
    await page.getByTestId('composer').pressSequentially('/обмен');
    await page.keyboard.press('Enter');
    await page.getByTestId('composer-file').waitFor();
    await page.reload();
    await page.getByTestId('composer-file').waitFor();
    expect(await value()).toContain('Обменяем без доплаты');
    await page.getByTestId('composer').press('Control+Enter');
    await until(() => texts(id).length === before + 2, { what: 'the text and the file' });
    expect(texts(id).slice(before)).toEqual([
      'Обменяем без доплаты. Заполните заявление и\nположите его в коробку.',
      'Заявление_на_обмен_2026_года.pdf',
    ]);
    expect(server.library.sent).toEqual(['reply-form']);
    await page.getByTestId('composer').pressSequentially('/обмен');
    await page.keyboard.press('Enter');
    await page.getByTestId('composer-file-remove').click();
    await page.getByTestId('composer-file').waitFor({ state: 'detached' });
  });

  it('send a file again when the server was away, once', async () => {
    const id = await talk('Рената Ишмухаметова');
    const before = texts(id).length;
    server.fail(/saved-files/, 503);
    await page.getByTestId('composer').pressSequentially('/обмен');
    await page.keyboard.press('Enter');
    await page.getByTestId('send').click();
    await until(() => texts(id).length === before + 1, { what: 'the text' });
    server.fail(null);
    await until(() => texts(id).length === before + 2, { what: 'the file', timeoutMs: 15_000 });
    expect(server.library.sent).toEqual(['reply-form']);
  });

  it('leave a placeholder without a value where it is seen, and sending asks', async () => {
    const id = await talk('Рената Ишмухаметова');
    const before = texts(id).length;
    await page.getByTestId('saved-replies').click();
    await options().first().waitFor();
    await page.getByTestId('composer').pressSequentially('посылк');
    await page.keyboard.press('Enter');
    await page.getByTestId('composer-holes').waitFor();
    const selected = await page.getByTestId('composer').evaluate((area) => {
      const box = area as HTMLTextAreaElement;
      return box.value.slice(box.selectionStart, box.selectionEnd);
    });
    expect(selected).toBe('{contact.phone}');
    await page.getByTestId('send').click();
    await page.getByTestId('hole-send').waitFor();
    expect(texts(id).length).toBe(before);
    await page.keyboard.type('+7 912 000-14-27');
    await page.getByTestId('composer-holes').waitFor({ state: 'detached' });
    await page.getByTestId('send').click();
    await until(() => texts(id).length === before + 1, { what: 'the text' });
    expect(texts(id).at(-1)).toBe('Пришлём ссылку на +7 912 000-14-27, как только посылка уедет.');
  });

  it('close on Escape without closing the dialog; the button takes its slash back', async () => {
    await talk('Рената Ишмухаметова');
    await page.getByTestId('composer').fill('Да');
    await page.getByTestId('saved-replies').click();
    await options().first().waitFor();
    expect(await value()).toBe('Да /');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Escape');
    expect(await value()).toBe('Да');
    await page.getByTestId('reply-picker').waitFor({ state: 'detached' });
    await page.getByTestId('composer').pressSequentially(' и/или 1/2');
    expect(await page.getByTestId('reply-picker').count()).toBe(0);
  });

  it('say that the list could not be loaded, and try again', async () => {
    server.fail(/saved-replies$/, 503);
    await talk('Рената Ишмухаметова');
    await page.getByTestId('composer').pressSequentially('/');
    await page.getByTestId('reply-picker').getByRole('alert').waitFor();
    server.fail(null);
    await page.getByTestId('reply-picker').getByRole('button').click();
    await options().first().waitFor();
  });
});

describe('tags of a dialog', () => {
  it('are added from the catalogue and anew, and taken off', async () => {
    const id = await talk('Рената Ишмухаметова');
    await page.getByTestId('dialog-tag').first().waitFor();
    await page.getByTestId('tag-add').click();
    await page.getByTestId('tag-input').fill('воз');
    await page.getByTestId('tag-option').first().waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByTestId('tag-input').fill('Срочно');
    await page.keyboard.press('Enter');
    await until(() => server.store.dialogs.get(id)?.tags.length === 3, { what: 'three tags' });
    expect(server.store.dialogs.get(id)?.tags).toEqual(['Доставка', 'Возврат', 'Срочно']);
    await page.keyboard.press('Escape');
    await page.getByTestId('tag-remove').first().click();
    await until(() => server.store.dialogs.get(id)?.tags.length === 2, { what: 'two tags' });
  });

  it('say when they could not be saved, and go back', async () => {
    await talk('Рената Ишмухаметова');
    server.fail(/\/tags$/, 403);
    await page.getByTestId('tag-remove').first().click();
    await page.getByTestId('tags-error').waitFor();
    expect(await page.getByTestId('dialog-tag').count()).toBe(1);
  });

  it('follow a new colour and a new name at once', async () => {
    await talk('Рената Ишмухаметова');
    const row = page.getByTestId('dialog-row').filter({ hasText: 'Рената' });
    const look = async (): Promise<string> =>
      await row
        .locator('.tag')
        .first()
        .evaluate((tag) => `${tag.textContent} ${getComputedStyle(tag, '::before').backgroundColor}`);
    await until(async () => (await look()).includes('138, 90, 0'), { what: 'the colour of the catalogue' });
    server.library.changeTag('tag-2', { color: '#112233', name: 'Курьер' });
    await until(async () => (await look()).replace(/\s+/g, ' ').trim() === 'Курьер rgb(17, 34, 51)', {
      what: 'the new name and colour',
    });
  });

  it('work on a phone', async () => {
    await talk('Рената Ишмухаметова', PHONE);
    await page.getByTestId('composer').pressSequentially('/');
    await options().first().click();
    expect(await value()).toContain('Здравствуйте');
  });
});

const titles = async (): Promise<string[]> => await page.getByTestId('reply-row').locator('b').allInnerTexts();
const stored = (): string[] => server.library.replies.map((reply) => reply.title);

describe('the page of saved replies', () => {
  it('takes many in a row, with placeholders, a preview and a file', async () => {
    await enter('/settings/saved-replies');
    await page.getByTestId('add-reply').click();
    await page.getByTestId('setting-title').fill('Первый');
    await page.getByTestId('setting-folder').fill('Доставка');
    await page.getByTestId('setting-text').fill('Здравствуйте, ');
    await page.locator('[data-testid=insert][data-name="contact.name"]').click();
    expect(await page.getByTestId('setting-text').inputValue()).toBe('Здравствуйте, {contact.name}');
    expect(await page.getByTestId('reply-preview').innerText()).toContain('Ксения Дорохова');
    await page
      .getByTestId('reply-upload')
      .setInputFiles({ name: 'Карта.txt', mimeType: 'text/plain', buffer: Buffer.from('x') });
    await page.getByTestId('reply-file').waitFor();
    await page.getByTestId('settings-save').click();
    await until(() => stored().includes('Первый'), { what: 'the first' });
    await until(async () => (await page.getByTestId('setting-title').inputValue()) === '', { what: 'an empty form' });
    await until(async () => page.getByTestId('setting-title').evaluate((box) => box === document.activeElement), {
      what: 'the focus in the title',
    });
    expect(await page.getByTestId('setting-folder').inputValue()).toBe('Доставка');
    await page.keyboard.type('Второй');
    await page.getByTestId('setting-text').fill('Что-то {client.name}');
    await page.getByTestId('unknown-placeholders').waitFor();
    await page.getByTestId('settings-save').click();
    await page.getByTestId('field-error').first().waitFor();
    expect(stored()).not.toContain('Второй');
    await page.getByTestId('setting-text').fill('Готово');
    await page.getByTestId('settings-save').click();
    await until(() => stored().includes('Второй'), { what: 'the second' });
    expect(server.library.replies.find((reply) => reply.title === 'Первый')).toMatchObject({
      folder: 'Доставка',
      files: [{ name: 'Карта.txt' }],
    });
  });

  it('asks before something typed is lost, and shows what was changed by two at once', async () => {
    await enter('/settings/saved-replies');
    await page.getByTestId('reply-row').filter({ hasText: 'Возврат денег' }).locator('.reply__open').click();
    await page.getByTestId('setting-text').fill('Моё');
    await page.keyboard.press('Escape');
    await page.getByTestId('confirm-no').click();
    server.library.changeReply('reply-3', { text: 'Чужое' });
    await page.getByTestId('settings-save').click();
    await page.getByTestId('conflict-keep').click();
    await page.getByTestId('settings-save').click();
    await page.getByTestId('reply-panel').waitFor({ state: 'detached' });
    expect(server.library.replies.find((reply) => reply.id === 'reply-3')?.text).toBe('Моё');
  });

  it('is ordered by keys, and several are deleted at once', async () => {
    await enter('/settings/saved-replies');
    await page.getByTestId('reply-row').filter({ hasText: 'Моя подпись' }).locator('.reply__open').focus();
    await page.keyboard.press('Alt+ArrowUp');
    await until(() => stored().indexOf('Моя подпись') < stored().indexOf('Приветствие'), { what: 'the order' });
    expect((await titles()).slice(0, 2)).toEqual(['Моя подпись', 'Приветствие']);
    await page.getByTestId('reply-choose').nth(0).check();
    await page.getByTestId('reply-choose').nth(2).check();
    await page.getByTestId('delete-chosen').click();
    await page.getByTestId('confirm-yes').click();
    await until(() => stored().length === 3, { what: 'three left' });
    expect(stored()).not.toContain('Моя подпись');
  });

  it('takes a table in after it has said what would happen', async () => {
    await enter('/settings/saved-replies');
    const pick = (text: string): Promise<void> =>
      page.getByTestId('import-file').setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
    await page.getByTestId('open-import').click();
    await pick('title,text\nA,\n');
    await page.getByTestId('import-report').getByText('Строка 2').waitFor();
    await pick('title,text\nA,а\nB,б\n');
    await page.getByTestId('import-report').getByText('2 ответа').waitFor();
    expect(stored()).toHaveLength(5);
    await page.getByTestId('import-go').click();
    await until(() => stored().length === 7, { what: 'two more' });
    await page.getByTestId('reply-row').filter({ hasText: 'B' }).first().waitFor();
  });

  it('shows an operator only what is personal', async () => {
    server.store.sites.splice(0, 1, {
      ...server.store.sites[0],
      role: 'operator',
    } as (typeof server.store.sites)[number]);
    await enter('/settings/saved-replies');
    await page.getByTestId('reply-row').first().waitFor();
    expect(await titles()).toEqual(['Моя подпись']);
    expect(await page.getByTestId('open-import').count()).toBe(0);
    await page.getByTestId('settings-nav').getByRole('link', { name: 'Сохранённые ответы' }).waitFor();
    await page.getByTestId('add-reply').click();
    await page.getByTestId('setting-title').fill('Личный');
    expect(await page.getByTestId('setting-audience').count()).toBe(0);
    await page.getByTestId('setting-text').fill('Текст');
    await page.getByTestId('settings-save').click();
    await until(() => stored().includes('Личный'), { what: 'the reply' });
    expect(server.library.replies.at(-1)?.audience).toEqual({ kind: 'personal' });
  });
});

describe('the page of tags', () => {
  it('adds, renames, merges and deletes', async () => {
    await enter('/settings/tags');
    await page.getByTestId('add-tag').click();
    await page.getByTestId('setting-name').fill('опт');
    await page.getByTestId('settings-save').click();
    await page.getByTestId('field-error').waitFor();
    await page.getByTestId('setting-name').fill('Крупный опт');
    await page.getByTestId('settings-save').click();
    await page.getByTestId('tag-row').filter({ hasText: 'Крупный опт' }).waitFor();
    const row = page.locator('[data-tag-id=tag-2]');
    await row.locator('.tagname').click();
    await page.getByTestId('setting-name').fill('Курьер');
    await page.getByTestId('settings-save').click();
    await row.getByText('Курьер').waitFor();
    await row.getByTestId('tag-actions').click();
    await page.getByTestId('tag-merge-open').click();
    await page.getByTestId('merge-into').selectOption({ label: 'VIP' });
    await page.getByTestId('merge-text').getByText('2 диалогах').waitFor();
    await page.getByTestId('merge-go').click();
    await row.waitFor({ state: 'detached' });
    await page.locator('[data-tag-id=tag-1]').getByTestId('tag-actions').click();
    await page.getByTestId('tag-delete').click();
    await page.getByTestId('confirm-yes').click();
    await page.locator('[data-tag-id=tag-1]').waitFor({ state: 'detached' });
    await page.locator('[data-tag-id=tag-4]').getByTestId('tag-usage').click();
    await until(() => page.url().includes('tag=VIP'), { what: 'the list of the tag' });
  });

  it('is empty at first, and says so when it cannot be loaded', async () => {
    server.fail(/api.*\/tags$/, 503);
    await enter('/settings/tags');
    const retry = page.getByRole('main').getByRole('button', { name: 'Повторить' });
    await retry.waitFor();
    server.fail(null);
    server.library.tags = [];
    await retry.click();
    await page.getByTestId('add-tag').waitFor();
    expect(await violations(page)).toEqual([]);
  });
});

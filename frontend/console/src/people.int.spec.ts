import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { DESK, DIST, PHONE, launch, listen, signIn, violations } from '../test/browser.ts';
import { startStandIn, type StandIn } from '../test/stand-in.ts';

const SETTINGS = '/sites/lt-7f3a21/settings';
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

async function open(path: string, options: BrowserContextOptions = DESK): Promise<void> {
  context = await browser.newContext(options);
  page = await context.newPage();
  listen(page, complaints);
  await page.goto(server.url + path);
}

async function enter(path: string, options: BrowserContextOptions = DESK): Promise<void> {
  await open(SETTINGS + path, options);
  await signIn(page);
  await page.getByTestId('me').waitFor();
}

async function begin(email: string, password = 'secret-password'): Promise<void> {
  await page.getByTestId('login-email').fill(email);
  await page.getByTestId('login-password').fill(password);
  await page.getByTestId('login-submit').click();
}

const row = (id: string) => page.locator(`[data-testid=operator-row][data-operator-id=${id}]`);

async function act(id: string, action: string): Promise<void> {
  await page.locator(`[data-actions-of=${id}]`).click();
  await page.getByTestId(action).click();
}

describe('signing in', () => {
  it('asks for the code of the second factor, and lets in by a recovery code too', async () => {
    server.account.codes = ['1234-abcd'];
    await open('/login');
    await begin('factor@x.example');
    await page.getByTestId('login-code').fill('000000');
    await page.getByTestId('login-code-submit').click();
    await page.locator('#login-code-error').waitFor();
    expect(await page.getByTestId('login-code').inputValue()).toBe('000000');
    await page.getByTestId('login-use-recovery').click();
    await page.getByTestId('login-code').fill('1234-abcd');
    await page.getByTestId('login-code-submit').click();
    await page.getByTestId('dialog-row').first().waitFor();
  });

  it('makes an invited operator choose a password, by its rules', async () => {
    await open('/login');
    await begin('new@x.example');
    await page.getByTestId('new-password').fill('short');
    await page.getByTestId('new-password-save').click();
    await page.locator('#new-password-error').waitFor();
    await page.getByTestId('new-password').fill('secret-password');
    await page.getByText('Это прежний пароль').waitFor();
    await page.getByTestId('new-password').fill('my own password');
    await page.getByTestId('new-password-repeat').fill('my own passwort');
    await page.getByTestId('new-password-save').click();
    await page.getByText('Пароли разные').waitFor();
    await page.getByTestId('new-password-repeat').fill('my own password');
    await page.getByTestId('new-password-save').click();
    await page.getByTestId('dialog-row').first().waitFor();
    expect(server.account.password).toBe('my own password');
  });

  it('goes back to the beginning with the e-mail kept when a step took too long', async () => {
    await open('/login');
    await begin('late@x.example');
    await page.getByTestId('new-password').fill('my own password');
    await page.getByTestId('new-password-repeat').fill('my own password');
    await page.getByTestId('new-password-save').click();
    await page.getByText('Время на этот шаг вышло').waitFor();
    expect(await page.getByTestId('login-email').inputValue()).toBe('late@x.example');
  });

  it('sends a mail for a forgotten password, and its link sets a new one', async () => {
    await open('/login');
    await page.getByTestId('login-email').fill('m.lavrentieva@lesnaya-tropa.example');
    await page.getByTestId('login-forgot').click();
    await page.getByTestId('forgot-submit').click();
    await page.getByRole('heading', { name: 'Проверьте почту' }).waitFor();
    expect(server.account.resets).toEqual(['m.lavrentieva@lesnaya-tropa.example']);
    await page.goto(`${server.url}/reset?token=old`);
    await page.getByTestId('new-password').fill('my own password');
    await page.getByTestId('new-password-repeat').fill('my own password');
    await page.getByTestId('new-password-save').click();
    await page.getByRole('heading', { name: 'Ссылка больше не действует' }).waitFor();
    await page.goto(`${server.url}/reset?token=good`);
    await page.getByTestId('new-password').fill('my own password');
    await page.getByTestId('new-password-repeat').fill('my own password');
    await page.getByTestId('new-password-save').click();
    await page.getByTestId('reset-login').click();
    await begin('m.lavrentieva@lesnaya-tropa.example', 'my own password');
    await page.getByTestId('dialog-row').first().waitFor();
  });

  it('offers single sign-on when there is one, and says why it failed', async () => {
    server.account.options.singleSignOn = true;
    await open('/login');
    await page.getByTestId('login-sso').click();
    await page.getByText('в Беседе такого оператора нет').waitFor();
    await page.goto(`${server.url}/login?sso=disabled`);
    await page.getByText('Вход для вас закрыт').waitFor();
  });
});

describe('administrators', () => {
  it('are invited: wrong fields are named, nothing typed is lost, the mail is followed', async () => {
    await enter('/operators');
    await page.getByTestId('add-operator').click();
    await page.getByTestId('settings-save').click();
    await page.getByTestId('field-error').first().waitFor();
    await page.getByTestId('setting-name').fill('Глеб');
    await page.getByTestId('setting-email').fill('t.gaysin@lesnaya-tropa.example');
    await page.getByRole('radio', { name: 'Администратор', exact: false }).nth(0).check();
    await page.getByTestId('settings-save').click();
    await page.getByText('Такое уже есть').waitFor();
    expect(await page.getByTestId('setting-name').inputValue()).toBe('Глеб');
    await page.getByTestId('setting-email').fill('gleb@lesnaya-tropa.example');
    server.fail(/\/operators$/, 503);
    await page.getByTestId('settings-save').click();
    await page.getByTestId('settings-problem').waitFor();
    expect(await page.getByTestId('setting-email').inputValue()).toBe('gleb@lesnaya-tropa.example');
    server.fail(null);
    await page.getByTestId('settings-save').click();
    await page.getByTestId('person-panel').waitFor({ state: 'detached' });
    await page.locator('[data-testid=operator-row]', { hasText: 'gleb@lesnaya-tropa.example' }).waitFor();
    expect(server.people.items.at(-1)).toMatchObject({ name: 'Глеб', role: 'admin', invited: true });
  });

  it('are invited again when the mail failed, and the reason is shown', async () => {
    server.people.mails = 'failed';
    await enter('/operators');
    await row('op-polina').getByTestId('invite-again').click();
    await row('op-polina').getByText('Письмо не ушло').waitFor();
    await row('op-polina').getByText('550 No such mailbox').waitFor();
    server.people.mails = 'sent';
    await row('op-polina').getByTestId('invite-again').click();
    await row('op-polina').getByText('Приглашение', { exact: true }).waitFor();
  });

  it('says where the password goes when there is no mail server', async () => {
    server.people.mailServer = false;
    await enter('/operators');
    await page.getByTestId('add-operator').click();
    await page.getByText('Почтового сервера нет').waitFor();
  });

  it('keeps the last super administrator, and says so at the field', async () => {
    await enter('/operators');
    await act('op-marina', 'operator-edit');
    await page.getByRole('radio', { name: 'Оператор чата' }).check();
    await page.getByTestId('settings-save').click();
    await page.getByText('Это последний супер администратор').waitFor();
  });

  it('merges a colleague’s change and asks about the same field', async () => {
    await enter('/operators');
    await act('op-olga', 'operator-edit');
    await page.getByTestId('setting-name').fill('Ольга В.');
    server.people.edit('op-olga', { name: 'Ольга Ветрова-Северная', visibility: 'own' });
    await page.getByText('Пока вы правили, это изменил кто-то ещё').waitFor();
    await page.getByText('Ольга Ветрова-Северная').first().waitFor();
    expect(await page.getByTestId('setting-visibility').inputValue()).toBe('own');
    expect(await page.getByTestId('setting-name').inputValue()).toBe('Ольга В.');
  });

  it('asks before changes in the panel are left, and keeps them', async () => {
    await enter('/operators');
    await act('op-olga', 'operator-edit');
    await page.getByTestId('setting-name').fill('Ольга В.');
    await page.keyboard.press('Escape');
    await page.getByTestId('confirm-no').click();
    expect(await page.getByTestId('setting-name').inputValue()).toBe('Ольга В.');
    await page.getByTestId('nav-dialogs').click();
    await page.getByTestId('confirm-yes').click();
    await page.getByTestId('dialog-row').first().waitFor();
  });

  it('switches access off with a way back, and takes people off the site after a question', async () => {
    await enter('/operators');
    await act('op-egor', 'operator-access');
    await row('op-egor').getByText('Вход запрещён').waitFor();
    await page.getByRole('button', { name: /Вернуть/ }).click();
    await row('op-egor').getByText('Не в сети').waitFor();
    await act('op-egor', 'operator-remove');
    await page.getByTestId('confirm-yes').click();
    await row('op-egor').waitFor({ state: 'detached' });
    expect(server.people.find('op-egor')).toBeUndefined();
  });

  it('are found by name and by state; presence is live; open dialogs lead to the list', async () => {
    await enter('/operators');
    await page.getByTestId('operators-search').fill('гайсин');
    await row('op-marina').waitFor({ state: 'detached' });
    expect(await page.getByTestId('operator-row').count()).toBe(1);
    await page.getByTestId('operators-search').fill('никого такого');
    await page.getByText('никого нет').waitFor();
    await page.getByRole('button', { name: 'Показать всех' }).click();
    await page.locator('[data-testid=connection][data-state=online]').waitFor({ state: 'attached' });
    server.people.presenceChanged('op-egor', 'online');
    await row('op-egor').getByText('На месте').waitFor();
    await row('op-timur').getByRole('link').click();
    await page.waitForURL(/\/dialogs\?assignee=op-timur/);
    await page.getByText('Тимур Гайсин').first().waitFor();
  });

  it('form teams', async () => {
    await enter('/teams');
    await page.getByTestId('add-team').click();
    await page.getByTestId('setting-name').fill('Опт и розница');
    await page.locator('[data-testid=setting-operatorIds] [data-operator-id=op-inga]').check();
    await page.getByTestId('settings-save').click();
    await page.locator('[data-testid=team-row]', { hasText: 'Опт и розница' }).waitFor();
    expect(server.people.teams.at(-1)).toMatchObject({ name: 'Опт и розница', operatorIds: ['op-inga'] });
    await page.locator('[data-actions-of=team-store]').click();
    await page.getByTestId('team-delete').click();
    await page.getByTestId('confirm-yes').click();
    await page.locator('[data-team-id=team-store]').waitFor({ state: 'detached' });
  });
});

describe('the own account', () => {
  it('gets a second factor: scan or type, confirm, keep the codes', async () => {
    await enter('/account');
    await page.getByTestId('factor-start').click();
    await page.getByTestId('factor-password').fill('wrong');
    await page.getByTestId('factor-password-go').click();
    await page.getByText('Пароль не подошёл').waitFor();
    await page.getByTestId('factor-password').fill('secret-password');
    await page.getByTestId('factor-password-go').click();
    await page.locator('.qr').waitFor();
    expect(await page.getByTestId('factor-secret').textContent()).toContain('JBSW Y3DP');
    await page.getByTestId('factor-code').fill('111 111');
    await page.getByTestId('factor-code-go').click();
    await page.getByText('Код не подошёл').waitFor();
    await page.getByTestId('factor-code').fill('123 456');
    await page.getByTestId('factor-code-go').click();
    await page.getByTestId('recovery-codes').waitFor();
    expect(await page.getByTestId('recovery-codes').locator('li').count()).toBe(10);
    await page.getByTestId('codes-done').click();
    await page.getByTestId('factor-stop-start').click();
    await page.getByTestId('factor-stop').fill('123456');
    await page.getByTestId('factor-stop-go').click();
    await page.getByTestId('factor-start').waitFor();
    expect(server.account.secondFactor).toBe(false);
  });

  it('changes the password, and ends other sessions', async () => {
    await enter('/account');
    await page.getByTestId('session').nth(2).waitFor();
    await page.getByTestId('session-end').first().click();
    await page.getByTestId('session').nth(2).waitFor({ state: 'detached' });
    await page.getByTestId('password-start').click();
    await page.getByTestId('current-password').fill('wrong');
    await page.getByTestId('new-password').fill('my own password');
    await page.getByTestId('new-password-repeat').fill('my own password');
    await page.getByTestId('new-password-save').click();
    await page.getByText('Пароль не подошёл').waitFor();
    await page.getByTestId('current-password').fill('secret-password');
    await page.getByTestId('new-password-save').click();
    await page.getByText('Пароль изменён').waitFor();
    expect(server.account.password).toBe('my own password');
    await page.getByTestId('session').nth(1).waitFor({ state: 'detached' });
  });

  it('keeps language and theme on the server, for every device', async () => {
    await enter('/account');
    await page.getByTestId('setting-locale').getByText('English').click();
    await page.getByRole('heading', { name: 'Profile and sign-in' }).waitFor();
    await page.getByTestId('setting-theme').getByText('Dark').click();
    await page.locator('html[data-theme=dark]').waitFor({ state: 'attached' });
    await context.close();
    expect([server.account.locale, server.account.theme]).toEqual(['en', 'dark']);
    await enter('/account');
    await page.locator('html[data-theme=dark][lang=en]').waitFor({ state: 'attached' });
  });

  it('sets the own state, and leads to another site or makes one', async () => {
    await enter('/account');
    await page.getByTestId('me').click();
    await page.getByTestId('status-away').click();
    await page.locator('[data-testid=me][data-presence=away]').waitFor();
    await page.getByTestId('site').click();
    await page.getByTestId('add-site').click();
    await page.getByTestId('site-create').click();
    await page.getByText('Впишите название').waitFor();
    await page.getByTestId('site-name').fill('Второй магазин');
    await page.getByTestId('site-domains').fill('https://second.example/catalogue');
    await page.getByTestId('site-create').click();
    await page.waitForURL(/\/sites\/site-1\/dialogs/);
  });
});

describe('the system', () => {
  it('makes a key that is shown once, and revokes it', async () => {
    await enter('/api-keys');
    await page.getByTestId('add-key').click();
    await page.getByTestId('settings-save').click();
    await page.getByText('Впишите название').waitFor();
    await page.getByTestId('setting-name').fill('Отчёты');
    await page.locator('[data-scope="dialogs:read"]').check();
    await page.getByTestId('settings-save').click();
    await page.getByTestId('key-secret').waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('confirm-no').click();
    await page.getByTestId('key-done').click();
    await page.getByTestId('key-secret').waitFor({ state: 'detached' });
    await page.locator('[data-key-id=key-3]').getByTestId('key-revoke').click();
    await page.getByTestId('confirm-yes').click();
    await page.locator('[data-key-id=key-3]').getByText('Отозван').waitFor();
  });

  it('shows who changed what, filters, loads further entries and exports', async () => {
    await enter('/audit');
    await page.getByTestId('audit-entry').nth(49).waitFor();
    await page.getByTestId('audit-more').click();
    await page.getByTestId('audit-entry').nth(68).waitFor();
    await page.getByTestId('audit-subject').selectOption('operator');
    await page.getByTestId('audit-entry').nth(3).waitFor({ state: 'detached' });
    await page.getByText('Оператор чата').first().waitFor();
    const download = page.waitForEvent('download');
    await page.getByTestId('audit-export').click();
    expect((await download).suggestedFilename()).toMatch(/^beseda-audit-.*\.csv$/);
    await page.getByTestId('audit-reset').click();
    await page.getByTestId('audit-entry').nth(49).waitFor();
  });

  it('explains the licence, refuses a damaged one and takes a good one', async () => {
    await enter('/billing');
    await page.locator('[data-testid=licence][data-state=none]').waitFor();
    await page.getByTestId('setting-licence').fill('bad');
    await page.getByTestId('settings-save').click();
    await page.getByText('не похоже на лицензию').waitFor();
    expect(await page.getByTestId('setting-licence').inputValue()).toBe('bad');
    await page.getByTestId('setting-licence').fill('good licence of this installation');
    await page.getByTestId('settings-save').click();
    await page.locator('[data-testid=licence][data-state=valid]').waitFor();
  });
});

describe('everybody', () => {
  it.each([
    ['light desk', DESK, 'light'],
    ['dark desk', DESK, 'dark'],
    ['phone', PHONE, 'light'],
  ] as const)('can use these pages: no violations of WCAG 2.2 on a %s', async (_name, size, colorScheme) => {
    await enter('/operators', { ...size, colorScheme });
    await page.getByTestId('operators').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByTestId('add-operator').click();
    await page.getByTestId('setting-name').waitFor();
    expect(await violations(page)).toEqual([]);
    for (const [path, mark] of [
      ['teams', 'teams'],
      ['account', 'sessions'],
      ['api-keys', 'api-keys'],
      ['audit', 'audit'],
      ['billing', 'licence'],
    ] as const) {
      await page.goto(`${server.url}${SETTINGS}/${path}`);
      await page.getByTestId(mark).waitFor();
      expect([path, await violations(page)]).toEqual([path, []]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    }
  });
});

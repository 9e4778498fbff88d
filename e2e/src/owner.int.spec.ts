import { tempDir, type TempDir, until } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Operator, Visitor } from './support/api.js';
import { ConsolePage, launchBrowser, newContext } from './support/browser.js';
import { type MailServer, startMailServer } from './support/mail.js';
import { ADMIN, type Product, startProduct } from './support/product.js';
import { story } from './support/story.js';

const INVITED = 'gleb@example.test';
const OWN_PASSWORD = 'мой собственный пароль 7';

/** The one-time password of an invitation: the line after its label, in the text part. */
const passwordIn = (text: string): string => {
  const found = /(?:пароль|password)[^:\n]*:\s*(\S+)/i.exec(text)?.[1];
  if (!found) throw new Error('the invitation names no password');
  return found;
};

describe('a new owner, from the first sign-in to an invited operator who answers', () => {
  let data: TempDir;
  let mail: MailServer;
  let product: Product;
  let browser: Browser;
  let owner: ConsolePage;
  let invited: ConsolePage;
  let oneTime = '';

  beforeAll(async () => {
    data = await tempDir();
    mail = await startMailServer();
    product = await startProduct({ dataDir: data.path, env: { SMTP_URL: mail.url } });
    browser = await launchBrowser();
    owner = new ConsolePage(await (await newContext(browser)).newPage());
    invited = new ConsolePage(await (await newContext(browser)).newPage());
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    await mail?.stop();
    await data?.remove();
  });

  story(
    'finds the way alone',
    {
      'finds the people’s page and invites somebody': async () => {
        const { page } = owner;
        await owner.login(product.ready.url);
        await page.getByTestId('nav-settings').click();
        await page.getByRole('link', { name: 'Администраторы' }).click();
        await page.getByTestId('add-operator').click();
        await page.getByTestId('setting-name').fill('Глеб');
        await page.getByTestId('setting-email').fill('не адрес');
        await page.getByTestId('settings-save').click();
        await page.getByTestId('field-error').first().waitFor({ state: 'visible' });
        expect(await page.getByTestId('setting-name').inputValue()).toBe('Глеб');
        await page.getByTestId('setting-email').fill(INVITED);
        await page.getByTestId('settings-save').click();
        await page.getByTestId('operator-row').filter({ hasText: 'Глеб' }).waitFor({ state: 'visible' });
      },

      'the invitation arrives with the login and a one-time password': async () => {
        const letter = await until(() => mail.to(INVITED)[0], { what: 'the invitation', timeoutMs: 15_000 });
        const { text, html } = letter as { text?: string; html: string | false };
        expect(text).toContain(INVITED);
        expect(text).toContain(product.ready.url);
        expect(html).toContain(INVITED);
        oneTime = passwordIn(text ?? '');
      },

      'the first sign-in asks for a password of one’s own, and nothing goes before that': async () => {
        const { page } = invited;
        await page.goto(`${product.ready.url}/`);
        await page.getByTestId('login-email').fill(INVITED);
        await page.getByTestId('login-password').fill(oneTime);
        await page.getByTestId('login-submit').click();
        await page.getByTestId('new-password').fill(OWN_PASSWORD);
        await page.getByTestId('new-password-repeat').fill(OWN_PASSWORD);
        await page.getByTestId('new-password-save').click();
        await page.getByTestId('nav-dialogs').waitFor({ state: 'visible' });
        const login = (password: string) =>
          Operator.login(product.ready.url, product.ready.siteId, { email: INVITED, password });
        await expect(login(oneTime)).rejects.toMatchObject({ status: 401 });
        await login(OWN_PASSWORD);
      },

      'the operator answers a customer': async () => {
        const visitor = await Visitor.open(product.ready.url, product.ready.siteId);
        const { dialogId } = await visitor.send('Вы работаете сегодня?');
        await invited.openDialog(dialogId);
        await invited.answer('Да, до восьми.');
        await until(
          async () => (await visitor.events(dialogId)).some(({ payload }) => payload?.text === 'Да, до восьми.'),
          {
            what: 'the answer',
            timeoutMs: 10_000,
          },
        );
        expect(await invited.page.getByTestId('nav-settings').count()).toBeLessThanOrEqual(1);
      },

      'the owner disables the operator, whose open console goes to the sign-in': async () => {
        const { page } = owner;
        await page.getByTestId('operator-row').filter({ hasText: 'Глеб' }).getByTestId('operator-actions').click();
        await page.getByTestId('operator-access').click();
        const confirm = page.getByTestId('confirm-yes');
        if (await confirm.isVisible().catch(() => false)) await confirm.click();
        await invited.page.getByTestId('login-email').waitFor({ state: 'visible', timeout: 10_000 });
      },

      'a forgotten password is replaced by the link of a mail, once': async () => {
        const { page } = new ConsolePage(await (await newContext(browser)).newPage());
        await page.goto(`${product.ready.url}/login`);
        await page.getByTestId('login-forgot').click();
        await page.getByTestId('forgot-email').fill(ADMIN.email);
        await page.getByTestId('forgot-submit').click();
        const letter = await until(() => mail.to(ADMIN.email)[0], { what: 'the mail', timeoutMs: 15_000 });
        const link = /https?:\/\/\S+\/reset\S*token=\S+/.exec((letter as { text?: string }).text ?? '')?.[0] ?? '';
        for (const outcome of ['set', 'refused'] as const) {
          const { page: fresh } = new ConsolePage(await (await newContext(browser)).newPage());
          await fresh.goto(link);
          await fresh.getByTestId('new-password').fill(OWN_PASSWORD);
          await fresh.getByTestId('new-password-repeat').fill(OWN_PASSWORD);
          await fresh.getByTestId('new-password-save').click();
          const told = outcome === 'set' ? fresh.getByTestId('reset-login') : fresh.getByRole('alert').first();
          await told.waitFor({ state: 'visible' });
        }
        await Operator.login(product.ready.url, product.ready.siteId, { email: ADMIN.email, password: OWN_PASSWORD });
      },
    },
    240_000,
  );
});

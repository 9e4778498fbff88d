import {
  type LocalProvider,
  type ProviderPerson,
  freePort,
  startLocalProvider,
  tempDir,
  type TempDir,
  until,
} from '@beseda/testing';
import { afterAll, afterEach, beforeAll, describe, expect, jest } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { Operator, call } from './support/api.js';
import { ConsolePage, launchBrowser, newContext } from './support/browser.js';
import { ADMIN, type Product, startProduct } from './support/product.js';
import { story } from './support/story.js';

/** Whoever presses the button of a provider that is away learns it within this time, ms: no repetitions behind it. */
const AT_ONCE = 3_000;
const ANNA: ProviderPerson = person('anna', ['support']);
const BORIS: ProviderPerson = person('boris', ['heads']);
const STRANGER: ProviderPerson = person('stranger', ['support']);
const OUTSIDER: ProviderPerson = person('outsider', ['cooks']);

function person(sub: string, groups: string[]): ProviderPerson {
  return { sub, email: `${sub}@example.test`, email_verified: true, name: `Name of ${sub}`, groups };
}

interface OperatorJson {
  id: string;
  email: string;
  role: string;
  version: number;
}

describe('single sign-on through a provider of the company', () => {
  let data: TempDir;
  let provider: LocalProvider;
  let product: Product;
  let browser: Browser;
  let page: Page;
  let port: number;

  const start = async (more: Record<string, string> = {}): Promise<void> => {
    await product?.stop();
    product = await startProduct({
      dataDir: data.path,
      port,
      env: {
        BESEDA_PUBLIC_URL: `http://127.0.0.1:${port}`,
        BESEDA_OIDC_ISSUER: provider.issuer,
        BESEDA_OIDC_CLIENT_ID: provider.clientId,
        BESEDA_OIDC_CLIENT_SECRET: provider.clientSecret,
        BESEDA_OIDC_SCOPES: 'openid email profile groups',
        BESEDA_OIDC_ROLES: 'support=operator@*; heads=admin@*',
        ...more,
      },
    });
  };

  beforeAll(async () => {
    // The provider says at length that a provider for tests is not one for production.
    for (const way of ['info', 'warn'] as const) jest.spyOn(console, way).mockImplementation(() => undefined);
    data = await tempDir();
    port = await freePort();
    provider = await startLocalProvider(`http://127.0.0.1:${port}/api/auth/oidc/callback`);
    for (const one of [ANNA, BORIS, STRANGER, OUTSIDER]) provider.add(one);
    browser = await launchBrowser();
    await start({ BESEDA_OIDC_CREATE: 'on' });
  }, 120_000);
  afterEach(() => page?.context().close());
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    await provider?.stop();
    await data?.remove();
    jest.restoreAllMocks();
  });

  const url = (): string => `http://127.0.0.1:${port}`;
  const owner = (): Promise<Operator> => Operator.login(url(), product.ready.siteId);
  const operators = async (): Promise<OperatorJson[]> =>
    (await (await owner()).get<{ items: OperatorJson[] }>('operators/manage')).items;
  const find = async ({ email }: ProviderPerson): Promise<OperatorJson | undefined> =>
    (await operators()).find((one) => one.email === email);
  /** @returns when it was pressed */
  const pressButton = async (locale: string, path = '/'): Promise<number> => {
    page = await (await newContext(browser, { locale })).newPage();
    page.setDefaultTimeout(10_000);
    await page.goto(url() + path);
    await page.getByTestId('login-sso').waitFor({ state: 'visible' });
    const pressed = Date.now();
    await page.getByTestId('login-sso').click();
    return pressed;
  };
  const signIn = async (who: ProviderPerson, locale = 'ru-RU', path = '/'): Promise<void> => {
    await pressButton(locale, path);
    await page.waitForURL(`${provider.issuer}/**`);
    await page.locator('input[name=login]').fill(who.sub);
    await page.locator('input[name=login]').press('Enter');
  };
  const inside = (): Promise<void> => page.getByTestId('nav-dialogs').waitFor({ state: 'visible' });
  const told = async (text: RegExp): Promise<void> => {
    await page.waitForURL(`${url()}/login**`);
    await page.getByRole('status').filter({ hasText: text }).waitFor({ state: 'visible' });
    expect((await page.context().cookies()).map(({ name }) => name)).not.toContain('beseda_refresh');
  };

  story(
    'lets people in, keeps others out and says why',
    {
      'the first sign-in makes an operator with the role of the group, who comes back to the page asked for':
        async () => {
          expect(await find(ANNA)).toBeUndefined();
          const asked = `/sites/${product.ready.siteId}/settings/account`;
          await signIn(ANNA, 'ru-RU', asked);
          await inside();
          expect(new URL(page.url()).pathname).toBe(asked);
          expect(await find(ANNA)).toMatchObject({ role: 'operator' });
          expect(await page.getByTestId('settings-operators').count()).toBe(0);
          await page.context().close();
          await signIn(BORIS, 'en-GB', `/sites/${product.ready.siteId}/settings/operators`);
          await page.getByTestId('operator-row').filter({ hasText: ANNA.email }).waitFor({ state: 'visible' });
          expect(await find(BORIS)).toMatchObject({ role: 'admin' });
        },

      'a second sign-in is the same operator; a changed group changes the role': async () => {
        const before = await find(ANNA);
        provider.add({ ...ANNA, groups: ['heads'] });
        await signIn(ANNA);
        await inside();
        expect(await find(ANNA)).toMatchObject({ id: before?.id, role: 'admin' });
        provider.add(ANNA);
      },

      'an operator who is switched off is refused, and a session that is open ends': async () => {
        await signIn(BORIS);
        await inside();
        const boris = await find(BORIS);
        await (
          await owner()
        ).send('PATCH', `operators/${boris?.id ?? ''}`, {
          disabled: true,
          version: boris?.version,
        });
        await page.getByTestId('login-email').waitFor({ state: 'visible', timeout: 10_000 });
        await page.context().close();
        await signIn(BORIS);
        await told(/Вход для\s+вас закрыт/);
        await page.context().close();
        await signIn(BORIS, 'en-GB');
        await told(/Your access is switched off/);
      },

      'whoever changes their mind at the provider, or is in no group, is told so': async () => {
        await signIn(person('nobody', []));
        await told(/Корпоративный вход/);
        await page.context().close();
        await signIn(OUTSIDER, 'en-GB');
        await told(/in none of the groups/);
        expect(await find(OUTSIDER)).toBeUndefined();
      },

      'with creation off nobody unknown becomes an operator, and the login page says whom to ask': async () => {
        await start({ BESEDA_OIDC_ONLY: 'on' });
        await signIn(STRANGER);
        await told(/такого оператора нет/);
        await page.context().close();
        await signIn(STRANGER, 'en-GB');
        await told(/Beseda has no such operator/);
        expect(await find(STRANGER)).toBeUndefined();
        await page.context().close();
        await signIn(ANNA);
        await inside();
      },

      'passwords are off for everybody but superadmins, and the page says so': async () => {
        page = await (await newContext(browser)).newPage();
        await page.goto(url());
        await page
          .getByText(/Пароль подходит только супер администраторам/)
          .first()
          .waitFor({ state: 'visible' });
        await page.getByTestId('login-email').fill(ANNA.email);
        await page.getByTestId('login-password').fill('a long enough password');
        await page.getByTestId('login-submit').click();
        await page.getByRole('alert').first().waitFor({ state: 'visible' });
        const { passwordsOff } = await call<{ passwordsOff: boolean }>(`${url()}/api/auth/options`, 'GET');
        expect(passwordsOff).toBe(true);
      },

      'a provider that is away is told at once, a superadmin gets in by password, and all goes on once it is back':
        async () => {
          await provider.stop();
          // The product knows nothing of the provider yet: it starts without it.
          await start({ BESEDA_OIDC_ONLY: 'on' });
          for (const [locale, text] of [
            ['ru-RU', /не\s+ответил/],
            ['en-GB', /did not answer/],
          ] as const) {
            const from = await pressButton(locale);
            await told(text);
            expect(Date.now() - from).toBeLessThan(AT_ONCE);
            await page.context().close();
          }
          page = await (await newContext(browser)).newPage();
          await new ConsolePage(page).login(url(), ADMIN);
          await page.context().close();
          await provider.restart();
          await until(async () => (await fetch(`${provider.issuer}/.well-known/openid-configuration`)).ok, {
            what: 'the provider',
          });
          await signIn(ANNA);
          await inside();
        },
    },
    300_000,
  );
});

import { findChromium } from '@beseda/testing';
import {
  type Browser,
  type BrowserContext,
  type FrameLocator,
  type Locator,
  type Page,
  chromium,
} from 'playwright-core';
import { ADMIN } from './product.js';

/** Starts Chromium: CHROMIUM_PATH, the system's, or the one that npm carries. */
export async function launchBrowser(): Promise<Browser> {
  const found = await findChromium();
  if (!found) throw new Error('No Chromium was found: set CHROMIUM_PATH.');
  return chromium.launch({ executablePath: found.executablePath, args: [...found.args], headless: true });
}

/** A window of its own: nothing shared with others. */
export const newContext = (
  browser: Browser,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<BrowserContext> =>
  browser.newContext({ serviceWorkers: 'block', viewport: { width: 1440, height: 900 }, locale: 'ru-RU', ...options });

/** The widget on a page. */
export class WidgetPage {
  readonly launcher: Locator;
  readonly unread: Locator;
  readonly frame: FrameLocator;
  readonly composer: Locator;
  readonly messages: Locator;

  constructor(readonly page: Page) {
    this.launcher = page.getByTestId('widget-launcher');
    this.unread = page.getByTestId('widget-unread');
    this.frame = page.frameLocator('iframe[name="beseda-widget"]');
    this.composer = this.frame.getByTestId('widget-composer');
    this.messages = this.frame.getByTestId('widget-message');
  }

  async open(): Promise<void> {
    await this.launcher.click();
    await this.composer.waitFor({ state: 'visible' });
  }

  async write(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.frame.getByTestId('widget-send').click();
  }

  message(text: string): Locator {
    return this.messages.filter({ hasText: text });
  }
}

/** The console, signed in on the Dialogs page. */
export class ConsolePage {
  readonly rows: Locator;
  readonly messages: Locator;
  readonly composer: Locator;

  constructor(readonly page: Page) {
    this.rows = page.getByTestId('dialog-row');
    this.messages = page.getByTestId('message');
    this.composer = page.getByTestId('composer');
  }

  async login(url: string, credentials: { email: string; password: string } = ADMIN): Promise<void> {
    await this.page.goto(`${url}/`);
    await this.page.getByTestId('login-email').fill(credentials.email);
    await this.page.getByTestId('login-password').fill(credentials.password);
    await this.page.getByTestId('login-submit').click();
    await this.page.getByTestId('nav-dialogs').waitFor({ state: 'visible' });
  }

  async openDialog(dialogId: string): Promise<void> {
    await this.page.locator(`[data-testid="dialog-row"][data-dialog-id="${dialogId}"]`).click();
    await this.composer.waitFor({ state: 'visible' });
  }

  async answer(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Control+Enter');
  }

  message(text: string): Locator {
    return this.messages.filter({ hasText: text });
  }
}

/** What a list of messages shows, in order: text and attributes, read in one go. */
export const shown = (messages: Locator): Promise<{ text: string; seq: number; author: string; state: string }[]> =>
  messages.evaluateAll((elements) =>
    elements.map((element) => ({
      text: element.textContent ?? '',
      seq: Number(element.getAttribute('data-seq')),
      author: element.getAttribute('data-author') ?? '',
      state: element.getAttribute('data-state') ?? '',
    })),
  );

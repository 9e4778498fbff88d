import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  chromium,
  type Browser,
  type BrowserContextOptions,
  type FrameLocator,
  type Locator,
  type Page,
} from 'playwright-core';
import { findChromium, until as untilSoon } from '@beseda/testing';

/** A Chromium for these tests. */
export async function startBrowser(): Promise<Browser> {
  const { executablePath, args } = await findChromium();
  return await chromium.launch({ executablePath, args: [...args], headless: true });
}

/** Waits for a condition; a busy machine may take its time. */
export function until<T>(predicate: () => T | Promise<T>, options: { readonly what: string }): Promise<T> {
  return untilSoon(predicate, { timeoutMs: 25_000, everyMs: 20, ...options });
}

/** A page of a customer's site. */
export interface SitePage {
  readonly html: string;
  readonly csp?: string;
}

/** A site of a customer on an origin of its own (`localhost`, so that the frame is cross-site). */
export class CustomerSite {
  readonly #pages = new Map<string, SitePage>();
  readonly #http: Server = createServer((request, response) => {
    const page = this.#pages.get(new URL(request.url ?? '/', 'http://x').pathname) ?? this.#pages.get('/');
    response.setHeader('content-type', 'text/html; charset=utf-8');
    if (page?.csp) response.setHeader('content-security-policy', page.csp);
    response.end(page?.html ?? '');
  });

  static async start(): Promise<CustomerSite> {
    const site = new CustomerSite();
    await new Promise<void>((resolve) => site.#http.listen(0, 'localhost', resolve));
    return site;
  }

  get url(): string {
    return `http://localhost:${(this.#http.address() as AddressInfo).port}`;
  }

  put(path: string, page: SitePage): string {
    this.#pages.set(path, page);
    return this.url + path;
  }

  async stop(): Promise<void> {
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }
}

/** The widget on a page, by its test ids. */
export interface WidgetOnPage {
  readonly page: Page;
  readonly frame: FrameLocator;
  readonly launcher: Locator;
  readonly composer: Locator;
  readonly messages: Locator;
  in(testId: string): Locator;
  open(): Promise<void>;
  write(text: string): Promise<void>;
  /** Texts of all messages on screen, in order. */
  texts(): Promise<string[]>;
  close(): Promise<void>;
}

/** Opens an address in a context of its own. */
export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  script?: () => void,
): Promise<WidgetOnPage> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'ru-RU', ...options });
  context.setDefaultTimeout(20_000);
  if (script) await context.addInitScript(script);
  const page = await context.newPage();
  await page.goto(url);
  return onPage(page);
}

/** The widget on a page that is already there. */
export function onPage(page: Page): WidgetOnPage {
  const frame = page.frameLocator('iframe[name="beseda-widget"]');
  const found = (testId: string): Locator => frame.getByTestId(testId);
  const launcher = page.getByTestId('widget-launcher');
  const composer = found('widget-composer');
  return {
    page,
    frame,
    launcher,
    composer,
    messages: found('widget-message'),
    in: found,
    open: async () => {
      await launcher.click();
      await composer.waitFor();
    },
    write: async (text) => {
      await composer.fill(text);
      await composer.press('Enter');
    },
    texts: () => found('widget-message').allInnerTexts(),
    close: () => page.context().close(),
  };
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { HttpProblem, Visitor, call, newId } from '../support/api.js';
import { ConsolePage, WidgetPage, newContext } from '../support/browser.js';
import { type Site, openSite, sharedBrowser } from '../support/site.js';

const LIMIT = 2_097_152;
/** A PNG of one pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('files from both sides', () => {
  let site: Site;
  let browser: Browser;
  let widget: WidgetPage;
  let desk: ConsolePage;

  beforeAll(async () => {
    [site, browser] = await Promise.all([openSite(), sharedBrowser()]);
    widget = new WidgetPage(await (await newContext(browser)).newPage());
    desk = new ConsolePage(await (await newContext(browser)).newPage());
    await desk.login(site.url, site.credentials);
    await widget.page.goto(site.demo);
    await widget.open();
    await widget.write('Сейчас пришлю фото');
    await desk.rows.first().click();
  }, 120_000);

  afterAll(() => browser?.close());

  const upload = (size: number, name: string): FormData => {
    const form = new FormData();
    form.set('file', new File([new Uint8Array(size)], name));
    form.set('clientMessageId', newId());
    return form;
  };

  it('a visitor’s picture is shown to the operator, an operator’s document to the visitor', async () => {
    await widget.frame
      .getByTestId('widget-attach')
      .setInputFiles({ name: 'палатка.png', mimeType: 'image/png', buffer: PNG });
    const picture = desk.messages.locator('img').last();
    await picture.waitFor({ state: 'visible', timeout: 10_000 });
    await desk.page.waitForFunction(() => {
      // Loaded, not broken: the signed address works without a token.
      const images = [
        ...(
          globalThis as unknown as {
            document: { querySelectorAll(s: string): Iterable<{ complete: boolean; naturalWidth: number }> };
          }
        ).document.querySelectorAll('[data-testid="message"] img'),
      ];
      return images.length > 0 && images.every((image) => image.complete && image.naturalWidth > 0);
    });
    await desk.page
      .locator('input[type="file"]')
      .first()
      .setInputFiles({
        name: 'Заявление на обмен.pdf',
        mimeType: 'application/pdf',
        buffer: Buffer.from('%PDF-1.4 test'),
      });
    await widget.messages.filter({ hasText: '.pdf' }).waitFor({ state: 'visible', timeout: 10_000 });
  }, 60_000);

  it('2,097,152 bytes pass, one more is refused by the server with the limit named', async () => {
    const visitor = await Visitor.open(site.url, site.siteId);
    const { dialogId } = await visitor.post<{ dialogId: string }>('files', upload(LIMIT, 'полный.bin'));
    const event = (await visitor.events(dialogId)).find((e) => e.type === 'message.posted');
    expect(event?.payload?.file).toMatchObject({ name: 'полный.bin', size: LIMIT });
    const bytes = await fetch(new URL(event?.payload?.file?.url ?? '', site.url));
    expect(bytes.status).toBe(200);
    expect(bytes.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await bytes.arrayBuffer()).byteLength).toBe(LIMIT);

    const refused = visitor.post('files', upload(LIMIT + 1, 'больше.bin'));
    await expect(refused).rejects.toMatchObject({ status: 413, problem: { code: 'PAYLOAD_TOO_LARGE' } });
    await expect(refused).rejects.toThrow(/2[\s,.]?097[\s,.]?152/);
  }, 60_000);

  it('a repeated upload gives the same answer and one message', async () => {
    const visitor = await Visitor.open(site.url, site.siteId);
    const form = upload(100, 'один.txt');
    const answers = [await visitor.post('files', form), await visitor.post('files', form)];
    expect(answers[0]).toEqual(answers[1]);
  }, 30_000);

  it('a file is not served without its signature or to another site', async () => {
    const visitor = await Visitor.open(site.url, site.siteId);
    const { dialogId } = await visitor.post<{ dialogId: string }>('files', upload(10, 'свой.txt'));
    const file = (await site.owner.events(dialogId)).map((e) => e.payload?.file).find((f) => f !== undefined);
    const address = new URL(file?.url ?? '', site.url);
    address.searchParams.set('s', 'A'.repeat(43));
    await expect(call(address.href, 'GET')).rejects.toBeInstanceOf(HttpProblem);
  }, 30_000);
});

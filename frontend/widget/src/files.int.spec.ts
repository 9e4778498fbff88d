import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { toFile } from './testing/bodies.js';
import { startBrowser, visit, type WidgetOnPage, until } from './testing/browser.js';
import { StandIn } from './testing/stand-in.js';

let browser: Browser;
let server: StandIn;
let widget: WidgetOnPage;

/** 2 × 1 pixels. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAADklEQVR4nGNk+M/wHwgBABEIAwGcWRSKAAAAAElFTkSuQmCC',
  'base64',
);
const LIMIT = 2_097_152;

beforeAll(async () => {
  browser = await startBrowser();
});
beforeEach(async () => {
  server = await StandIn.start();
  widget = await visit(browser, `${server.url}/demo`);
  await widget.open();
});
afterEach(async () => {
  await widget.close();
  await server.stop();
});
afterAll(async () => {
  await browser.close();
});

const attach = (name: string, mimeType: string, buffer: Buffer): Promise<void> =>
  widget.in('widget-attach').setInputFiles({ name, mimeType, buffer });

describe('files', () => {
  it('goes up to the limit and is refused above it, with the limit named', async () => {
    await attach('ровно.bin', 'application/octet-stream', Buffer.alloc(LIMIT));
    await until(async () => (await widget.messages.first().getAttribute('data-state')) === 'sent', {
      what: 'the file to be sent',
    });
    expect([...server.state.files.values()].map(({ name, bytes }) => [name, bytes.length])).toEqual([
      ['ровно.bin', LIMIT],
    ]);
    expect(await widget.messages.first().innerText()).toContain('BIN, 2\u00a0МБ');
    await attach('больше.bin', 'application/octet-stream', Buffer.alloc(LIMIT + 1));
    const refusal = widget.frame.getByRole('alert');
    await refusal.waitFor();
    expect((await refusal.innerText()).replaceAll('\u00a0', ' ')).toContain('Файл больше 2 МБ (2 097 152 байт)');
    expect(await widget.messages.count()).toBe(1);
    await refusal.getByRole('button').click();
    await refusal.waitFor({ state: 'detached' });
  });

  it('shows a picture in a box that is there before the picture, and opens it', async () => {
    await attach('точка.png', 'image/png', PNG);
    const picture = widget.frame.getByRole('img', { name: 'Фото: точка.png' });
    await picture.waitFor();
    const box = await widget.frame.locator('.photo').evaluate((element) => [element.clientWidth, element.clientHeight]);
    expect(box).toEqual([48, 24]);
    expect(await picture.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBe(2);
    const popup = widget.page.waitForEvent('popup');
    await picture.click();
    await (await popup).close();
  });

  it('asks for a new address when the old one is about to expire', async () => {
    await widget.page.clock.install();
    await widget.page.reload();
    await widget.open();
    const dialog = server.state.start(server.contactId);
    const file = toFile('счёт.txt', 'text/plain', Buffer.from('1'));
    server.state.files.set(file.id, file);
    server.state.message(dialog, 'operator', server.state.operator, { file: { ...file } });
    await widget.messages.first().waitFor();
    const before = await widget.frame.locator('.file-link').getAttribute('href');
    await widget.page.clock.fastForward(9 * 60_000);
    const popup = widget.page.waitForEvent('popup');
    await widget.frame.locator('.file-link').click();
    const opened = await popup;
    await opened.waitForURL(/\/api\/files\//);
    expect(opened.url()).not.toContain(before);
    await opened.close();
  });
});

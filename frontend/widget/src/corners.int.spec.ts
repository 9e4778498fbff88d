import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Locator } from 'playwright-core';
import { startBrowser, until, visit, type WidgetOnPage } from './testing/browser.js';
import { StandIn } from './testing/stand-in.js';

let browser: Browser;
let server: StandIn;

beforeAll(async () => {
  [browser, server] = await Promise.all([startBrowser(), StandIn.start()]);
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Distances to the four edges of the window. */
async function distances(element: Locator): Promise<Box> {
  return await element.evaluate((found) => {
    const { left, top, right, bottom } = found.getBoundingClientRect();
    const { clientWidth, clientHeight } = document.documentElement;
    return { left, top, right: clientWidth - right, bottom: clientHeight - bottom };
  });
}

const frameOf = (widget: WidgetOnPage): Locator => widget.page.locator('iframe[name="beseda-widget"]');
const tipOf = (widget: WidgetOnPage): Locator => widget.page.getByTestId('widget-preview');

async function unread(widget: WidgetOnPage): Promise<void> {
  await widget.launcher.waitFor();
  await until(() => server.sockets === 1, { what: 'the socket' });
  server.state.answer(server.contactId, 'Юбка пришита, но её можно подвернуть на липучки.');
  await tipOf(widget).waitFor();
}

const CORNERS = ['bottom-right', 'bottom-left', 'top-right', 'top-left'] as const;
type Side = 'bottom' | 'top' | 'left' | 'right';
const sides = (corner: string): [Side, Side] => corner.split('-') as [Side, Side];

describe('corners', () => {
  it.each(CORNERS)('%s: bubble, preview and panel are there, with margins, moved by a push', async (corner) => {
    server.settings = { ...server.settings, corner: 'bottom-right', marginX: 20, marginY: 20 };
    const widget = await visit(browser, `${server.url}/demo`, { reducedMotion: 'reduce' });
    await unread(widget);
    server.push({ corner, marginX: 36, marginY: 52 });
    const [vertical, horizontal] = sides(corner);
    const stands = async (element: Locator): Promise<boolean> => {
      const box = await distances(element);
      return box[vertical] === 52 && box[horizontal] === 36;
    };
    await until(() => stands(widget.launcher), { what: 'the launcher in its corner' });
    const [launcher, tip] = await Promise.all([distances(widget.launcher), distances(tipOf(widget))]);
    expect(tip[horizontal]).toBe(36);
    // the preview stands on the inner side of the launcher and does not cover it
    const height = await widget.launcher.evaluate((found) => found.getBoundingClientRect().height);
    expect(tip[vertical]).toBe(launcher[vertical] + height + 12);
    await widget.open();
    expect(await stands(frameOf(widget))).toBe(true);
    await widget.close();
  });

  it.each(CORNERS)('%s: nothing sticks out of the window without margins', async (corner) => {
    server.settings = { ...server.settings, corner, marginX: 0, marginY: 0 };
    const widget = await visit(browser, `${server.url}/demo`, { reducedMotion: 'reduce' });
    await unread(widget);
    for (const element of [widget.launcher, tipOf(widget), widget.page.getByTestId('widget-unread')])
      for (const distance of Object.values(await distances(element))) expect(distance).toBeGreaterThanOrEqual(0);
    await widget.close();
  });

  it.each(CORNERS)('%s: the whole screen of a phone', async (corner) => {
    server.settings = { ...server.settings, corner, marginX: 200, marginY: 100 };
    const phone = {
      viewport: { width: 360, height: 740 },
      isMobile: true,
      hasTouch: true,
      reducedMotion: 'reduce',
    } as const;
    const widget = await visit(browser, `${server.url}/demo`, phone);
    await unread(widget);
    for (const element of [widget.launcher, tipOf(widget)])
      for (const distance of Object.values(await distances(element))) expect(distance).toBeGreaterThanOrEqual(0);
    expect((await distances(widget.launcher))[sides(corner)[0]]).toBe(100);
    await widget.open();
    expect(await distances(frameOf(widget))).toEqual({ left: 0, top: 0, right: 0, bottom: 0 });
    await widget.close();
  });

  it('gives the panel its height before the margin when the window is low', async () => {
    server.settings = { ...server.settings, corner: 'bottom-right', marginX: 20, marginY: 200 };
    const widget = await visit(browser, `${server.url}/demo`, {
      viewport: { width: 1000, height: 640 },
      reducedMotion: 'reduce',
    });
    await widget.open();
    const { top, bottom } = await distances(frameOf(widget));
    expect({ bottom, height: 640 - top - bottom }).toEqual({ bottom: 56, height: 564 });
    await widget.close();
  });
});

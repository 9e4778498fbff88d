import {
  type CuttableProxy,
  type SeededRandom,
  cuttableProxy,
  freePort,
  seededRandom,
  tempDir,
  type TempDir,
  until,
} from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { Operator } from './support/api.js';
import { ConsolePage, WidgetPage, launchBrowser, newContext, shown } from './support/browser.js';
import { type Product, startProduct } from './support/product.js';
import { SEED, rounds } from './support/rounds.js';

/** Messages and cuts of this run; `npm run faults` makes a thousand of each. */
const MESSAGES = rounds('BESEDA_CUTS', 120);

/** Cuts one side's connections in one of the ways networks do it. */
class BadNetwork {
  cuts = 0;
  droppedAcks = 0;

  constructor(
    private readonly proxy: CuttableProxy,
    private readonly random: SeededRandom,
    private readonly post: RegExp,
  ) {}

  async strike(): Promise<void> {
    this.cuts++;
    const way = this.random.int(0, 9);
    if (way <= 4) {
      this.proxy.cut();
    } else if (way <= 6) {
      this.proxy.refuse(true);
      this.proxy.cut();
      await pause(this.random.int(20, 250));
      this.proxy.refuse(false);
    } else if (way <= 7) {
      this.proxy.blackhole(true);
      await pause(this.random.int(20, 250));
      this.proxy.blackhole(false);
      this.proxy.cut();
    } else {
      // The send is committed, its answer never arrives.
      this.droppedAcks++;
      this.proxy.dropResponseAfter(this.post);
    }
  }

  heal(): void {
    this.proxy.refuse(false);
    this.proxy.blackhole(false);
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe(`connections that are cut (seed ${SEED})`, () => {
  let data: TempDir;
  let product: Product;
  let browser: Browser;
  let proxies: { visitor: CuttableProxy; operator: CuttableProxy };
  let widget: WidgetPage;
  let desk: ConsolePage;

  beforeAll(async () => {
    data = await tempDir();
    const port = await freePort();
    proxies = { visitor: await cuttableProxy(port), operator: await cuttableProxy(port) };
    const visitorUrl = `http://127.0.0.1:${proxies.visitor.port}`;
    product = await startProduct({ dataDir: data.path, port, env: { BESEDA_PUBLIC_URL: visitorUrl } });
    browser = await launchBrowser();
    widget = new WidgetPage(await (await newContext(browser)).newPage());
    desk = new ConsolePage(await (await newContext(browser)).newPage());
    for (const page of [widget.page, desk.page]) await page.clock.install();
    await desk.login(`http://127.0.0.1:${proxies.operator.port}`);
    await widget.page.goto(`${visitorUrl}/demo`);
    await widget.open();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    for (const proxy of Object.values(proxies ?? {})) await proxy.close();
    await data?.remove();
  });

  /** Hours pass while the machine sleeps: timers stand still, then the clock has jumped. */
  const sleepOfHours = (page: Page, random: SeededRandom): Promise<void> =>
    page.clock.fastForward(random.int(1, 5) * 3_600_000);

  const texts = async (messages: Locator): Promise<string[]> =>
    (await shown(messages)).map((m) => /№(\d+)\./.exec(m.text)?.[1] ?? '?');

  it(
    `${MESSAGES} messages over as many cuts: both lists show every message once, in order, without reload`,
    async () => {
      const random = seededRandom(`${SEED}/cuts`);
      const networks = [
        new BadNetwork(proxies.visitor, random.fork('visitor'), /POST \/api\/widget\/messages/),
        new BadNetwork(proxies.operator, random.fork('operator'), /POST \/api\/sites\/[^ ]+\/messages/),
      ];
      await widget.write('Сообщение №0.');
      await desk.rows.first().waitFor({ state: 'visible', timeout: 15_000 });
      await desk.rows.first().click();
      await desk.message('Сообщение №0.').waitFor();

      for (let n = 1; n < MESSAGES; n++) {
        const strike = random.pick(networks).strike();
        if (random.bool()) await widget.write(`Сообщение №${n}.`);
        else await desk.answer(`Сообщение №${n}.`);
        await strike;
        if (n % 50 === 0) await sleepOfHours(random.pick([widget.page, desk.page]), random);
      }
      for (const network of networks) network.heal();

      const complete = async (messages: Locator): Promise<boolean> => {
        const list = await shown(messages);
        return list.length >= MESSAGES && list.every((m) => !['sending', 'queued'].includes(m.state));
      };
      for (const [name, messages] of [
        ['widget', widget.messages],
        ['console', desk.messages],
      ] as const) {
        await until(() => complete(messages), {
          timeoutMs: 60_000,
          everyMs: 250,
          what: `every message in the ${name}`,
        });
      }
      const [inWidget, inConsole] = [await shown(widget.messages), await shown(desk.messages)];
      const operator = await Operator.login(`http://127.0.0.1:${proxies.operator.port}`, product.ready.siteId);
      const [dialog] = await operator.dialogs();
      const events = await operator.events(dialog?.id ?? '');
      const truth = events
        .filter((e) => e.type === 'message.posted')
        .map((e) => /№(\d+)\./.exec(e.payload?.text ?? '')?.[1]);

      expect(truth).toHaveLength(MESSAGES);
      expect(new Set(truth).size).toBe(MESSAGES);
      expect(await texts(widget.messages)).toEqual(truth);
      expect(await texts(desk.messages)).toEqual(truth);
      expect([...inWidget, ...inConsole].filter((m) => m.state === 'failed')).toEqual([]);
      expect(networks.reduce((sum, n) => sum + n.cuts, 0)).toBe(MESSAGES - 1);
      expect(networks.reduce((sum, n) => sum + n.droppedAcks, 0)).toBeGreaterThan(0);
    },
    MESSAGES * 1_500 + 120_000,
  );
});

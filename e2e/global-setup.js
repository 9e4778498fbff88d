// What the scenarios that need only a site share: one running Beseda and one browser (`src/support/site.ts` takes them).
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from '@beseda/testing';
import { chromium } from 'playwright-core';
import { startProduct } from './src/support/product.ts';

export default async function start() {
  const stops = [];
  globalThis.stopShared = async () => {
    for (const stop of stops.reverse()) await stop();
  };
  const dataDir = await mkdtemp(join(tmpdir(), 'beseda-e2e-'));
  stops.push(() => rm(dataDir, { recursive: true, force: true }));
  try {
    // Many visitors come from one address here.
    const product = await startProduct({ dataDir, env: { BESEDA_WIDGET_RATE_FACTOR: '20' } });
    stops.push(() => product.stop());
    const { executablePath, args } = await findChromium();
    const browser = await chromium.launchServer({ executablePath, args: [...args], headless: true });
    stops.push(() => browser.close());
    process.env.BESEDA_E2E = JSON.stringify({ ready: product.ready, browser: browser.wsEndpoint() });
  } catch (error) {
    await globalThis.stopShared();
    throw error;
  }
}

import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findChromium, until } from '@beseda/testing';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const root = join(import.meta.dirname, '..');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Where the build lies. */
export const DIST = join(root, 'dist');
export const DESK: BrowserContextOptions = {
  viewport: { width: 1440, height: 900 },
  locale: 'ru-RU',
  timezoneId: 'Europe/Moscow',
};
export const PHONE: BrowserContextOptions = { ...DESK, viewport: { width: 390, height: 844 }, hasTouch: true };

const LOCK = join(root, 'dist.lock');
/** A build takes less; an older lock was left by a run that was killed. */
const LOCK_MS = 170_000;

function isFresh(): boolean {
  const newest = Math.max(
    ...readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => !file.endsWith('.spec.ts'))
      .map((file) => statSync(join(root, 'src', file)).mtimeMs),
  );
  const built = statSync(join(DIST, 'browser/index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return built >= newest;
}

function takeLock(): boolean {
  try {
    mkdirSync(LOCK);
    return true;
  } catch {
    // EEXIST: another file of specs is building
    const since = statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (Date.now() - since > LOCK_MS) rmSync(LOCK, { recursive: true, force: true });
    return false;
  }
}

/** Builds the console when there is no build or a source is newer; files of specs that run at once build it once. */
export async function build(): Promise<void> {
  let mine = false;
  await until(() => (mine = takeLock()) || isFresh(), { what: 'the turn to build', timeoutMs: LOCK_MS });
  if (!mine) return;
  try {
    if (!isFresh()) await promisify(execFile)('npm', ['run', 'build'], { cwd: root });
  } finally {
    rmSync(LOCK, { recursive: true, force: true });
  }
}

/** The browser of this machine, with the console built. */
export async function launch(): Promise<Browser> {
  await build();
  const { executablePath, args } = await findChromium();
  return await chromium.launch({ executablePath, args: [...args], headless: true });
}

/** Errors of scripts, of the content policy and of Angular go into `complaints`. */
export function listen(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|NG0?\d{3}/.test(message.text())) complaints.push(message.text());
  });
}

export async function signIn(page: Page, password = 'secret-password'): Promise<void> {
  await page.getByTestId('login-email').fill('m.lavrentieva@lesnaya-tropa.example');
  await page.getByTestId('login-password').fill(password);
  await page.getByTestId('login-submit').click();
}

/** What axe finds on the page, frames left out: the widget in one has specs of its own. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return await page.evaluate(async () => {
    const { axe: run } = globalThis as unknown as {
      axe: {
        run(c: unknown, o: unknown): Promise<{ violations: { id: string; nodes: { target: unknown[] }[] }[] }>;
      };
    };
    // menus and popovers float outside the landmarks by design of the overlay
    const result = await run.run({ exclude: [['iframe']] }, { iframes: false, rules: { region: { enabled: false } } });
    return result.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`);
  });
}

import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const here = dirname(fileURLToPath(import.meta.url));
const css = readFileSync(join(here, 'tokens.css'), 'utf8');

type Scheme = 0 | 1;

/** The colour of a token in the light (0) or dark (1) theme. */
function colour(name: string, scheme: Scheme): string {
  const value = new RegExp(`${name}:\\s*([^;]+);`).exec(css)?.[1]?.trim();
  if (!value) throw new Error(`No token ${name}`);
  const alias = /^var\((--[\w-]+)\)$/.exec(value);
  if (alias?.[1]) return colour(alias[1], scheme);
  const pair = /^light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)$/.exec(value);
  return (pair?.[scheme + 1] ?? value).toLowerCase();
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}

function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)].sort((m, n) => n - m);
  return ((x ?? 0) + 0.05) / ((y ?? 0) + 0.05);
}

const sys = (name: string): string => `--mat-sys-${name}`;
const TEXT: readonly (readonly [string, string])[] = [
  ...['surface', 'background', 'surface-container', 'surface-container-high', 'surface-container-low'].flatMap(
    (on) =>
      [
        [sys('on-surface'), sys(on)],
        [sys('on-surface-variant'), sys(on)],
      ] as const,
  ),
  ...['primary', 'error', 'primary-container', 'secondary-container', 'tertiary-container', 'error-container'].map(
    (role) => [sys(`on-${role}`), sys(role)] as const,
  ),
  ...[
    sys('surface'),
    sys('surface-container'),
    sys('background'),
    '--bsd-bubble-in',
    '--bsd-hover',
    '--bsd-selected',
  ].map((on) => [sys('primary'), on] as const),
  ...[sys('surface'), '--bsd-hover', '--bsd-selected'].flatMap((on) => [
    [sys('on-surface'), on] as const,
    [sys('on-surface-variant'), on] as const,
    [sys('error'), on] as const,
    ['--bsd-waiting', on] as const,
  ]),
  ['--bsd-success', sys('surface')],
  ['--bsd-success', '--bsd-success-container'],
  ['--bsd-waiting', '--bsd-waiting-container'],
  [sys('on-surface'), '--bsd-waiting-container'],
  ['--bsd-on-note', '--bsd-note'],
  [sys('on-surface-variant'), '--bsd-note'],
  [sys('on-surface'), '--bsd-bubble-in'],
  ['--bsd-on-bubble-out', '--bsd-bubble-out'],
  [sys('primary'), '--bsd-bubble-out'],
  [sys('inverse-on-surface'), sys('inverse-surface')],
  [sys('inverse-primary'), sys('inverse-surface')],
  ...[1, 2, 3, 4, 5, 6].map((n) => [`--bsd-on-av${n}`, `--bsd-av${n}`] as const),
];
const GRAPHICS: readonly (readonly [string, string])[] = [
  [sys('outline'), sys('surface')],
  ['--bsd-online', sys('surface')],
  ['--bsd-away', sys('background')],
  ['--bsd-offline', sys('background')],
  ...['chat', 'email', 'telegram', 'vk', 'facebook'].flatMap((ch) => [
    [`--bsd-ch-${ch}`, sys('surface')] as const,
    ['--bsd-on-ch', `--bsd-ch-${ch}`] as const,
  ]),
];

describe.each([
  ['light', 0],
  ['dark', 1],
] as const)('tokens in the %s theme', (_name, scheme) => {
  it.each(TEXT)('text %s on %s is at least 4.5 : 1', (text, on) => {
    expect(contrast(colour(text, scheme), colour(on, scheme))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(GRAPHICS)('graphics %s on %s is at least 3 : 1', (mark, on) => {
    expect(contrast(colour(mark, scheme), colour(on, scheme))).toBeGreaterThanOrEqual(3);
  });
});

describe('style sheets', () => {
  const root = join(here, '..');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.(s?css|html|ts)$/.test(file) && !file.endsWith('tokens.css') && !file.endsWith('.spec.ts'),
  );

  it('name colours by tokens only', () => {
    // the colours of the users' data, of the widget and of tags, stand in one file; an escape hides none
    const own = files.filter((file) => file !== join('app', 'kit', 'colors.ts'));
    const found = own.flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      return [...text.matchAll(/#[0-9a-f]{3,8}\b(?![\w-])|\\u0023|\\x23/gi)]
        .map((m) => `${file}: ${m[0]}`)
        .concat([...text.matchAll(/\b(rgba?|hsla?)\(/g)].map((m) => `${file}: ${m[0]}`));
    });
    expect(found).toEqual([]);
  });

  it('use only tokens that exist', () => {
    const declared = new Set([...css.matchAll(/(--[\w-]+)\s*:/g)].map((match) => match[1]));
    const missing = files
      .filter((file) => file.endsWith('.scss'))
      .flatMap((file) =>
        [...readFileSync(join(root, file), 'utf8').matchAll(/var\((--(?:mat-sys|bsd)-[\w-]+)[,)]/g)].map(
          (match) => match[1] ?? '',
        ),
      )
      .filter((name) => !declared.has(name));
    expect([...new Set(missing)]).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { seededRandom } from '@beseda/testing';
import { contrast, luminance, siteColor } from './color.js';

const ratio = (a: string, b: string): number => contrast(luminance(a), luminance(b));

describe('the colour of a site', () => {
  it('carries text that can be read, whatever the colour', () => {
    const random = seededRandom(11);
    for (let round = 0; round < 2_000; round += 1) {
      const value = `#${Math.floor(random.next() * 0x1000000)
        .toString(16)
        .padStart(6, '0')}`;
      const { color, onColor } = siteColor(value);
      expect({ color, readable: ratio(color, onColor) >= 4.5 }).toEqual({ color: value, readable: true });
    }
  });

  it('gets an edge where it would vanish', () => {
    expect(siteColor('#ffffff').edge).toEqual([true, false]);
    expect(siteColor('#161b1e').edge).toEqual([false, true]);
    expect(siteColor('#0b6070').edge).toEqual([false, false]);
  });

  it('is that of Beseda when it is no colour', () => {
    for (const value of ['', 'red', '#12345', 'url(x)', '#0b607012']) expect(siteColor(value).color).toBe('#0b6070');
  });
});

describe('the colours of the panel', () => {
  it('have pairs of text and ground with a contrast of at least 4.5 in both themes', async () => {
    const css = await readFile(new URL('./panel.css', import.meta.url), 'utf8');
    const blocks = [...css.matchAll(/:root \{([^}]*)\}/g)].map((match) => match[1] ?? '');
    const read = (block: string): Record<string, string> =>
      Object.fromEntries(
        [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((match) => [match[1] ?? '', match[2] ?? '']),
      );
    const light = read(blocks[0] ?? '');
    const dark = { ...light, ...read(blocks[1] ?? '') };
    expect(Object.keys(light).length).toBeGreaterThan(20);
    const pairs = [
      ...['text', 'quiet', 'primary', 'error'].map((text) => [text, 'surface']),
      ...['text', 'quiet'].flatMap((text) => ['container', 'selected', 'hover'].map((ground) => [text, ground])),
      ['on-error-bg', 'error-bg'],
      ['wait', 'wait-bg'],
      ['surface', 'primary'],
      ...[1, 2, 3, 4, 5, 6].map((tint) => [`o${tint}`, `a${tint}`]),
    ] as [string, string][];
    for (const theme of [light, dark]) {
      for (const [text, ground] of pairs) {
        expect([text, ground, ratio(theme[text] ?? '', theme[ground] ?? '') >= 4.5]).toEqual([text, ground, true]);
      }
      expect(ratio(theme['outline'] ?? '', theme['surface'] ?? '')).toBeGreaterThanOrEqual(3);
    }
  });
});

const BLACK = 0;
const WHITE = 1;
/** WCAG 2.2 AA for text. */
const TEXT_CONTRAST = 4.5;
/** Under this a fill can hardly be told from the surface it lies on. */
const EDGE_CONTRAST = 1.5;
/** Relative luminance of the panel's surface, light and dark (#ffffff, #161b1e). */
const SURFACES = [1, luminance('#161b1e')] as const;
const FALLBACK = '#0b6070';

/** How the colour of a site is used. */
export interface SiteColor {
  readonly color: string;
  /** Black or white, whichever can be read on it. */
  readonly onColor: string;
  /** Needs an outline on a light, on a dark surface. */
  readonly edge: readonly [light: boolean, dark: boolean];
}

/** Anything that is no `#rrggbb` becomes the colour of Beseda. */
export function siteColor(value: string): SiteColor {
  const color = /^#[0-9a-f]{6}$/i.test(value) ? value.toLowerCase() : FALLBACK;
  const own = luminance(color);
  const white = contrast(own, WHITE);
  const onColor = white >= TEXT_CONTRAST || white >= contrast(own, BLACK) ? '#ffffff' : '#000000';
  return {
    color,
    onColor,
    edge: [contrast(own, SURFACES[0]) < EDGE_CONTRAST, contrast(own, SURFACES[1]) < EDGE_CONTRAST],
  };
}

/** Contrast of two relative luminances, 1 to 21. */
export function contrast(a: number, b: number): number {
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** Relative luminance of `#rrggbb`, 0 to 1, by WCAG. */
export function luminance(color: string): number {
  const channel = (index: number): number => {
    const value = parseInt(color.slice(1 + index * 2, 3 + index * 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(0) + 0.7152 * channel(1) + 0.0722 * channel(2);
}

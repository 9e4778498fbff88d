import { isColor } from '../../kit/colors.js';

/** WCAG 2.2 AA for text. */
const ENOUGH = 4.5;

export interface TextOn {
  readonly text: 'white' | 'black';
  /** 1 to 21. */
  readonly contrast: number;
}

/** Which text the widget writes on a colour, by its own rule, and how well it can be read. Null for what is no colour. */
export function textOn(color: string): TextOn | null {
  if (!isColor(color)) return null;
  const own = luminance(color);
  const white = 1.05 / (own + 0.05);
  const black = (own + 0.05) / 0.05;
  return white >= ENOUGH || white >= black ? { text: 'white', contrast: white } : { text: 'black', contrast: black };
}

/** Relative luminance of `#rrggbb`, 0 to 1, by WCAG. */
function luminance(color: string): number {
  const channel = (at: number): number => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

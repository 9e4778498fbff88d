import { type Rule } from './rules.js';

// Colours of the users' data, not of the console, so no tokens: the rule that forbids them elsewhere leaves this file out.

/** Offered for the widget: each can carry white text. */
export const WIDGET_COLORS: readonly string[] = ['#0b6070', '#1f5fbf', '#5b4bc4', '#8a3b83', '#a4540a', '#17693d'];

/** Offered for tags: those the server gives to tags that come from dialogs. */
export const TAG_COLORS: readonly string[] = [
  '#0b6070',
  '#1f5fa8',
  '#5b4a9e',
  '#8a3d78',
  '#9a3b3b',
  '#a04a1a',
  '#8a5a00',
  '#4d6b1f',
  '#2f6f3e',
  '#50606a',
];

/** What a colour looks like, in an error. */
export const SAMPLE_COLOR = '#0b6070';

export const isColor = (value: unknown): value is string => typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value);

export const color: Rule = (value) => (isColor(value) ? null : { code: 'not_a_color' });

/** A colour that was pasted without its mark. */
export function withMark(value: string): string {
  const text = value.trim();
  return /^[0-9a-f]{6}$/i.test(text) ? `#${text}` : text;
}

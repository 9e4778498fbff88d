/** What may stand in braces in a saved reply, in the order of the buttons. */
export const PLACEHOLDERS = ['contact.name', 'contact.email', 'contact.phone', 'operator.name', 'site.name'] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

/** A value for each; empty or missing: it is not known. */
export type PlaceholderValues = Readonly<Partial<Record<Placeholder, string | null | undefined>>>;

const NAMES = PLACEHOLDERS.map((name) => name.replace('.', '\\.')).join('|');
const pattern = (): RegExp => new RegExp(`\\{(${NAMES})(?:\\|([^{}]*))?\\}`, 'g');
/** A word in braces, known or not. */
const ANY = /\{\s*([\p{L}_][\p{L}\p{N}_.-]*)\s*(?:\|[^{}]*)?\}/gu;

const isKnown = (whole: string): boolean => new RegExp(`^\\{(?:${NAMES})(?:\\|[^{}]*)?\\}$`).test(whole);

/** A piece of a filled text; `hole`: a placeholder that has neither a value nor a default and stands as it is written. */
export interface FilledPart {
  readonly text: string;
  readonly hole?: true;
}

/** Puts values, or else defaults, in the place of placeholders. */
export function fillParts(text: string, values: PlaceholderValues): readonly FilledPart[] {
  const parts: FilledPart[] = [];
  let at = 0;
  for (const match of text.matchAll(pattern())) {
    const [whole, name, fallback] = match;
    if (match.index > at) parts.push({ text: text.slice(at, match.index) });
    const value = values[name as Placeholder]?.trim() || fallback?.trim();
    parts.push(value ? { text: value } : { text: whole, hole: true });
    at = match.index + whole.length;
  }
  if (at < text.length) parts.push({ text: text.slice(at) });
  return parts;
}

export function fill(text: string, values: PlaceholderValues): string {
  return fillParts(text, values)
    .map((part) => part.text)
    .join('');
}

/** The first placeholder that still stands in a text, with its place; null when there is none. */
export function firstHole(text: string): { readonly text: string; readonly start: number } | null {
  const match = pattern().exec(text);
  return match ? { text: match[0], start: match.index } : null;
}

/** Placeholders that still stand in a text, each once. */
export function holesOf(text: string): readonly string[] {
  return [...new Set([...text.matchAll(pattern())].map(([whole]) => whole))];
}

/** Words in braces that nothing would be put in the place of, each once. */
export function unknownPlaceholders(text: string): readonly string[] {
  return [...new Set([...text.matchAll(ANY)].map(([whole]) => whole).filter((whole) => !isKnown(whole)))];
}

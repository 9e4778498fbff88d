import type { FieldError } from './app-error.js';

/** Wrong fields that a refusal lists; it counts the others. */
const LISTED = 20;
/** Characters of what a refusal shows: it is no echo of what was sent, and stays below 20 kB however they are written. */
const SHOWN = { path: 80, message: 140, detail: 800 };

function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Control characters and halves of pairs take six bytes each as JSON, and nobody can read them. */
const shown = (text: string, length: number): string => cut(text, length).replace(/\p{C}/gu, '\uFFFD');

/** The first wrong fields, each with a path and a sentence of a readable length. */
export const boundedFields = (fields: readonly FieldError[]): FieldError[] =>
  fields.slice(0, LISTED).map(({ path, code, message }) => ({
    path: shown(path, SHOWN.path),
    code,
    message: shown(message, SHOWN.message),
  }));

/** What is said of the whole, likewise, with room for so many characters behind it. */
export const boundedDetail = (detail: string, room = 0): string => cut(detail, SHOWN.detail - room);

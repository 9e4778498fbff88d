import { BSONRegExp } from 'bson';
import { featureNotAllowed } from '../errors.js';

/** A pattern without a language of its own: literal text, anywhere or (`^`) at the beginning. */
export interface TextPattern {
  readonly source: BSONRegExp;
  readonly text: string;
  readonly anchored: boolean;
}

/** `^`, then characters that mean themselves; a backslash takes the meaning from any sign that is no letter or digit. */
const LITERAL = /^(?:[^\\^$.|?*+()[\]{}]|\\[^a-zA-Z0-9\s\u0080-\uffff])*$/;

/**
 * Takes literal text and `^` at its beginning, so that PCRE's and JavaScript's ideas of an escape or a class cannot differ.
 * @throws MongoError 224 for every other pattern, and for flags
 */
export function parsePattern(source: BSONRegExp): TextPattern {
  if (source.options !== '') throw featureNotAllowed(`the flags '${source.options}' of a regular expression`);
  const anchored = source.pattern.startsWith('^');
  const pattern = source.pattern.slice(anchored ? 1 : 0);
  if (!LITERAL.test(pattern))
    throw featureNotAllowed(`the regular expression /${source.pattern}/ (only literal text after an optional ^ is)`);
  return { source, anchored, text: pattern.replace(/\\(.)/g, '$1') };
}

/** A text that has it, or the same regular expression stored as a value. */
export const matchesPattern = ({ source, text, anchored }: TextPattern, value: unknown): boolean =>
  typeof value === 'string'
    ? anchored
      ? value.startsWith(text)
      : value.includes(text)
    : value instanceof BSONRegExp && value.pattern === source.pattern && value.options === source.options;

import type { BSONRegExp } from 'bson';
import { asError, MongoError } from '../errors.js';

/**
 * MongoDB's (PCRE) pattern as a JavaScript one. Flags: i, m, s as they are, x by removing blanks and comments, u is
 * implied; `(?i)` at the beginning is a flag.
 * @throws MongoError 51091 for a pattern JavaScript cannot take, 51108 for an unknown flag
 */
export function toRegExp(source: BSONRegExp): RegExp {
  let { pattern } = source;
  const flags = new Set<string>(['u']);
  for (const flag of source.options) {
    if (!'imsxu'.includes(flag)) throw new MongoError(51108, `invalid flag in regex options: ${flag}`);
    flags.add(flag);
  }
  const inline = /^\(\?([imsx]+)\)/.exec(pattern);
  if (inline) {
    pattern = pattern.slice(inline[0].length);
    for (const flag of inline[1] as string) flags.add(flag);
  }
  if (flags.delete('x'))
    pattern = pattern.replace(/\\.|\[(?:\\.|[^\]])*\]|\s+|#.*$/gm, (part) => (/^[\s#]/.test(part) ? '' : part));
  return compile(pattern, [...flags].join(''));
}

function compile(pattern: string, flags: string): RegExp {
  try {
    return new RegExp(pattern, flags);
  } catch {
    // Not valid in Unicode mode (PCRE allows needless escapes such as `\-`): once more without it.
  }
  try {
    return new RegExp(pattern, flags.replace('u', ''));
  } catch (error) {
    // SyntaxError: the client's pattern is wrong or uses what only PCRE has.
    throw new MongoError(51091, `Regular expression is invalid: ${asError(error).message}`);
  }
}

/** The literal every match must begin with (`^abc`, case-sensitive); empty when there is none. Used for index ranges. */
export function literalPrefix(source: BSONRegExp): string {
  if (source.options !== '' && source.options !== 'u') return '';
  const literal = /^\^([\p{L}\p{N} _:;,@/<>=!#%&'"~`-]*)/u.exec(source.pattern);
  if (!literal?.[1] || source.pattern.includes('|')) return '';
  const next = source.pattern[literal[0].length];
  // `^abc?`, `^abc*`, `^abc{0}`: the last character need not be there.
  return next !== undefined && '?*{'.includes(next) ? [...literal[1]].slice(0, -1).join('') : literal[1];
}

import { type FieldError, type Rule } from '../../kit/rules.js';
import { LIMITS } from './site-settings.js';

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/**
 * A host name as it may stand in the list: `shop.example`, `*.shop.example`, `shop.example:8080`, or with a country's letters. A pasted
 * address counts by its host. Undefined when it is none.
 */
export function domainOf(line: string): string | undefined {
  const bare = line
    .trim()
    .replace(/^https?:\/\//i, '')
    .replace(/[/?#].*$/, '');
  const [, wildcard = '', host = '', port = ''] = /^(\*\.)?([^:@\s*[\]\\]+)(:\d{1,5})?$/.exec(bare) ?? [];
  if (!host || !URL.canParse(`http://${host}/`)) return undefined;
  const ascii = new URL(`http://${host}/`).hostname.replace(/\.$/, '');
  if (ascii.length > 253 || !ascii.split('.').every((label) => LABEL.test(label))) return undefined;
  return `${wildcard}${host.toLowerCase().replace(/\.$/, '')}${port}`;
}

/** Lines that say something. */
export function linesOf(text: string): readonly string[] {
  return text
    .split(/[\n,;]/)
    .map((line) => line.trim())
    .filter(Boolean);
}

/** The list for the server; each domain once. */
export function domainsOf(text: string): readonly string[] {
  return [...new Set(linesOf(text).map((line) => domainOf(line) ?? line))];
}

/** Objects to the first line that is no domain. */
export const domainList: Rule = (value): FieldError | null => {
  const lines = linesOf(typeof value === 'string' ? value : '');
  if (lines.length > LIMITS.domains) return { code: 'too_many', params: { max: LIMITS.domains } };
  const wrong = lines.find((line) => domainOf(line) === undefined);
  return wrong === undefined ? null : { code: 'bad_domain', params: { line: wrong } };
};

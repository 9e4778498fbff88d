import type { FieldCode } from '@beseda/errors';
import { type MessageParams } from '../i18n/icu.js';
import { type MessageKey } from '../i18n/ru.js';

/** What is wrong with a value; `code` is a code of the server or of a rule here. */
export interface FieldError {
  readonly code: string;
  readonly params?: MessageParams;
  /** A sentence of the page, better than the general one. */
  readonly sentence?: MessageKey;
}

/** Judges a value; null is fine. */
export type Rule = (value: unknown) => FieldError | null;

const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

export const required: Rule = (value) =>
  (Array.isArray(value) ? value.length === 0 : text(value) === '') ? { code: 'required' } : null;

/** At most so many characters; letters outside the basic plane count as one. */
export const atMost =
  (max: number): Rule =>
  (value) =>
    [...text(value)].length > max ? { code: 'too_long', params: { max } } : null;

export const between =
  (min: number, max: number): Rule =>
  (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      ? null
      : { code: 'out_of_range', params: { min, max } };

/** Empty, or a whole http(s) address. */
export const webAddress: Rule = (value) => {
  const address = text(value);
  if (address === '') return null;
  const url = URL.canParse(address) ? new URL(address) : null;
  const whole = url && /^https?:$/.test(url.protocol) && (url.hostname.includes('.') || url.hostname === 'localhost');
  return whole ? null : { code: 'not_a_url' };
};

/** The first rule that objects. */
export const all =
  (...rules: readonly Rule[]): Rule =>
  (value) => {
    for (const rule of rules) {
      const error = rule(value);
      if (error) return error;
    }
    return null;
  };

/** The rule with a sentence of the page. */
export const saying =
  (rule: Rule, sentence: MessageKey): Rule =>
  (value) => {
    const error = rule(value);
    return error && { ...error, sentence };
  };

/** Codes of every schema, which the compiler asks for, and those of single rules. */
const SENTENCES: Readonly<Record<FieldCode, MessageKey> & Record<string, MessageKey>> = {
  required: 'settings.error.required',
  too_long: 'settings.error.too_long',
  too_short: 'settings.error.too_short',
  invalid_value: 'settings.error.invalid_value',
  already_exists: 'settings.error.already_exists',
  not_a_url: 'settings.error.not_a_url',
  not_a_color: 'settings.error.not_a_color',
  not_a_domain: 'settings.error.not_a_domain',
  bad_domain: 'settings.error.bad_domain',
  interval_order: 'settings.error.interval_order',
  overlap: 'settings.error.overlap',
  holiday_date: 'settings.error.holiday_date',
  holiday_twice: 'settings.error.holiday_twice',
  out_of_range: 'settings.error.out_of_range',
  too_small: 'settings.error.number',
  too_large: 'settings.error.number',
  too_many: 'settings.error.too_many',
  too_few: 'settings.error.too_few',
  // a page and a server of different versions: nothing a person could mend
  unknown_field: 'settings.error.other',
  not_an_email: 'settings.error.not_an_email',
  last_superadmin: 'settings.error.last_superadmin',
  not_yours: 'settings.error.not_yours',
};

/** The text for a code of a rule or of the server. A sentence with a number is only used when the number is known. */
export function sentenceOf(error: FieldError): MessageKey {
  if (error.sentence) return error.sentence;
  const key = SENTENCES[error.code] ?? 'settings.error.other';
  const needs = /\.(too_long|too_short|too_many|too_few|out_of_range)$/.test(key);
  return needs && !error.params ? 'settings.error.invalid_value' : key;
}

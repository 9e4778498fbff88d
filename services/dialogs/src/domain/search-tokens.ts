/**
 * How a dialog is found by text: by the beginnings of words. A word is a run of letters and digits, lower-cased, without
 * accents, "ё" as "е"; an e-mail address counts as its parts, a pictograph is a word, and a phone number is one word however
 * it is grouped. The words of the newest messages and notes, of the contact's name, address and phone are kept with the
 * dialog.
 */

/** Words of one dialog that can be searched; the oldest make room, the contact's name and address stay. */
export const MAX_TOKENS = 800;
/** Longer words are cut; characters. */
export const MAX_TOKEN = 32;
/** Words of one question that count; more are ignored. */
export const MAX_QUERY_WORDS = 8;

/** Vowel signs of Indian scripts are marks inside a word; a pictograph needs no blanks around it. */
const WORD = /[\p{L}\p{N}\p{M}]+|\p{Extended_Pictographic}/gu;
/** Soft hyphens, zero-width characters and the like: they stand inside words and nobody types them. */
const INVISIBLE = /[\p{Cf}\u034f\ufe00-\ufe0f]/gu;
/** Accents of Latin, Greek and Cyrillic letters, points of Hebrew and Arabic; the breve of "й" makes another letter. */
const ACCENTS = /(?<!и)\u0306|[\u0300-\u0305\u0307-\u036f\u0591-\u05c7\u064b-\u0652]/gu;

/** Digits a phone number has: ITU-T E.164 allows 15; fewer than 7 are no number. */
const PHONE = /\+?\d(?:[\s().\-\u2010-\u2015]{0,2}\d){6,14}(?!\d)/gu;
/** As much of a number as people leave out before it: a country's code, a city's code. */
const NATIONAL_DIGITS = 10;
const LOCAL_DIGITS = 7;

const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(INVISIBLE, '')
    .toLowerCase()
    .replace(ACCENTS, '')
    .normalize('NFC')
    .replaceAll('ё', 'е');

const digitsOf = (text: string): string => text.replace(/\D/g, '');

/** "8" before the ten digits of a Russian number is its "+7". */
const internationalDigits = (number: string): string => {
  const digits = digitsOf(number);
  return number.startsWith('+') ? digits : digits.replace(/^8(?=\d{7,10}$)/, '7');
};

/** What a number is found by: its beginning with the country, without it, and without the city. */
function phoneTokens(text: string): string[] {
  return [...text.matchAll(PHONE)].flatMap(([number]) => {
    const digits = internationalDigits(number);
    return [digits, digits.slice(-NATIONAL_DIGITS), digits.slice(-LOCAL_DIGITS)];
  });
}

/** The words of some texts, each once, in the order they come. */
export function tokensOf(...texts: readonly (string | undefined)[]): string[] {
  const words = new Set<string>();
  for (const text of texts) {
    const readable = plain(text ?? '');
    for (const [word] of readable.matchAll(WORD)) words.add([...word].slice(0, MAX_TOKEN).join(''));
    for (const digits of phoneTokens(readable)) words.add(digits);
  }
  return [...words];
}

/** A question that is a number or the beginning of one, such as `8 (912) 345`, `+7912` or `345-67`. */
const NUMBER_ASKED = /^[+(]*\d[\d\s().+\-\u2010-\u2015]*$/u;

/**
 * The beginnings of words a question asks for: all must occur. None: nothing can be found by it, unless it is empty.
 * A number is asked for by its digits.
 */
export function queryWords(question: string): string[] {
  const readable = plain(question).trim();
  const number = NUMBER_ASKED.test(readable) ? readable.replace(/^\(+/, '') : '';
  const digits = internationalDigits(number);
  // Several short numbers are words; digits with signs between them are one number.
  if (digits.length >= LOCAL_DIGITS || (digits.length > 4 && /[()+-]/.test(readable)))
    return [digits.slice(0, MAX_TOKEN)];
  return tokensOf(question).slice(0, MAX_QUERY_WORDS);
}

/** Words to add to those a dialog has, so that new ones are in and the contact's are not pushed out by them. */
export function tokensToAdd(known: readonly string[], fresh: readonly string[], lasting: readonly string[]): string[] {
  const before = new Set(known);
  const added = fresh.filter((word) => !before.has(word)).slice(-MAX_TOKENS);
  const kept = new Set([...known, ...added].slice(-MAX_TOKENS));
  return [...added, ...lasting.filter((word) => !kept.has(word))];
}

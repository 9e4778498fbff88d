/**
 * How a dialog is found by text: by the beginnings of words. A word is a run of letters and digits, lower-cased, "ё" as
 * "е"; an e-mail address also counts as its parts. The words of the newest messages, of the contact's name and address are
 * kept with the dialog.
 */

/** Words of one dialog that can be searched; the oldest make room, the contact's name and address stay. */
export const MAX_TOKENS = 800;
/** Longer words are cut; characters. */
export const MAX_TOKEN = 32;
/** Words of one question that count; more are ignored. */
export const MAX_QUERY_WORDS = 8;

const WORD = /[\p{L}\p{N}]+/gu;

/** The words of some texts, each once, in the order they come. */
export function tokensOf(...texts: readonly (string | undefined)[]): string[] {
  const words = new Set<string>();
  for (const text of texts) {
    for (const [word] of (text ?? '').normalize('NFKC').toLowerCase().replaceAll('ё', 'е').matchAll(WORD))
      words.add([...word].slice(0, MAX_TOKEN).join(''));
  }
  return [...words];
}

/** The beginnings of words a question asks for: all must occur. */
export const queryWords = (question: string): string[] => tokensOf(question).slice(0, MAX_QUERY_WORDS);

/** Words to add to those a dialog has, so that new ones are in and the contact's are not pushed out by them. */
export function tokensToAdd(known: readonly string[], fresh: readonly string[], lasting: readonly string[]): string[] {
  const before = new Set(known);
  const added = fresh.filter((word) => !before.has(word)).slice(-MAX_TOKENS);
  const kept = new Set([...known, ...added].slice(-MAX_TOKENS));
  return [...added, ...lasting.filter((word) => !kept.has(word))];
}

import { appError, invalidField } from '@beseda/errors';

/** Longest text of a message or note; characters (code points) after trimming. */
export const MAX_TEXT = 10_000;
/** Most tags of one dialog. */
export const MAX_TAGS = 20;
/** Longest tag; characters. */
export const MAX_TAG = 40;
/** Largest event, envelope and body together; bytes. What is larger is a file. */
export const MAX_EVENT_BYTES = 64 * 1024;

/** Control characters but for tab and line feed: nobody means them, and NUL ends texts in other systems. */
const CONTROL = /(?![\t\n])\p{Cc}/gu;
/** What shows nothing: spaces, controls, formats, fillers and the blank of Braille. */
const UNSEEN = /[\s\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** Whether nothing of a text can be seen. */
export const isBlank = (text: string): boolean => text.replace(UNSEEN, '') === '';

/**
 * A text as it is kept: without blanks around it, control characters and halves of surrogate pairs, 1 to {@link MAX_TEXT}
 * characters of which at least one can be seen.
 */
export function cleanText(text: string): string {
  const clean = text.replace(/\r\n?/g, '\n').replace(CONTROL, '').toWellFormed().trim();
  if (isBlank(text)) throw invalidField('text', 'too_small', 'A text must have at least one character.');
  // Code units are never fewer than characters, so only a long text is counted exactly.
  if (clean.length > MAX_TEXT && [...clean].length > MAX_TEXT)
    throw invalidField('text', 'too_big', `A text may have at most ${MAX_TEXT} characters.`);
  return clean;
}

/** How tags are compared: upper and lower case are one. */
export const tagKey = (tag: string): string => tag.toLowerCase();

/** Tags as they are kept: no blanks around or doubled inside, each once whatever its case, in the order given. */
export function cleanTags(tags: readonly string[]): string[] {
  const kept = new Map<string, string>();
  for (const [index, tag] of tags.entries()) {
    const clean = tag.normalize('NFC').trim().replace(/\s+/g, ' ');
    if (clean === '' || [...clean].length > MAX_TAG)
      throw invalidField(`tags.${index}`, 'length', `A tag must have 1 to ${MAX_TAG} characters.`);
    if (!kept.has(tagKey(clean))) kept.set(tagKey(clean), clean);
  }
  if (kept.size > MAX_TAGS) throw invalidField('tags', 'too_big', `A dialog may have at most ${MAX_TAGS} tags.`);
  return [...kept.values()];
}

/** Whether two sets of tags are the same, in whatever order. */
export function sameTags(a: readonly string[], b: readonly string[]): boolean {
  const known = new Set(a);
  return a.length === b.length && b.every((tag) => known.has(tag));
}

/** Refuses an event that does not fit; bytes of envelope and body. */
export function assertEventSize(bytes: number): void {
  if (bytes > MAX_EVENT_BYTES)
    throw appError('PAYLOAD_TOO_LARGE', `An event may have at most ${MAX_EVENT_BYTES} bytes; this one has ${bytes}.`);
}

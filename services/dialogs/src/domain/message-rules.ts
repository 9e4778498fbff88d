import { LIMITS } from '@beseda/api';
import { appError, invalidField } from '@beseda/errors';

/** Largest event, envelope and body together; bytes. What is larger is a file. */
export const MAX_EVENT_BYTES = 64 * 1024;

/** Control characters but for tab and line feed: nobody means them, and NUL ends texts in other systems. */
const CONTROL = /(?![\t\n])\p{Cc}/gu;
/** What shows nothing: spaces, controls, formats, fillers and the blank of Braille. */
const UNSEEN = /[\s\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** Whether nothing of a text can be seen. */
export const isBlank = (text: string): boolean => text.replace(UNSEEN, '') === '';

/**
 * A text as it is kept: without blanks around it, control characters and halves of surrogate pairs, 1 to {@link LIMITS.messageText}
 * characters of which at least one can be seen.
 */
export function cleanText(text: string): string {
  const clean = text.replace(/\r\n?/g, '\n').replace(CONTROL, '').toWellFormed().trim();
  if (isBlank(text)) throw invalidField('text', 'required', 'A text must have at least one character.');
  // Code units are never fewer than characters, so only a long text is counted exactly.
  if (clean.length > LIMITS.messageText && [...clean].length > LIMITS.messageText)
    throw invalidField('text', 'too_long', `A text may have at most ${LIMITS.messageText} characters.`);
  return clean;
}

/** How tags are compared: upper and lower case are one. */
export const tagKey = (tag: string): string => tag.toLowerCase();

/** Tags as they are kept: no blanks around or doubled inside, each once whatever its case, in the order given. */
export function cleanTags(tags: readonly string[]): string[] {
  const kept = new Map<string, string>();
  for (const [index, tag] of tags.entries()) {
    const clean = tag.normalize('NFC').trim().replace(/\s+/g, ' ');
    if (clean === '' || [...clean].length > LIMITS.tagName)
      throw invalidField(
        `tags.${index}`,
        clean === '' ? 'required' : 'too_long',
        `A tag must have 1 to ${LIMITS.tagName} characters.`,
      );
    if (!kept.has(tagKey(clean))) kept.set(tagKey(clean), clean);
  }
  if (kept.size > LIMITS.tags) throw invalidField('tags', 'too_many', `A dialog may have at most ${LIMITS.tags} tags.`);
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

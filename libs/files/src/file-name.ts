/** Most file systems allow 255 bytes for a name. */
const MAX_NAME_BYTES = 255;
/** A longer "extension" is part of the name. */
const MAX_EXTENSION_BYTES = 32;
const FALLBACK = 'file';

/**
 * Characters that hide what a name is: control characters, line separators, invisible ones, and those that turn the
 * direction of writing (`photo\u202Egnp.exe` reads "photoexe.png"). Unicode 16, general categories and UAX #9.
 */
const HIDING = /[\p{Cc}\u2028\u2029\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu;

const bytesOf = (text: string): number => Buffer.byteLength(text, 'utf8');

/** The longest beginning of a text within so many bytes, whole characters only. */
function cut(text: string, maxBytes: number): string {
  let size = 0;
  let result = '';
  for (const character of text) {
    size += bytesOf(character);
    if (size > maxBytes) break;
    result += character;
  }
  return result;
}

/**
 * A name that is safe to show and to save under: no path, nothing that hides or reverses its end, at most 255 bytes of
 * UTF-8 with the extension kept; `file` when nothing is left.
 */
export function safeFileName(name: string): string {
  const base = name.toWellFormed().normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const clean = base
    .replace(HIDING, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[. ]+$/, '');
  if (clean === '') return FALLBACK;
  if (bytesOf(clean) <= MAX_NAME_BYTES) return clean;
  const dot = clean.lastIndexOf('.');
  const extension = dot > 0 ? clean.slice(dot) : '';
  if (extension === '' || bytesOf(extension) > MAX_EXTENSION_BYTES) return cut(clean, MAX_NAME_BYTES);
  return cut(clean.slice(0, dot), MAX_NAME_BYTES - bytesOf(extension)) + extension;
}

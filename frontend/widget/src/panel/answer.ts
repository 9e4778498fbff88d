import type { Asked } from './offline.js';

/** What is wrong with what was typed. */
export type AnswerProblem = 'empty' | 'unfinished' | 'invalid' | 'short' | 'refused' | 'network';

const EMAIL = /^[^\s@,;]+@[^\s@,;]+\.[^\s@,;.]{2,}$/;
/** E.164 has at most 15 digits; the shortest numbers with an area code have seven. */
const DIGITS = [7, 15] as const;
const MAX_LENGTH = 254;

/** Null when it can be sent. The server looks again. */
export function problemOf(kind: Asked, typed: string): AnswerProblem | null {
  const value = typed.trim();
  if (!value) return 'empty';
  if (kind === 'phone') {
    const digits = value.replace(/\D/g, '').length;
    if (!/^\+?[\d\s().–—/-]*$/.test(value) || digits > DIGITS[1]) return 'invalid';
    return digits < DIGITS[0] ? 'short' : null;
  }
  if (EMAIL.test(value) && value.length <= MAX_LENGTH) return null;
  // "irina@mail" is on its way to be an address
  return /^[^\s@,;]+(@[^\s@,;]*)?$/.test(value) && value.length <= MAX_LENGTH ? 'unfinished' : 'invalid';
}

import { LIMITS } from '@beseda/api';

/** Octets of the part before the "@": RFC 5321 §4.5.3.1.1. */
const MAX_LOCAL_PART = 64;
/** A label of a host name: RFC 1123 §2.1; letters of any script, as people write internationalised domains. */
const LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u;
const LOCAL_PART = /^[^\s@<>"(),:;[\]\\.]+(?:\.[^\s@<>"(),:;[\]\\.]+)*$/;

/** Digits of a telephone number with its country: ITU-T E.164 allows 15; shorter than 7 nobody is reached from abroad. */
const MAX_DIGITS = 15;
const MIN_DIGITS = 7;
/** An inner number of a company, or one a site keeps in its own form: kept as it is written. */
const MIN_LOCAL_DIGITS = 3;
/** What people write between digits. */
const PHONE = /^\+?[\d\s().\-–—/]+$/;

/**
 * An e-mail address as it is kept: its domain in lower case; undefined when it is none. Loose on purpose: only a mail can
 * prove an address.
 */
export function normalEmail(text: string): string | undefined {
  const at = text.lastIndexOf('@');
  const [local, domain] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1).toLowerCase()];
  if (text.length > LIMITS.email || local.length > MAX_LOCAL_PART || !LOCAL_PART.test(local)) return undefined;
  const labels = domain.split('.');
  return labels.length >= 2 && labels.every((label) => LABEL.test(label)) ? `${local}@${domain}` : undefined;
}

/**
 * A telephone number as it is kept: "+" and digits where the country is known: it is written with "+" or "00", or as people in
 * Russia do (8 or 7 and ten digits). Others stay as they were written; undefined when it is no number.
 */
export function normalPhone(text: string): string | undefined {
  if (text.length > LIMITS.phone || !PHONE.test(text)) return undefined;
  const digits = text.replace(/\D/g, '');
  const international = text.startsWith('+') ? digits : digits.startsWith('00') ? digits.slice(2) : undefined;
  if (international !== undefined)
    return international.length >= MIN_DIGITS && international.length <= MAX_DIGITS ? `+${international}` : undefined;
  if (/^[78]\d{10}$/.test(digits)) return `+7${digits.slice(1)}`;
  return digits.length >= MIN_LOCAL_DIGITS && digits.length <= MAX_DIGITS ? text.replace(/\s+/g, ' ') : undefined;
}

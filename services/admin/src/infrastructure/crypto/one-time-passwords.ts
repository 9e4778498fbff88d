import { createHash, createHmac, randomBytes, randomInt } from 'node:crypto';
import type { Keys } from '@beseda/auth';
import { readablePassword } from './passwords.js';

/** A one-time password for an invitation: 100 random bits, easy to type. */
export const oneTimePassword = (): string => readablePassword(randomBytes(32), randomBytes(16));

/** Under what the one-time password in a mail is encrypted. */
export const mailContext = (mailId: string): string => `mail:${mailId}`;

/** The token of a link to set a new password: 256 random bits. */
export const resetToken = (): string => randomBytes(32).toString('base64url');

/** What is stored of it: with 256 random bits there is nothing to guess, so nothing slower is needed. */
export const resetDigest = (token: string): string => createHash('sha256').update(token).digest('hex');

/** 32 letters and digits that cannot be mistaken for each other. */
const READABLE = 'abcdefghijkmnpqrstuvwxyz23456789';
/** As many as other products give; a person uses one when a phone is lost. */
export const RECOVERY_CODES = 10;

/** New recovery codes: twice five letters, 50 random bits each. */
export const recoveryCodes = (): string[] =>
  Array.from({ length: RECOVERY_CODES }, () => {
    const letters = Array.from({ length: 10 }, () => READABLE[randomInt(READABLE.length)]).join('');
    return `${letters.slice(0, 5)}-${letters.slice(5)}`;
  });

/** What is stored of a recovery code: without the installation's secret nobody can try codes against it. */
export function recoveryHash(keys: Keys, operatorId: string, code: string): string {
  const plain = code.toLowerCase().replace(/[^a-z0-9]/g, '');
  return createHmac('sha256', keys.get('storage')).update(`recovery:${operatorId}:${plain}`).digest('base64url');
}

/** Whether a text can be a recovery code and no code of an authenticator. */
export const looksLikeRecovery = (code: string): boolean => code.replace(/[^a-z0-9]/gi, '').length === 10;

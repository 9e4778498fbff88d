/** What became of a mail. */
export const MAIL_STATES = ['waiting', 'sent', 'kept', 'failed'] as const;
export type MailState = (typeof MAIL_STATES)[number];

export const MAIL_TEMPLATES = ['invitation', 'welcome', 'added', 'reset', 'password-changed', 'email-changed'] as const;
export type MailTemplate = (typeof MAIL_TEMPLATES)[number];

/** A mail that no server took for this long is given up; milliseconds. RFC 5321 §4.5.4.1 says four to five days. */
export const GIVE_UP_MS = 4 * 24 * 3_600_000;
const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 15 * 60_000;

/** How long to wait after this many failed attempts; milliseconds. @param random from 0 to 1, spreads what failed together */
export const retryMs = (attempts: number, random: number): number =>
  Math.round(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(20, attempts - 1)) * (0.75 + random / 2));

/** What a mail server's answer means. */
export interface MailFailure {
  /** SMTP code, if the server gave one. */
  responseCode?: number | undefined;
  /** nodemailer's: `EENVELOPE`, `EAUTH`, `ECONNECTION`, … */
  code?: string | undefined;
}

/**
 * Whether trying again is of no use: the server refused the addressee or the message for good (RFC 5321 §4.2.1: 5yz). A server
 * that refuses our login or does not speak TLS is set up wrongly, and will be set right: that mail waits.
 */
export const isPermanent = ({ responseCode, code }: MailFailure): boolean =>
  responseCode !== undefined &&
  responseCode >= 500 &&
  responseCode < 600 &&
  (code === 'EENVELOPE' || code === 'EMESSAGE');

/** How failed sign-ins under one key are answered. */
export interface ThrottleRule {
  /** This many failures lock the key. */
  failures: number;
  /** The first lock; each further failure doubles it. Milliseconds. */
  firstLockMs: number;
  longestLockMs: number;
  /** Without a failure for this long (after the end of a lock), all is forgotten. Milliseconds. */
  forgetMs: number;
}

const MINUTE = 60_000;

/** Per e-mail address: five tries are enough for a person; later guesses come to at most four an hour. */
export const EMAIL_RULE: ThrottleRule = {
  failures: 5,
  firstLockMs: 30_000,
  longestLockMs: 15 * MINUTE,
  forgetMs: 15 * MINUTE,
};
/** Per network address: wider, since a whole office may share one. */
export const ADDRESS_RULE: ThrottleRule = { ...EMAIL_RULE, failures: 25 };

/** How long a key is locked after this many failures; 0 = not at all. Milliseconds. */
export function lockMs(rule: ThrottleRule, failures: number): number {
  if (failures < rule.failures) return 0;
  return Math.min(rule.longestLockMs, rule.firstLockMs * 2 ** Math.min(30, failures - rule.failures));
}

/** Mails with a link to set a new password, per e-mail address: nobody's mailbox is filled by others. */
export const RESET_EMAIL_RULE: ThrottleRule = {
  failures: 3,
  firstLockMs: 5 * MINUTE,
  longestLockMs: 60 * MINUTE,
  forgetMs: 60 * MINUTE,
};
/** Per network address. */
export const RESET_ADDRESS_RULE: ThrottleRule = { ...RESET_EMAIL_RULE, failures: 20 };

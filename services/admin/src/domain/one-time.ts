/** How long the one-time password of an invitation works; milliseconds. */
export const ONE_TIME_MS = 7 * 24 * 3_600_000;
/** How long a link to set a new password works; milliseconds. */
export const RESET_MS = 3_600_000;
/** How long the second step of a login may take; milliseconds. */
export const TICKET_MS = 10 * 60_000;

/** How a person signs in, as far as it is stored. */
export interface SignInState {
  /** Empty: none (single sign-on). */
  passwordHash: string;
  /** Set: the password is a one-time one, and good until then. */
  oneTimeUntil?: Date | undefined;
  secondFactor?: object | undefined;
}

export type LoginStep = 'code' | 'password';

/** Whether a right password does not count any more. */
export const ranOut = ({ oneTimeUntil }: Pick<SignInState, 'oneTimeUntil'>, now: Date): boolean =>
  oneTimeUntil !== undefined && oneTimeUntil <= now;

/**
 * What comes after the password: the code of the second factor first, since nobody may set a password who has not proved
 * everything; then a password of one's own. Undefined: nothing, the person is in.
 */
export function nextStep(state: SignInState, done: readonly LoginStep[]): LoginStep | undefined {
  if (state.secondFactor !== undefined && !done.includes('code')) return 'code';
  return state.oneTimeUntil === undefined ? undefined : 'password';
}

import type { Answer, accountSchema, sessionsAnswer } from '@beseda/api';

/** The own account; without a password one signs in by single sign-on only. */
export type Account = Answer<typeof accountSchema>;

/** A browser that is signed in; `current` is the one of this page. */
export type SignInSession = Answer<typeof sessionsAnswer>['items'][number];

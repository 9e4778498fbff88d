import { type Role } from '@beseda/api';
import { type ContactActor, type Keys, type OperatorActor, hasRole, verifyAccess, verifyVisitor } from '@beseda/auth';
import type { settingsV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import type { Directory } from './directory.js';
import type { MergedContacts } from './merged-contacts.js';

/** Somebody who signed in to the console. */
export interface SignedIn {
  operator: settingsV1.OperatorSettings;
  sessionId: string;
  /** Version of the operator's tokens this login belongs to. */
  tokenVersion: number;
}

const signInAgain = (): Error =>
  appError('UNAUTHENTICATED', 'Sign in: the access token is missing or no longer valid.');

/** Turns the tokens people present into who they are now. Nothing is asked of another service. */
export class Callers {
  constructor(
    private readonly keys: Keys,
    private readonly directory: Directory,
    private readonly merged: MergedContacts,
  ) {}

  /** @throws AppError UNAUTHENTICATED when the token is not valid, or the operator is disabled, gone or was signed out */
  async operator(token: string | undefined): Promise<SignedIn> {
    this.directory.assertKnown();
    const claims = token ? await verifyAccess(this.keys, token) : undefined;
    const operator = claims && this.directory.operator(claims.operatorId);
    if (!operator || !this.stillValid(operator, claims)) throw signInAgain();
    return { operator, sessionId: claims.sessionId, tokenVersion: claims.tokenVersion };
  }

  /**
   * Whether a login still counts: nobody ended it by itself, nor all of the operator's. A token version the copy does not
   * know yet is a newer one.
   */
  stillValid(
    operator: settingsV1.OperatorSettings | undefined,
    { sessionId, tokenVersion }: Pick<SignedIn, 'sessionId' | 'tokenVersion'>,
  ): boolean {
    if (operator === undefined || operator.disabled || tokenVersion < operator.tokenVersion) return false;
    return !operator.endedSessions.some((ended) => ended.sessionId === sessionId);
  }

  /** @throws AppError UNAUTHENTICATED when the token is not valid or its site is gone */
  async contact(token: string | undefined): Promise<ContactActor> {
    this.directory.assertKnown();
    const claims = token ? await verifyVisitor(this.keys, token) : undefined;
    if (!claims || !this.directory.site(claims.siteId))
      throw appError('UNAUTHENTICATED', 'Open a widget session first: the visitor token is missing or not valid.');
    return { kind: 'contact', id: this.merged.resolve(claims.siteId, claims.contactId), siteId: claims.siteId };
  }

  /** The operator acting on a site. @throws AppError NOT_FOUND for a site that is not one of his, PERMISSION_DENIED */
  onSite({ operator }: SignedIn, siteId: string, atLeast: Role): OperatorActor {
    const actor = this.directory.actorOn(operator, siteId);
    if (!actor) throw appError('NOT_FOUND', 'There is no such site.');
    return assertRole(actor, atLeast);
  }

  /** The operator acting where his role is strongest, for what belongs to no site. @throws AppError PERMISSION_DENIED */
  anywhere({ operator }: SignedIn, atLeast: Role): OperatorActor {
    const best = this.directory.highestRole(operator);
    const actor = best && this.directory.actorOn(operator, best.siteId);
    if (!actor) throw appError('PERMISSION_DENIED', 'You work for no site.');
    return assertRole(actor, atLeast);
  }
}

function assertRole(actor: OperatorActor, atLeast: Role): OperatorActor {
  if (hasRole(actor.role, atLeast)) return actor;
  throw appError('PERMISSION_DENIED', `The role "${actor.role}" may not do this; it takes "${atLeast}".`);
}

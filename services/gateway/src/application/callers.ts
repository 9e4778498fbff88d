import { type Role } from '@beseda/api';
import { type ContactActor, type Keys, type OperatorActor, hasRole, verifyAccess, verifyVisitor } from '@beseda/auth';
import type { settingsV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import type { Directory } from './directory.js';
import type { KnownContacts, Standing } from './known-contacts.js';

/** Somebody who signed in to the console. */
export interface SignedIn {
  operator: settingsV1.OperatorSettings;
  sessionId: string;
  /** Version of the operator's tokens this login belongs to. */
  tokenVersion: number;
}

/** A contact, as its token says. */
export interface Visitor {
  actor: ContactActor;
  /** The site has proven who it is, with this version of its identity secret; absent: anonymous. */
  secretVersion?: number;
}

const signInAgain = (): Error =>
  appError('UNAUTHENTICATED', 'Sign in: the access token is missing or no longer valid.');

/** Turns the tokens people present into who they are now. Only a contact is asked for, once. */
export class Callers {
  constructor(
    private readonly keys: Keys,
    private readonly directory: Directory,
    private readonly contacts: KnownContacts,
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

  /** @throws AppError UNAUTHENTICATED when the token is not valid, not enough for its contact, or its site is gone */
  async visitor(token: string | undefined): Promise<Visitor> {
    this.directory.assertKnown();
    const claims = token ? await verifyVisitor(this.keys, token) : undefined;
    if (claims) {
      const { siteId, contactId, ...proof } = claims;
      const visitor: Visitor = { actor: { kind: 'contact', id: contactId, siteId }, ...proof };
      if (this.#admits(visitor, await this.contacts.of(visitor.actor))) return visitor;
    }
    throw appError('UNAUTHENTICATED', 'Open a widget session first: the visitor token is missing or not valid.');
  }

  /** Whether the token of a visitor is still enough, as far as is known here. */
  stillVisitor(visitor: Visitor): boolean {
    return this.#admits(visitor, this.contacts.peek(visitor.actor));
  }

  /**
   * A token from before a sign-in opens nothing of the person who signed in: whoever kept it on a shared computer is a
   * stranger. A proof ends with the secret it was made with; a version the copy does not know yet is a newer one.
   */
  #admits({ actor, secretVersion }: Visitor, standing: Standing | undefined): boolean {
    const site = this.directory.site(actor.siteId);
    if (!site || standing === 'gone') return false;
    return secretVersion === undefined ? standing !== 'verified' : secretVersion >= site.identitySecretVersion;
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

import { type Actor, type OperatorActor, type SiteScope, scopeOf } from '@beseda/auth';
import { appError } from '@beseda/errors';

/** The scope of an actor who names a site: it must be the site the actor acts on. */
export function scopeFor(actor: Actor, siteId: string): SiteScope {
  const scope = scopeOf(actor);
  if (scope.siteId !== siteId) throw appError('PERMISSION_DENIED', 'This is another site.');
  return scope;
}

/** The actor as an operator. @throws AppError PERMISSION_DENIED for anybody else */
export function operatorOnly(actor: Actor): OperatorActor {
  if (actor.kind !== 'operator') throw appError('PERMISSION_DENIED', 'Only an operator may do this.');
  return actor;
}

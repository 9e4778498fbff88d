import { type Actor, type SiteScope, scopeOf } from '@beseda/auth';
import { appError } from '@beseda/errors';
import { Inject, Injectable } from '@nestjs/common';
import { ContactCopies, type ContactCopy, SiteRules } from './ports.js';
import type { DialogScope } from './visibility.js';

/** Longest chain of merges that is followed; more can only be a circle. */
const MAX_MERGES = 20;

/** Who calls, as far as it matters to dialogs. */
export type Caller =
  | { readonly kind: 'operator'; readonly id: string; readonly scope: DialogScope }
  | { readonly kind: 'contact'; readonly contact: ContactCopy; readonly scope: SiteScope & { contactId: string } }
  | { readonly kind: 'service'; readonly id: string; readonly scope: SiteScope };

/** Turns a verified actor into a caller. A contact that has become part of another one acts as that one. */
@Injectable()
export class Callers {
  constructor(
    @Inject(ContactCopies) private readonly contacts: ContactCopies,
    @Inject(SiteRules) private readonly rules: SiteRules,
  ) {}

  async of(actor: Actor): Promise<Caller> {
    const scope = scopeOf(actor);
    if (actor.kind === 'operator') return { kind: 'operator', id: actor.id, scope: this.#withColleagues(scope) };
    if (actor.kind === 'service') return { kind: 'service', id: actor.id, scope };
    const contact = await this.survivor(scope, actor.id);
    return { kind: 'contact', contact, scope: { siteId: scope.siteId, contactId: contact.id } };
  }

  /** Teams are looked up for every call: who joins or leaves one sees more or less with the next. */
  #withColleagues(scope: SiteScope): DialogScope {
    if (scope.viewer?.visibility !== 'team') return scope;
    return { ...scope, colleagues: this.rules.colleaguesOf(scope.siteId, scope.viewer.operatorId) };
  }

  /** The contact's copy, or that of the one it has become part of. */
  async survivor(scope: SiteScope, contactId: string): Promise<ContactCopy> {
    const site = { siteId: scope.siteId };
    let copy = await this.contacts.find(site, contactId);
    for (let step = 0; copy.mergedInto !== undefined; step++) {
      if (step === MAX_MERGES) throw appError('INTERNAL', 'Contacts were merged in a circle.');
      copy = await this.contacts.find(site, copy.mergedInto);
    }
    return copy;
  }
}

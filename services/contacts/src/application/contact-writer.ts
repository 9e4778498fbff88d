import { type Actor, type SiteScope, siteScope } from '@beseda/auth';
import { appError } from '@beseda/errors';
import { DEFAULT_DEADLINE_MS, correlationId, currentContext } from '@beseda/grpc';
import { KeyedQueue } from '@beseda/queues';
import { AGAIN, retry } from '@beseda/timers';
import { Injectable } from '@nestjs/common';
import type { Contact, Decision } from '../domain/contact.js';
import { takeOver } from '../domain/merge.js';
import { type Cause, ContactsRepository, type Loaded } from '../infrastructure/mongo/contacts.repository.js';

/** A contact becomes part of a verified one, which becomes part of none: one step, and one more for good measure. */
const MAX_STEPS = 2;
const PAUSES = { firstMs: 2, longestMs: 200 };
/** Commands that may wait for one contact; a page that sends more at once is out of order. */
const MAX_WAITING = 200;
const SELF = { kind: 'service', id: 'contacts' } as const;

/** What is decided about a contact; undefined: nothing is to be done. */
export type Decide = (contact: Contact, now: Date) => Decision | undefined;

/** Reads and changes contacts as they are now: merged ones by their survivor, and never over a write of somebody else. */
@Injectable()
export class ContactWriter {
  /** Commands of one contact run one after the other, so that replicas race only with each other. */
  readonly #queue = new KeyedQueue({
    most: MAX_WAITING,
    refuse: () =>
      appError('RATE_LIMITED', `At most ${MAX_WAITING} changes of one contact may wait.`, { retryAfterMs: 1_000 }),
  });

  constructor(private readonly contacts: ContactsRepository) {}

  /**
   * The contact, or the one it became part of; never that for a contact itself, whose token says nothing of who the other is.
   *
   * @throws AppError NOT_FOUND
   */
  async current(scope: SiteScope, id: string): Promise<Loaded> {
    let found = await this.contacts.find(scope, id);
    if (scope.contactId !== undefined && found?.contact.mergedInto) found = undefined;
    for (let step = 0; found?.contact.mergedInto && step < MAX_STEPS; step++) {
      const survivor: string = found.contact.mergedInto;
      // A crash, or another replica just now: what it knew must be taken over before anyone reads the survivor.
      if (found.contact.mergePending) await this.finishMerge(found.contact);
      found = await this.contacts.find(scope, survivor);
    }
    if (!found || found.contact.mergedInto) throw appError('NOT_FOUND', 'There is no such contact.');
    return found;
  }

  /** Changes a contact; gives it as it is afterwards. Repeats the decision when somebody else was faster. */
  change(scope: SiteScope, id: string, actor: Pick<Actor, 'kind' | 'id'>, decide: Decide): Promise<Contact> {
    return this.#queue.run(id, () =>
      untilWritten(async () => {
        const at = new Date();
        const loaded = await this.current(scope, id);
        const decision = decide(loaded.contact, at);
        if (!decision) return loaded.contact;
        return this.contacts.write(loaded, decision, causeOf(actor, at));
      }),
    );
  }

  /** Lets the survivor take over what a merged contact knew. May be repeated, by any replica. */
  async finishMerge(merged: Contact): Promise<void> {
    const scope = siteScope(merged.siteId);
    const survivorId = merged.mergedInto;
    if (survivorId === undefined) return;
    await untilWritten(() => this.#step(scope, survivorId, (survivor) => takeOver(survivor, merged)));
    await untilWritten(() =>
      this.#step(scope, merged.id, ({ mergePending }) =>
        mergePending ? { set: { mergePending: undefined } } : undefined,
      ),
    );
  }

  /** Changes exactly this contact, merged or not. */
  async #step(
    scope: SiteScope,
    id: string,
    decide: (contact: Contact) => Decision | undefined,
  ): Promise<Contact | undefined> {
    const loaded = await this.contacts.find(scope, id);
    if (!loaded) throw appError('NOT_FOUND', 'There is no such contact.');
    const decision = decide(loaded.contact);
    return decision ? this.contacts.write(loaded, decision, causeOf(SELF, new Date())) : loaded.contact;
  }
}

/** Who writes now. */
export const causeOf = ({ kind, id }: Pick<Actor, 'kind' | 'id'>, at: Date): Cause => ({
  actor: { kind, id },
  correlationId: correlationId(),
  at,
});

/** Repeats work that gives undefined when somebody else wrote meanwhile, with growing pauses, until the call's deadline. */
export function untilWritten<T>(work: () => Promise<T | undefined>): Promise<T> {
  return retry(async () => (await work()) ?? AGAIN, {
    ...PAUSES,
    until: currentContext()?.deadline ?? Date.now() + DEFAULT_DEADLINE_MS,
    exhausted: () => appError('ABORTED', 'Too many changes of this contact at once.'),
  });
}

/** Oldest ones are forgotten beyond this many: their dialogs have long been the other contact's. */
const REMEMBERED = 10_000;

/** Contacts that became part of another one while this process ran: events that still name the old one are the other's. */
export class MergedContacts {
  readonly #into = new Map<string, string>();

  add(siteId: string, contactId: string, intoContactId: string): void {
    this.#into.set(`${siteId}:${contactId}`, intoContactId);
    if (this.#into.size <= REMEMBERED) return;
    const oldest = this.#into.keys().next().value;
    if (oldest !== undefined) this.#into.delete(oldest);
  }

  /** Whom a contact is now: itself, or the end of the chain of merges. */
  resolve(siteId: string, contactId: string): string {
    let current = contactId;
    for (let step = 0; step < 10; step += 1) {
      const next = this.#into.get(`${siteId}:${current}`);
      if (next === undefined) break;
      current = next;
    }
    return current;
  }
}

import type { ContactActor } from '@beseda/auth';

/** What a contact is to a token: nobody has proven who it is, its site has, or it is no contact of its own any more. */
export type Standing = 'anonymous' | 'verified' | 'gone';

/** Oldest ones are forgotten beyond this many, and asked for again. */
const REMEMBERED = 20_000;

/**
 * What contacts are now: each is asked for once, afterwards events say what became of it. A process that may have missed
 * events forgets all.
 */
export class KnownContacts {
  readonly #standings = new Map<string, Standing>();

  /** @param ask the owner of contacts; undefined when it cannot be asked now */
  constructor(private readonly ask: (actor: ContactActor) => Promise<Standing | undefined>) {}

  /** @returns undefined when nobody can say now */
  async of(actor: ContactActor): Promise<Standing | undefined> {
    const known = this.peek(actor);
    if (known !== undefined) return known;
    const answer = await this.ask(actor);
    if (answer !== undefined) this.answered(actor, answer);
    return this.peek(actor);
  }

  peek({ siteId, id }: Pick<ContactActor, 'siteId' | 'id'>): Standing | undefined {
    return this.#standings.get(keyOf(siteId, id));
  }

  /** Its owner answered. An event that came meanwhile is newer. */
  answered({ siteId, id }: Pick<ContactActor, 'siteId' | 'id'>, standing: Standing): void {
    if (!this.#standings.has(keyOf(siteId, id))) this.#set(keyOf(siteId, id), standing);
  }

  /** An event says what a contact is from now on. */
  became(siteId: string, id: string, standing: Standing): void {
    this.#set(keyOf(siteId, id), standing);
  }

  forgetAll(): void {
    this.#standings.clear();
  }

  #set(key: string, standing: Standing): void {
    this.#standings.delete(key);
    this.#standings.set(key, standing);
    if (this.#standings.size <= REMEMBERED) return;
    const oldest = this.#standings.keys().next().value;
    if (oldest !== undefined) this.#standings.delete(oldest);
  }
}

const keyOf = (siteId: string, id: string): string => `${siteId}:${id}`;

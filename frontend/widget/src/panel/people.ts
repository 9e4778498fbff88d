import type { DialogEvent } from '@beseda/realtime';
import type { Person } from './settings.js';
import { record, text } from './settings.js';

/** Operators as far as they showed themselves, and who of them talked with this visitor last. */
export class People {
  readonly #known = new Map<string, Person>();
  readonly #keep: (stored: string | null) => void;
  #last: string;
  #kept: string | undefined;

  /** @param stored what an earlier page kept of the one who talked last: a new page begins with that picture, not with the site's */
  constructor(stored: string | undefined, keep: (stored: string | null) => void) {
    this.#keep = keep;
    this.#kept = stored;
    const person = parse(stored);
    this.#last = person?.id ?? '';
    if (person) this.#known.set(person.id, person);
  }

  /** Who that is; `present` are those the settings name, who know better. */
  find(id: string | undefined, present: readonly Person[]): Person | null {
    if (!id) return null;
    return present.find((one) => one.id === id) ?? this.#known.get(id) ?? null;
  }

  /** Who talked with the visitor last in whatever dialog. */
  last(present: readonly Person[]): Person | null {
    return this.find(this.#last, present);
  }

  /** Takes a name and a picture from an event. */
  learn(event: DialogEvent): void {
    if (event.type === 'hidden' || !event.actor?.name) return;
    const { id, name, avatarUrl = null } = event.actor;
    this.#known.set(id, { id, name, avatarUrl });
  }

  /** This operator wrote last in the newest dialog. */
  talked(person: Person): void {
    const kept = JSON.stringify(person);
    if (kept !== this.#kept) this.#keep(kept);
    this.#kept = kept;
    this.#last = person.id;
  }

  /** Another contact: nobody has talked with that one yet. */
  forget(): void {
    this.#last = '';
    this.#kept = undefined;
    this.#keep(null);
  }
}

function parse(stored: string | undefined): Person | null {
  try {
    const { id, name, avatarUrl } = record(JSON.parse(stored ?? 'null'));
    return text(id) && text(name) ? { id: text(id), name: text(name), avatarUrl: text(avatarUrl) || null } : null;
  } catch {
    // SyntaxError: somebody else wrote there
    return null;
  }
}

import { tagKey } from './message-rules.js';

/** A tag of a site's catalogue, as far as dialogs follow it. */
export interface CatalogueTag {
  readonly name: string;
  /** Names it had, and names of tags that became part of it. */
  readonly formerNames: readonly string[];
  /** Taken out of the catalogue. */
  readonly removed: boolean;
}

/** What becomes of tags, by their keys: another name, or undefined where dialogs lose it. */
export type TagChanges = ReadonlyMap<string, string | undefined>;

/** The names of a site's tags: which are in use, and what became of those that were. */
export class TagNames {
  /** Present names by every key they are known by; a tag's own name goes before another's former one. */
  readonly #present = new Map<string, string>();
  readonly #removed = new Set<string>();

  constructor(tags: readonly CatalogueTag[]) {
    const [gone, live] = [tags.filter(({ removed }) => removed), tags.filter(({ removed }) => !removed)];
    for (const { name, formerNames } of live) for (const former of formerNames) this.#present.set(tagKey(former), name);
    for (const { name } of live) this.#present.set(tagKey(name), name);
    for (const { name, formerNames } of gone)
      for (const word of [name, ...formerNames]) this.#removed.add(tagKey(word));
  }

  /** A tag somebody gives, by its present name. One that is not in the catalogue, also a removed one, is used anew. */
  given(tag: string): string {
    return this.#present.get(tagKey(tag)) ?? tag;
  }

  /** What becomes of some names dialogs carry. Those that stay as they are, are left out. */
  changes(names: readonly string[]): TagChanges {
    const changes = new Map<string, string | undefined>();
    for (const key of names.map(tagKey)) {
      const present = this.#present.get(key);
      if (present !== undefined) changes.set(key, present);
      else if (this.#removed.has(key)) changes.set(key, undefined);
    }
    return changes;
  }
}

/** Tags of a dialog after some of them got other names or went, in their order, each once. */
export function renamed(tags: readonly string[], changes: TagChanges): string[] {
  const kept = new Map<string, string>();
  for (const tag of tags) {
    const name = changes.has(tagKey(tag)) ? changes.get(tagKey(tag)) : tag;
    if (name !== undefined && !kept.has(tagKey(name))) kept.set(tagKey(name), name);
  }
  return [...kept.values()];
}

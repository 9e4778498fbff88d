import { Injectable, computed, inject, signal, untracked } from '@angular/core';
import { Api } from '../core/api.js';
import { siteList } from '../kit/site-list.js';
import { tagKey, type Tag } from './model.js';

/** The tags of the present site: their colours in lists and cards, and what an editor suggests. */
@Injectable({ providedIn: 'root' })
export class TagCatalogue {
  readonly #api = inject(Api);
  readonly #list = siteList<Tag>({ path: 'tags', live: ['tag'], load: (siteId) => this.#load(siteId) });
  /** Former names seen on this page: a row read before a renaming shows the new name at once. */
  readonly #former = signal<ReadonlyMap<string, string>>(new Map());

  readonly items = computed(() => this.#list.items() ?? []);
  readonly #byName = computed(() => new Map(this.items().map((tag) => [tagKey(tag.name), tag])));
  readonly #byId = computed(() => new Map(this.items().map((tag) => [tag.id, tag])));

  /** The tag of a name as dialogs have it; undefined for one the catalogue does not know yet. */
  find(name: string): Tag | undefined {
    const key = tagKey(name);
    return this.#byName().get(key) ?? this.#byId().get(this.#former().get(key) ?? '');
  }

  /** Colour of the square; null: the style sheet's grey. */
  color(name: string): string | null {
    return this.find(name)?.color ?? null;
  }

  /** The name it has now. */
  nameOf(name: string): string {
    return this.find(name)?.name ?? name;
  }

  /** The newest state came with another answer of the server. */
  put(items: readonly Tag[]): void {
    this.#remember(items);
    this.#list.update(() => items);
  }

  async #load(siteId: string): Promise<{ readonly items: readonly Tag[] }> {
    const answer = await this.#api.request<{ items: readonly Tag[] }>('GET', `/api/sites/${siteId}/tags`);
    this.#remember(answer.items);
    return answer;
  }

  #remember(items: readonly Tag[]): void {
    const before = untracked(this.#byId);
    const renamed = items.flatMap((tag) => {
      const was = before.get(tag.id)?.name;
      return was !== undefined && tagKey(was) !== tagKey(tag.name) ? [[tagKey(was), tag.id] as const] : [];
    });
    if (renamed.length > 0) this.#former.update((all) => new Map([...all, ...renamed]));
  }
}

import { Injectable, computed, effect, inject, signal, untracked } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { Api } from '../core/api.js';
import { Live } from '../core/live.js';
import { Sites } from '../core/sites.js';
import { tagKey, type Tag } from './model.js';

/** The tags of the present site: their colours in lists and cards, and what an editor suggests. */
@Injectable({ providedIn: 'root' })
export class TagCatalogue {
  readonly #api = inject(Api);
  readonly #sites = inject(Sites);
  readonly #items = signal<readonly Tag[]>([]);
  /** Former names seen on this page: a row read before a renaming shows the new name at once. */
  readonly #former = signal<ReadonlyMap<string, string>>(new Map());
  #siteId: string | null = null;

  readonly items = this.#items.asReadonly();
  readonly #byName = computed(() => new Map(this.#items().map((tag) => [tagKey(tag.name), tag])));
  readonly #byId = computed(() => new Map(this.#items().map((tag) => [tag.id, tag])));

  constructor() {
    const live = inject(Live);
    effect(() => {
      const siteId = this.#sites.currentId();
      untracked(() => this.#enter(siteId));
    });
    live.refreshes.pipe(takeUntilDestroyed()).subscribe(() => void this.reload());
    live.notices.pipe(takeUntilDestroyed()).subscribe(({ name, body }) => {
      if (name === 'settings.changed' && (body as { kind?: unknown } | null)?.kind === 'tag') void this.reload();
    });
  }

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

  async reload(): Promise<void> {
    const siteId = this.#siteId;
    if (siteId === null) return;
    try {
      const { items } = await this.#api.request<{ items: readonly Tag[] }>('GET', `/api/sites/${siteId}/tags`);
      if (this.#siteId === siteId) this.put(items);
    } catch {
      // ApiError: squares stay as they are; the next connection or change asks again
    }
  }

  put(items: readonly Tag[]): void {
    const before = this.#byId();
    const renamed = items.flatMap((tag) => {
      const was = before.get(tag.id)?.name;
      return was !== undefined && tagKey(was) !== tagKey(tag.name) ? [[tagKey(was), tag.id] as const] : [];
    });
    if (renamed.length > 0) this.#former.update((all) => new Map([...all, ...renamed]));
    this.#items.set(items);
  }

  #enter(siteId: string | null): void {
    if (this.#siteId === siteId) return;
    this.#siteId = siteId;
    this.#items.set([]);
    this.#former.set(new Map());
    void this.reload();
  }
}

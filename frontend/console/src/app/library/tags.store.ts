import { Injectable, computed, inject, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { toApiProblem, type ApiProblem } from '@beseda/realtime';
import { Api } from '../core/api.js';
import { Live } from '../core/live.js';
import { type Tag } from './model.js';
import { TagCatalogue } from './tag-catalogue.js';

/** The catalogue of tags for the page that manages it. Provide it at the page. */
@Injectable()
export class TagsStore {
  readonly #api = inject(Api);
  readonly #catalogue = inject(TagCatalogue);
  readonly #items = signal<readonly Tag[] | null>(null);
  readonly #problem = signal<ApiProblem | null>(null);
  #siteId = '';

  /** Null until loaded. */
  readonly items = this.#items.asReadonly();
  /** Why there is nothing to show. */
  readonly problem = this.#problem.asReadonly();
  readonly loading = computed(() => this.#items() === null && this.#problem() === null);

  constructor() {
    const live = inject(Live);
    live.refreshes.pipe(takeUntilDestroyed()).subscribe(() => void this.refresh());
    live.notices.pipe(takeUntilDestroyed()).subscribe(({ name, body }) => {
      if (name === 'settings.changed' && (body as { kind?: unknown } | null)?.kind === 'tag') void this.refresh();
    });
  }

  async open(siteId: string): Promise<void> {
    if (this.#siteId === siteId) return;
    this.#siteId = siteId;
    await this.reload();
  }

  /** From nothing, after a failure. */
  async reload(): Promise<void> {
    this.#items.set(null);
    this.#problem.set(null);
    try {
      await this.load();
    } catch (error) {
      // ApiError: said in the page, with a way to try again
      this.#problem.set(toApiProblem(error));
    }
  }

  /** What is shown stays until the newer state is there. */
  async refresh(): Promise<void> {
    if (this.#items() === null) return;
    await this.load().catch(() => undefined /* ApiError: asked again with the next connection or change */);
  }

  find(id: string): Tag | undefined {
    return this.#items()?.find((tag) => tag.id === id);
  }

  /** Rejects with ApiError. */
  async load(): Promise<void> {
    const siteId = this.#siteId;
    const { items } = await this.#api.request<{ items: readonly Tag[] }>('GET', this.#path('?usage=1'));
    if (this.#siteId !== siteId) return;
    this.#items.set(items);
    this.#catalogue.put(items);
  }

  /** Rejects with ApiError. */
  async create(name: string, color: string): Promise<Tag> {
    const tag = await this.#api.request<Tag>('POST', this.#path(''), { name, color });
    await this.refresh();
    return tag;
  }

  /** Rejects with ApiError. */
  async change(id: string, change: Readonly<Record<string, unknown>>): Promise<Tag> {
    const tag = await this.#api.request<Tag>('PATCH', this.#path(`/${id}`), change);
    await this.refresh();
    return tag;
  }

  /** Rejects with ApiError. */
  async merge(id: string, intoId: string): Promise<void> {
    await this.#api.request('POST', this.#path(`/${id}/merge`), { intoId });
    this.#items.update((items) => items?.filter((tag) => tag.id !== id) ?? null);
    await this.refresh();
  }

  /** Rejects with ApiError. */
  async remove(id: string): Promise<void> {
    await this.#api.request('DELETE', this.#path(`/${id}`));
    this.#items.update((items) => items?.filter((tag) => tag.id !== id) ?? null);
    await this.refresh();
  }

  #path(rest: string): string {
    return `/api/sites/${this.#siteId}/tags${rest}`;
  }
}

import { Injectable, computed, inject, signal } from '@angular/core';
import { Api } from './api.js';
import { type Colleague, type Site } from './model.js';
import { readStored, writeStored } from './storage.js';

const LAST = 'beseda:site';

/** The operator's sites and the colleagues on the present one. */
@Injectable({ providedIn: 'root' })
export class Sites {
  readonly #api = inject(Api);
  readonly #items = signal<readonly Site[] | null>(null);
  readonly #currentId = signal<string | null>(null);
  readonly #colleagues = signal<readonly Colleague[]>([]);

  /** Null until loaded. */
  readonly items = this.#items.asReadonly();
  readonly currentId = this.#currentId.asReadonly();
  readonly current = computed(() => this.#items()?.find((site) => site.id === this.#currentId()) ?? null);
  /** Everybody on the site, disabled ones too: old events name them. */
  readonly colleagues = this.#colleagues.asReadonly();
  readonly #names = computed(() => new Map(this.#colleagues().map((person) => [person.id, person.name])));

  /** Rejects with ApiError. */
  async load(): Promise<readonly Site[]> {
    const { items } = await this.#api.request<{ items: readonly Site[] }>('GET', '/api/sites');
    this.#items.set(items);
    return items;
  }

  /** The site to open when the URL names none. */
  preferred(items: readonly Site[]): Site | undefined {
    const last = readStored(LAST);
    return items.find((site) => site.id === last) ?? items[0];
  }

  async enter(siteId: string): Promise<void> {
    if (this.#currentId() !== siteId) this.#colleagues.set([]);
    this.#currentId.set(siteId);
    writeStored(LAST, siteId);
    const { items } = await this.#api.request<{ items: readonly Colleague[] }>('GET', `/api/sites/${siteId}/operators`);
    if (this.#currentId() === siteId) this.#colleagues.set(items);
  }

  forget(): void {
    this.#items.set(null);
    this.#currentId.set(null);
    this.#colleagues.set([]);
  }

  /** Name of a colleague, or undefined when the list does not have them. */
  nameOf(operatorId: string | null | undefined): string | undefined {
    return operatorId ? this.#names().get(operatorId) : undefined;
  }
}

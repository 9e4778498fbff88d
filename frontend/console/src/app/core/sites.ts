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
  readonly #asked = new Set<string>();
  readonly #colleagues = signal<readonly Colleague[]>([]);

  /** Null until loaded. */
  readonly items = this.#items.asReadonly();
  readonly currentId = this.#currentId.asReadonly();
  readonly current = computed(() => this.#items()?.find((site) => site.id === this.#currentId()) ?? null);
  /** Everybody on the site, disabled ones too: old events name them. */
  readonly colleagues = this.#colleagues.asReadonly();
  readonly #people = computed(() => new Map(this.#colleagues().map((person) => [person.id, person])));

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
    await this.loadColleagues();
  }

  /** Reads the colleagues of the present site (again). Rejects with ApiError. */
  async loadColleagues(): Promise<void> {
    const siteId = this.#currentId();
    if (!siteId) return;
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
    if (!operatorId) return undefined;
    const name = this.#people().get(operatorId)?.name;
    if (name === undefined && this.#colleagues().length > 0) this.#missing(operatorId);
    return name;
  }

  /** A colleague's photo; null when there is none. */
  avatarOf(operatorId: string | null | undefined): string | null {
    return (operatorId && this.#people().get(operatorId)?.avatarUrl) || null;
  }

  /** Makes a site; the operator is its superadmin. Rejects with ApiError. */
  async create(name: string, domains: readonly string[]): Promise<string> {
    const { siteId } = await this.#api.request<{ siteId: string }>('POST', '/api/sites', { name, domains });
    const items = await this.load();
    // the list may be a moment behind
    if (!items.some((site) => site.id === siteId))
      this.#items.set([...items, { id: siteId, name, role: 'superadmin', domains, avatarUrl: null }]);
    return siteId;
  }

  /** Somebody joined after the list was read: it is read again, once per unknown person. */
  #missing(operatorId: string): void {
    if (this.#asked.has(operatorId)) return;
    this.#asked.add(operatorId);
    queueMicrotask(() => void this.loadColleagues().catch(() => undefined /* ApiError: the fallback name stays */));
  }
}

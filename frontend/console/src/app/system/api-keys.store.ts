import { Injectable, computed, inject, signal } from '@angular/core';
import { toApiProblem, type ApiProblem } from '@beseda/realtime';
import { Api } from '../core/api.js';
import { type ApiKey, type Scope } from './model.js';

/** The keys of a site. Provide it at the page. */
@Injectable()
export class ApiKeysStore {
  readonly #api = inject(Api);
  readonly #siteId = signal<string | null>(null);
  readonly #items = signal<readonly ApiKey[] | null>(null);
  readonly #scopes = signal<readonly Scope[]>([]);
  readonly #problem = signal<ApiProblem | null>(null);

  /** Working ones first, newest first; null until loaded. */
  readonly items = computed(() => {
    const items = this.#items();
    return (
      items &&
      [...items].sort((a, b) => Number(!!a.revokedAt) - Number(!!b.revokedAt) || b.createdAt.localeCompare(a.createdAt))
    );
  });
  readonly scopes = this.#scopes.asReadonly();
  readonly problem = this.#problem.asReadonly();
  readonly loading = computed(() => this.#items() === null && this.#problem() === null);

  async open(siteId: string): Promise<void> {
    this.#siteId.set(siteId);
    await this.reload();
  }

  async reload(): Promise<void> {
    this.#items.set(null);
    this.#problem.set(null);
    try {
      await this.#load();
    } catch (error) {
      // ApiError: said in the page, with a way to try again
      this.#problem.set(toApiProblem(error));
    }
  }

  /** Gives the secret, which is never shown again. Rejects with ApiError. */
  async create(name: string, scopes: readonly Scope[]): Promise<string> {
    const path = `/api/sites/${this.#siteId()}/api-keys`;
    const { key, secret } = await this.#api.request<{ key: ApiKey; secret: string }>('POST', path, { name, scopes });
    this.#items.update((items) => [key, ...(items ?? []).filter((one) => one.id !== key.id)]);
    return secret;
  }

  /** Rejects with ApiError. */
  async revoke(id: string): Promise<void> {
    await this.#api.request('DELETE', `/api/sites/${this.#siteId()}/api-keys/${id}`);
    const revokedAt = new Date().toISOString();
    this.#items.update((items) => items?.map((one) => (one.id === id ? { ...one, revokedAt } : one)) ?? null);
  }

  async #load(): Promise<void> {
    const siteId = this.#siteId();
    const path = `/api/sites/${siteId}/api-keys`;
    const answer = await this.#api.request<{ items: readonly ApiKey[]; scopes: readonly Scope[] }>('GET', path);
    if (this.#siteId() !== siteId) return;
    this.#items.set(answer.items);
    this.#scopes.set(answer.scopes);
  }
}

import { Injectable, computed, inject, signal } from '@angular/core';
import { toApiProblem, type ApiProblem } from '@beseda/realtime';
import { Api } from '../core/api.js';
import { type SavedReply } from './model.js';

/** A list younger than this is not asked for again. */
const FRESH_MS = 30_000;

/** The saved replies the operator may use on a site, for the composer. */
@Injectable({ providedIn: 'root' })
export class ReplyLibrary {
  readonly #api = inject(Api);
  readonly #items = signal<readonly SavedReply[] | null>(null);
  readonly #problem = signal<ApiProblem | null>(null);
  #siteId: string | null = null;
  #readAt = 0;
  #reading: Promise<void> | null = null;

  /** Null until loaded. */
  readonly items = this.#items.asReadonly();
  /** Why there is nothing to show. */
  readonly problem = computed(() => (this.#items() === null ? this.#problem() : null));

  /** Reads the list unless it was read a moment ago; what is there stays on screen meanwhile. */
  async open(siteId: string): Promise<void> {
    if (this.#siteId !== siteId) {
      this.#siteId = siteId;
      this.forget();
      this.#items.set(null);
    }
    if (Date.now() - this.#readAt < FRESH_MS) return;
    this.#reading ??= this.#read(siteId).finally(() => {
      this.#reading = null;
    });
    await this.#reading;
  }

  /** The list was changed: the next opening asks for it again. */
  forget(): void {
    this.#readAt = 0;
    this.#problem.set(null);
    this.#reading = null;
  }

  async #read(siteId: string): Promise<void> {
    this.#problem.set(null);
    try {
      const path = `/api/sites/${siteId}/saved-replies`;
      const { items } = await this.#api.request<{ items: readonly SavedReply[] }>('GET', path);
      if (this.#siteId !== siteId) return;
      this.#items.set(items);
      this.#readAt = Date.now();
    } catch (error) {
      // ApiError: said in the list when there is no older one to show
      if (this.#siteId === siteId) this.#problem.set(toApiProblem(error));
    }
  }
}

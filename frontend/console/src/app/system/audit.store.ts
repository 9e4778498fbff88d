import { Injectable, computed, effect, inject, signal, untracked } from '@angular/core';
import { toApiProblem, type ApiProblem } from '@beseda/realtime';
import { Api } from '../core/api.js';
import { Sites } from '../core/sites.js';
import { Tables } from '../core/tables.js';
import { type ListState } from '../kit/site-list.js';
import { type AuditEntry } from './model.js';

/** What of the log is shown; empty strings filter nothing. Days are `YYYY-MM-DD` of this device's calendar, both included. */
export interface AuditFilter {
  readonly operatorId: string;
  readonly subject: string;
  readonly from: string;
  readonly to: string;
  readonly q: string;
}

export const NO_FILTER: AuditFilter = { operatorId: '', subject: '', from: '', to: '', q: '' };
const PAGE = 50;

interface Named {
  readonly id: string;
  readonly name: string;
}

/** The log of a site. Provide it at the page. */
@Injectable()
export class AuditStore implements ListState<AuditEntry> {
  readonly #api = inject(Api);
  readonly #siteId = inject(Sites).currentId;
  readonly #tables = inject(Tables);
  readonly #filter = signal<AuditFilter>(NO_FILTER);
  readonly #items = signal<readonly AuditEntry[] | null>(null);
  readonly #cursor = signal<string | null>(null);
  readonly #problem = signal<ApiProblem | null>(null);
  readonly #moreProblem = signal<ApiProblem | null>(null);
  readonly #busy = signal(false);
  readonly #days = signal<number | null>(null);
  readonly #teams = signal<readonly Named[]>([]);
  /** Rises with every filter: answers to an earlier one are ignored. */
  #turn = 0;

  /** Newest first; null until loaded. What is shown stays while another filter is asked for. */
  readonly items = this.#items.asReadonly();
  readonly filter = this.#filter.asReadonly();
  readonly problem = this.#problem.asReadonly();
  readonly moreProblem = this.#moreProblem.asReadonly();
  readonly busy = this.#busy.asReadonly();
  readonly more = computed(() => this.#cursor() !== null);
  readonly loading = computed(() => this.#items() === null && this.#problem() === null);
  readonly narrow = computed(() => Object.values(this.#filter()).some((value: string) => value.trim() !== ''));
  /** How long entries are kept, days; null until known. */
  readonly days = this.#days.asReadonly();
  /** The teams there are, to name them in entries; empty until known. */
  readonly teams = this.#teams.asReadonly();

  constructor() {
    effect(() => {
      if (this.#siteId() !== null) untracked(() => void this.#open());
    });
  }

  reload(): void {
    void this.show(this.#filter());
  }

  async show(filter: AuditFilter): Promise<void> {
    this.#filter.set(filter);
    await this.#ask(null);
  }

  async loadMore(): Promise<void> {
    if (!this.#busy() && this.#cursor() !== null) await this.#ask(this.#cursor());
  }

  /** Rejects with ApiError. */
  async keepFor(days: number): Promise<void> {
    const answer = await this.#api.request<{ days: number } | undefined>('PUT', this.#path('/retention'), { days });
    this.#days.set(answer?.days ?? days);
  }

  /** The filtered log as a CSV file. Rejects with ApiError or a TypeError of fetch. */
  async csv(): Promise<Blob> {
    return await this.#tables.download(this.#path(`/export?${this.#query(null)}`));
  }

  async #open(): Promise<void> {
    this.#items.set(null);
    await Promise.all([this.show(this.#filter()), this.#loadDays(), this.#loadTeams()]);
  }

  async #ask(cursor: string | null): Promise<void> {
    const [siteId, turn] = [this.#siteId(), ++this.#turn];
    if (siteId === null) return;
    this.#busy.set(true);
    this.#problem.set(null);
    this.#moreProblem.set(null);
    try {
      const path = this.#path(`?${this.#query(cursor)}`);
      const page = await this.#api.request<{ items: readonly AuditEntry[]; nextCursor: string | null }>('GET', path);
      if (turn !== this.#turn) return;
      this.#items.update((items) => (cursor === null ? page.items : [...(items ?? []), ...page.items]));
      this.#cursor.set(page.nextCursor);
    } catch (error) {
      // ApiError: said in place of the list, or below what there is
      if (turn !== this.#turn) return;
      (cursor === null ? this.#problem : this.#moreProblem).set(toApiProblem(error));
    } finally {
      if (turn === this.#turn) this.#busy.set(false);
    }
  }

  async #loadDays(): Promise<void> {
    try {
      this.#days.set((await this.#api.request<{ days: number }>('GET', this.#path('/retention'))).days);
    } catch {
      // ApiError: the log itself is worth showing without it
      this.#days.set(null);
    }
  }

  async #loadTeams(): Promise<void> {
    try {
      const path = `/api/sites/${this.#siteId()}/teams`;
      this.#teams.set((await this.#api.request<{ items: readonly Named[] }>('GET', path)).items);
    } catch {
      // ApiError: entries show ids instead of names, which is still the truth
      this.#teams.set([]);
    }
  }

  #path(rest: string): string {
    return `/api/sites/${this.#siteId()}/audit${rest}`;
  }

  #query(cursor: string | null): string {
    const { operatorId, subject, from, to, q } = this.#filter();
    const query = new URLSearchParams();
    if (operatorId) query.set('operatorId', operatorId);
    if (subject) query.set('subject', subject);
    if (from) query.set('from', new Date(`${from}T00:00:00`).toISOString());
    if (to) query.set('to', new Date(`${to}T23:59:59.999`).toISOString());
    if (q.trim()) query.set('q', q.trim());
    if (cursor !== null) {
      query.set('cursor', cursor);
      query.set('limit', String(PAGE));
    }
    return query.toString();
  }
}

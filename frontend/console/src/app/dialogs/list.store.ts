import { DestroyRef, Injectable, computed, inject, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import type { Answer, LIMITS, changesSchema } from '@beseda/api';
import { toApiProblem, type ApiProblem } from '@beseda/realtime';
import { Api } from '../core/api.js';
import { Live } from '../core/live.js';
import { type DialogCounts, type DialogPage, type DialogSummary } from '../core/model.js';
import { DEFAULT_FILTER, isNarrow, requestOf, sameFilter, type ListFilter } from './filter.js';
import { reorder, type HeldRange } from './list-order.js';

type Changes = Answer<typeof changesSchema>;

const PAGE = 30;
/** The route takes at most this many known rows. */
const MAX_KNOWN: typeof LIMITS.knownRows = 500;
/** Changes that come together are asked for together. */
const GATHER_MS = 150;
const MIN_PAUSE_MS = 700;
const RETRY_MS = 5_000;

/** The loaded part of the list of dialogs, kept true by the list resume route. */
@Injectable()
export class ListStore {
  readonly #api = inject(Api);
  readonly #live = inject(Live);
  readonly #rows = signal<ReadonlyMap<string, DialogSummary>>(new Map());
  readonly #order = signal<readonly string[]>([]);
  readonly #counts = signal<DialogCounts | null>(null);
  readonly #loading = signal(false);
  readonly #loadingMore = signal(false);
  readonly #problem = signal<ApiProblem | null>(null);
  readonly #moreProblem = signal<ApiProblem | null>(null);
  readonly #cursor = signal<string | null>(null);
  readonly #loaded = signal(false);
  readonly #firstRun = signal(false);
  readonly #newAbove = signal(0);
  readonly #known = new Map<string, number>();
  /** What this client has marked as read: the list route may not know it yet. */
  readonly #readMarks = new Map<string, number>();
  #siteId = '';
  #filter: ListFilter = DEFAULT_FILTER;
  #generation = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastSync = 0;
  #syncing = false;
  #again = false;
  #openId: string | null = null;

  readonly rows = computed(() => {
    const rows = this.#rows();
    return this.#order().flatMap((id) => rows.get(id) ?? []);
  });
  readonly counts = this.#counts.asReadonly();
  /** The first page is on its way. */
  readonly loading = this.#loading.asReadonly();
  readonly loadingMore = this.#loadingMore.asReadonly();
  readonly loaded = this.#loaded.asReadonly();
  readonly problem = this.#problem.asReadonly();
  readonly moreProblem = this.#moreProblem.asReadonly();
  readonly hasMore = computed(() => this.#cursor() !== null);
  /** The site has no dialogs at all. */
  readonly firstRun = this.#firstRun.asReadonly();
  /** Rows that came above the part on screen while it was held. */
  readonly newAbove = this.#newAbove.asReadonly();

  /** The rows on screen while they must not move; null when they may. Given by the list's view. */
  held: () => HeldRange | null = () => null;
  /** Rows were put above the held ones: the view scrolls by as many rows. */
  onAbove: (rows: number) => void = () => undefined;

  constructor() {
    this.#live.changes.pipe(takeUntilDestroyed()).subscribe(() => this.#soon());
    this.#live.refreshes.pipe(takeUntilDestroyed()).subscribe(() => this.#soon());
    inject(DestroyRef).onDestroy(() => clearTimeout(this.#timer));
  }

  /** Shows a site through a filter; loads anew when either changed. */
  show(siteId: string, filter: ListFilter): void {
    if (this.#siteId === siteId && sameFilter(this.#filter, filter) && (this.#loaded() || this.#loading())) return;
    const otherSite = this.#siteId !== siteId;
    this.#siteId = siteId;
    this.#filter = filter;
    if (otherSite) {
      this.#counts.set(null);
      this.#loaded.set(false);
      this.#firstRun.set(false);
      this.#newAbove.set(0);
      this.#readMarks.clear();
      this.#rows.set(new Map());
      this.#order.set([]);
    }
    void this.reload();
  }

  async reload(): Promise<void> {
    const generation = ++this.#generation;
    this.#loading.set(true);
    this.#problem.set(null);
    try {
      const [page] = await Promise.all([this.#page(null), this.#loadCounts()]);
      if (generation !== this.#generation) return;
      await this.#checkFirstRun(page, generation);
      if (generation !== this.#generation) return;
      this.#known.clear();
      this.#rows.set(new Map(page.items.map((row) => [row.id, this.#take(row)])));
      this.#order.set(page.items.map((row) => row.id));
      this.#cursor.set(page.nextCursor);
      this.#newAbove.set(0);
      this.#loaded.set(true);
    } catch (error) {
      // ApiError: the list says what failed; what was loaded before stays
      if (generation === this.#generation) this.#problem.set(toApiProblem(error));
    } finally {
      if (generation === this.#generation) this.#loading.set(false);
      this.#repeat();
    }
  }

  async more(): Promise<void> {
    const cursor = this.#cursor();
    if (!cursor || this.#loadingMore() || this.#loading()) return;
    const generation = this.#generation;
    this.#loadingMore.set(true);
    this.#moreProblem.set(null);
    try {
      const page = await this.#page(cursor);
      if (generation !== this.#generation) return;
      const rows = new Map(this.#rows());
      const fresh = page.items.filter((row) => !rows.has(row.id));
      for (const row of page.items) rows.set(row.id, this.#take(row));
      this.#rows.set(rows);
      this.#order.update((order) => [...order, ...fresh.map((row) => row.id)]);
      this.#cursor.set(page.nextCursor);
    } catch (error) {
      // ApiError: the foot of the list offers to try again
      if (generation === this.#generation) this.#moreProblem.set(toApiProblem(error));
    } finally {
      this.#loadingMore.set(false);
    }
  }

  /** The open dialog's row stays until another is opened, even when it no longer fits the filter. */
  keepOpen(dialogId: string | null): void {
    if (this.#openId === dialogId) return;
    this.#openId = dialogId;
    if (this.#loaded()) this.#soon();
  }

  /** The operator has seen the dialog up to `seq`. */
  markRead(dialogId: string, seq: number): void {
    this.#readMarks.set(dialogId, Math.max(seq, this.#readMarks.get(dialogId) ?? 0));
    const row = this.#rows().get(dialogId);
    if (row && row.unread > 0 && row.seq <= seq)
      this.#rows.set(new Map(this.#rows()).set(dialogId, { ...row, unread: 0 }));
  }

  /** The pointer left the list or the operator asked for the new ones: everything takes its place. */
  settle(): void {
    this.#newAbove.set(0);
    this.#order.set(reorder(this.#order(), this.#rows(), null).order);
  }

  #page(cursor: string | null): Promise<DialogPage> {
    const query = new URLSearchParams({ ...requestOf(this.#filter), limit: String(PAGE) });
    if (cursor) query.set('cursor', cursor);
    return this.#api.request('GET', `/api/sites/${this.#siteId}/dialogs?${query.toString()}`);
  }

  async #loadCounts(): Promise<void> {
    const status = this.#filter.status === 'all' ? '' : `?status=${this.#filter.status}`;
    const site = this.#siteId;
    const counts = await this.#api.request<DialogCounts>('GET', `/api/sites/${site}/dialogs/counts${status}`);
    if (site === this.#siteId) this.#counts.set(counts);
  }

  /** An empty list is either a site that never had a dialog or a view with nothing in it. */
  async #checkFirstRun(page: DialogPage, generation: number): Promise<void> {
    if (page.items.length > 0 || isNarrow(this.#filter)) {
      if (page.items.length > 0) this.#firstRun.set(false);
      return;
    }
    const any = await this.#api.request<DialogPage>('GET', `/api/sites/${this.#siteId}/dialogs?limit=1`);
    if (generation === this.#generation) this.#firstRun.set(any.items.length === 0);
  }

  /** Something changed while a question was on its way: ask again. */
  #repeat(): void {
    if (!this.#again) return;
    this.#again = false;
    this.#soon();
  }

  #soon(): void {
    if (this.#syncing) {
      this.#again = true;
      return;
    }
    if (this.#timer !== undefined) return;
    const wait = Math.max(GATHER_MS, this.#lastSync + MIN_PAUSE_MS - Date.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#sync();
    }, wait);
  }

  async #sync(): Promise<void> {
    if (!this.#siteId) return;
    if (this.#loading()) {
      this.#again = true;
      return;
    }
    if (!this.#loaded()) return void this.reload();
    const generation = this.#generation;
    this.#syncing = true;
    this.#lastSync = Date.now();
    try {
      const known = Object.fromEntries([...this.#known].slice(0, MAX_KNOWN));
      const body = { filter: requestOf(this.#filter), known, limit: PAGE };
      const [answer] = await Promise.all([
        this.#api.request<Changes>('POST', `/api/sites/${this.#siteId}/dialogs/changes`, body),
        this.#loadCounts(),
      ]);
      if (generation === this.#generation) this.#merge(answer);
    } catch {
      // ApiError: the connection banner speaks of it; the next change or this timer asks again
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        void this.#sync();
      }, RETRY_MS);
    } finally {
      this.#syncing = false;
      this.#repeat();
    }
  }

  #merge(answer: Changes): void {
    const rows = new Map(this.#rows());
    const { items } = answer.first;
    // a whole page of strangers: there may be more of them between it and what is loaded
    if (rows.size > 0 && items.length >= PAGE && !items.some((row) => rows.has(row.id))) return void this.reload();
    for (const row of [...answer.changed, ...items]) rows.set(row.id, this.#take(row));
    for (const id of answer.gone) {
      if (id === this.#openId) void this.#refreshKept(id);
      else {
        rows.delete(id);
        this.#known.delete(id);
      }
    }
    if (rows.size > 0) this.#firstRun.set(false);
    if (this.#rows().size === 0) this.#cursor.set(answer.first.nextCursor);
    this.#problem.set(null);
    const held = this.held();
    const next = reorder(this.#order(), rows, held);
    this.#rows.set(rows);
    this.#order.set(next.order);
    if (!held) this.#newAbove.set(0);
    if (next.above !== 0) this.onAbove(next.above);
    if (held && next.above > 0) this.#newAbove.update((n) => n + next.above);
  }

  /** A row that left the filter but is open: its state is still shown. */
  async #refreshKept(dialogId: string): Promise<void> {
    try {
      const row = await this.#api.request<DialogSummary>('GET', `/api/sites/${this.#siteId}/dialogs/${dialogId}`);
      if (this.#rows().has(dialogId)) this.#rows.set(new Map(this.#rows()).set(dialogId, this.#take(row)));
    } catch {
      // ApiError: the row keeps what it showed; the next change asks again
    }
  }

  #take(row: DialogSummary): DialogSummary {
    this.#known.set(row.id, row.seq);
    const read = this.#readMarks.get(row.id) ?? 0;
    return read >= row.seq && row.unread > 0 ? { ...row, unread: 0 } : row;
  }
}

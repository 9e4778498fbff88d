import { computed, inject, resource, type Signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { toApiProblem, type ApiProblem } from '@beseda/realtime';
import { Api } from '../core/api.js';
import { Live } from '../core/live.js';
import { Sites } from '../core/sites.js';

/** What a list page and the forms of its panel need to know of a list. */
export interface ListState<T> {
  /** Null until loaded. */
  readonly items: Signal<readonly T[] | null>;
  /** Why there is nothing to show. */
  readonly problem: Signal<ApiProblem | null>;
  readonly loading: Signal<boolean>;
  /** From nothing, after a failure. */
  reload(): void;
}

/** A list whose items are found by id and asked for again. */
export interface ItemSource<T> extends ListState<T> {
  /** Changes of others come in by themselves. */
  readonly live: boolean;
  find(id: string): T | undefined;
  /** Reads it anew. Rejects with ApiError. */
  fetch(): Promise<unknown>;
}

type Answer<T, E> = { readonly items: readonly T[] } & E;

interface SiteListOptions<T, E> {
  /** Last part of the address: `/api/sites/<site>/<path>`. */
  readonly path: string;
  /** How the list is read, when one GET of the path is not enough. Rejects with ApiError. */
  readonly load?: (siteId: string) => Promise<Answer<T, E>>;
  /** Kinds of `settings.changed` after which the list is read again, as it then is after every reconnect. */
  readonly live?: readonly string[];
}

/**
 * A list of the present site: read when the site is entered, read again by what others change; what is shown stays until the newer
 * state is there. `E` is what the answer says beside the items. Make it in an injection context.
 */
export class SiteList<T extends { readonly id: string }, E extends object = object> implements ItemSource<T> {
  readonly #api = inject(Api);
  readonly #siteId = inject(Sites).currentId;
  readonly #source = resource({
    params: () => this.#siteId() ?? undefined,
    loader: ({ params: siteId }) => this.#load(siteId),
  });

  /** The whole answer; null until loaded. */
  readonly answer = computed((): Answer<T, E> | null => (this.#source.hasValue() ? this.#source.value() : null));
  readonly items = computed((): readonly T[] | null => this.answer()?.items ?? null);
  readonly problem = computed(() => {
    const error = this.#source.isLoading() ? undefined : this.#source.error();
    return error ? toApiProblem(error) : null;
  });
  readonly loading = computed(() => this.items() === null && this.problem() === null);
  readonly live: boolean;

  constructor(private readonly options: SiteListOptions<T, E>) {
    const kinds = options.live ?? [];
    this.live = kinds.length > 0;
    if (!this.live) return;
    const live = inject(Live);
    live.refreshes.pipe(takeUntilDestroyed()).subscribe(() => void this.refresh());
    live.notices.pipe(takeUntilDestroyed()).subscribe(({ name, body }) => {
      const kind = (body as { kind?: unknown } | null)?.kind;
      if (name === 'settings.changed' && kinds.some((one) => one === kind)) void this.refresh();
    });
  }

  find(id: string): T | undefined {
    return this.items()?.find((one) => one.id === id);
  }

  reload(): void {
    this.#source.reload();
  }

  async fetch(): Promise<readonly T[]> {
    const siteId = this.#siteId();
    const answer = await this.#load(siteId ?? '');
    if (this.#siteId() === siteId) this.#source.set(answer);
    return answer.items;
  }

  /** Something changed. A failure is no matter: the next connection or change asks again. */
  async refresh(): Promise<void> {
    if (this.items() === null) return this.reload();
    await this.fetch().catch(() => undefined /* ApiError: what is shown stays */);
  }

  /** A request about an item or the whole list, `rest` behind its address. Rejects with ApiError. */
  async send<R = unknown>(method: string, rest: string, body?: unknown, options?: { timeoutMs: number }): Promise<R> {
    return await this.#api.request<R>(method, this.pathOf(rest), body, options);
  }

  pathOf(rest: string): string {
    return `/api/sites/${this.#siteId()}/${this.options.path}${rest}`;
  }

  /** Changes what is shown before, or instead of, reading it again. */
  update(change: (items: readonly T[]) => readonly T[]): void {
    const answer = this.answer();
    if (answer) this.#source.set({ ...answer, items: change(answer.items) });
  }

  /** An item in a newer state, or a new one, which comes last. */
  put(item: T): void {
    this.update((items) =>
      items.some((one) => one.id === item.id)
        ? items.map((one) => (one.id === item.id ? { ...one, ...item } : one))
        : [...items, item],
    );
  }

  drop(...ids: readonly string[]): void {
    this.update((items) => items.filter((one) => !ids.includes(one.id)));
  }

  /** Another list that comes with the same answer. */
  part<U extends { readonly id: string }>(of: (answer: Answer<T, E>) => readonly U[]): ItemSource<U> {
    const items = computed(() => {
      const answer = this.answer();
      return answer && of(answer);
    });
    const { problem, loading, live } = this;
    return {
      items,
      problem,
      loading,
      live,
      find: (id) => items()?.find((one) => one.id === id),
      reload: () => this.reload(),
      fetch: () => this.fetch(),
    };
  }

  async #load(siteId: string): Promise<Answer<T, E>> {
    const { load, path } = this.options;
    return await (load?.(siteId) ?? this.#api.request<Answer<T, E>>('GET', `/api/sites/${siteId}/${path}`));
  }
}

/** Makes a {@link SiteList}. */
export const siteList = <T extends { readonly id: string }, E extends object = object>(
  options: SiteListOptions<T, E>,
): SiteList<T, E> => new SiteList(options);

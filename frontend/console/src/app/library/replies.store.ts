import { Injectable, computed, inject, signal } from '@angular/core';
import { ApiError, toApiProblem, type ApiProblem } from '@beseda/realtime';
import { Api } from '../core/api.js';
import { Auth } from '../core/auth.js';
import { type Team } from '../core/model.js';
import { type Audience, type ReplyDraft, type SavedFile, type SavedReply } from './model.js';
import { ReplyLibrary } from './reply-library.js';

/** What an import would do or did. */
export interface ImportReport {
  readonly added: number;
  readonly skipped: number;
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

/** An audience as one value of a choice. */
export const audienceValue = ({ kind, teamId }: Audience): string => (kind === 'team' ? `team:${teamId ?? ''}` : kind);

export function audienceOf(value: string): Audience {
  if (value.startsWith('team:')) return { kind: 'team', teamId: value.slice('team:'.length) };
  return { kind: value === 'everyone' ? 'everyone' : 'personal' };
}

/** The saved replies an operator manages: all for administrators, one's own for others. Provide it at the page. */
@Injectable()
export class RepliesStore {
  readonly #api = inject(Api);
  readonly #auth = inject(Auth);
  readonly #library = inject(ReplyLibrary);
  readonly #items = signal<readonly SavedReply[] | null>(null);
  readonly #teams = signal<readonly Team[]>([]);
  readonly #problem = signal<ApiProblem | null>(null);
  readonly #manages = signal(false);
  #siteId = '';

  /** In the order of the picker; null until loaded. */
  readonly items = this.#items.asReadonly();
  readonly teams = this.#teams.asReadonly();
  readonly problem = this.#problem.asReadonly();
  readonly manages = this.#manages.asReadonly();
  readonly loading = computed(() => this.#items() === null && this.#problem() === null);
  readonly folders = computed(() =>
    [...new Set((this.#items() ?? []).map((reply) => reply.folder).filter(Boolean))].sort((a, b) => a.localeCompare(b)),
  );

  async open(siteId: string, manages: boolean): Promise<void> {
    if (this.#siteId === siteId && this.#manages() === manages) return;
    this.#siteId = siteId;
    this.#manages.set(manages);
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

  find(id: string): SavedReply | undefined {
    return this.#items()?.find((reply) => reply.id === id);
  }

  /** Rejects with ApiError. */
  async load(): Promise<void> {
    const [siteId, manages] = [this.#siteId, this.#manages()];
    const [{ items }, teams] = await Promise.all([
      this.#api.request<{ items: readonly SavedReply[] }>('GET', this.#path(manages ? '?manage=1' : '')),
      manages
        ? this.#api.request<{ items: readonly Team[] }>('GET', `/api/sites/${siteId}/teams`)
        : { items: [] as readonly Team[] },
    ]);
    if (this.#siteId !== siteId) return;
    this.#items.set(manages ? items : items.filter((reply) => reply.audience.kind === 'personal'));
    this.#teams.set(teams.items);
  }

  /** Rejects with ApiError; its errors name the fields of the form. */
  async create(draft: ReplyDraft): Promise<SavedReply> {
    const body = { items: [bodyOf(draft)] };
    const { items } = await named(() =>
      this.#api.request<{ items: readonly SavedReply[] }>('POST', this.#path(''), body),
    );
    const [made] = items;
    if (!made) throw new ApiError({ status: 500, code: 'INTERNAL', detail: 'Nothing was made' });
    this.#items.update((all) => [...(all ?? []), made]);
    this.#library.forget();
    return made;
  }

  /** Rejects with ApiError; its errors name the fields of the form. */
  async update(id: string, draft: ReplyDraft, version: number): Promise<SavedReply> {
    const body = { version, ...bodyOf(draft) };
    const saved = await named(() => this.#api.request<SavedReply>('PUT', this.#path(`/${id}`), body));
    this.#items.update((all) => all?.map((reply) => (reply.id === id ? saved : reply)) ?? null);
    this.#library.forget();
    return saved;
  }

  /** Rejects with ApiError. */
  async remove(ids: readonly string[]): Promise<void> {
    await this.#api.request('POST', this.#path('/delete'), { ids });
    this.#items.update((all) => all?.filter((reply) => !ids.includes(reply.id)) ?? null);
    this.#library.forget();
  }

  /** Puts the replies of a folder in an order, which is shown at once. Rejects with ApiError. */
  async order(ids: readonly string[]): Promise<void> {
    const before = this.#items();
    const byId = new Map((before ?? []).map((reply) => [reply.id, reply]));
    const moved = ids.flatMap((id) => byId.get(id) ?? []);
    const places = new Set(ids);
    let next = 0;
    const placed = before?.map((reply) => (places.has(reply.id) ? (moved[next++] ?? reply) : reply)) ?? null;
    this.#items.set(placed);
    try {
      await this.#api.request('PUT', this.#path('/order'), { ids });
      this.#library.forget();
    } catch (error) {
      // ApiError: said by the page; the order goes back unless the list changed meanwhile
      if (this.#items() === placed) this.#items.set(before);
      throw error;
    }
  }

  /** Rejects with ApiError. */
  async upload(file: File): Promise<SavedFile> {
    const form = new FormData();
    form.set('file', file, file.name);
    return await this.#api.request<SavedFile>('POST', this.#path('/files'), form, { timeoutMs: 60_000 });
  }

  /** Takes a table in, or with `dry` only says what would happen. Rejects with ApiError. */
  async import(table: Blob, dry: boolean): Promise<ImportReport> {
    const answer = await this.#raw('POST', `/import${dry ? '?dry=1' : ''}`, table);
    const report = (await answer.json()) as ImportReport;
    if (!dry) {
      this.#library.forget();
      await this.load().catch(() => undefined /* ApiError: the list shows them with the next opening */);
    }
    return report;
  }

  /** The table of all. Rejects with ApiError. */
  async export(): Promise<Blob> {
    return await (await this.#raw('GET', '/export')).blob();
  }

  /** A request whose body or answer is no JSON. Rejects with ApiError or a TypeError of fetch. */
  async #raw(method: string, path: string, body?: Blob): Promise<Response> {
    const ask = async (refresh: boolean): Promise<Response> => {
      const token = await this.#auth.token(refresh);
      const headers = {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body ? { 'content-type': 'text/csv; charset=utf-8' } : {}),
      };
      return await fetch(this.#path(path), { method, headers, ...(body ? { body } : {}) });
    };
    let answer = await ask(false);
    if (answer.status === 401) answer = await ask(true);
    if (answer.ok) return answer;
    const problem = (await answer.json().catch(() => null)) as Partial<ApiProblem> | null;
    throw new ApiError({
      status: answer.status,
      code: problem?.code ?? 'INTERNAL',
      detail: problem?.detail ?? '',
      ...(problem?.errors ? { errors: problem.errors } : {}),
    });
  }

  #path(rest: string): string {
    return `/api/sites/${this.#siteId}/saved-replies${rest}`;
  }
}

function bodyOf(draft: ReplyDraft): object {
  const { title, text, folder, audience, files } = draft;
  return {
    title: title.trim(),
    text,
    folder: folder.trim(),
    audience: audienceOf(audience),
    fileIds: files.map((file) => file.id),
  };
}

/** Errors of a list of one, and of its files, by the fields of the form. */
async function named<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    // ApiError: passed on with paths the form knows
    const problem = toApiProblem(error);
    if (!problem.errors) throw error;
    const errors = problem.errors.map((one) => ({
      ...one,
      path: one.path
        .replace(/^items\.0\./, '')
        .replace(/^fileIds/, 'files')
        .replace(/^audience\..*/, 'audience'),
    }));
    throw new ApiError({ ...problem, errors });
  }
}

import { Injectable, computed, inject } from '@angular/core';
import { ApiError, toApiProblem } from '@beseda/realtime';
import { Api } from '../core/api.js';
import { type Team } from '../core/model.js';
import { Sites } from '../core/sites.js';
import { Tables } from '../core/tables.js';
import { siteList } from '../kit/site-list.js';
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
  readonly #library = inject(ReplyLibrary);
  readonly #sites = inject(Sites);
  readonly #tables = inject(Tables);
  readonly list = siteList<SavedReply, { readonly teams: readonly Team[] }>({
    path: 'saved-replies',
    load: (siteId) => this.#load(siteId),
  });
  readonly teams = computed(() => this.list.answer()?.teams ?? []);
  /** An administrator: everybody's replies, not only one's own. */
  readonly manages = computed(() => {
    const role = this.#sites.current()?.role;
    return role === 'admin' || role === 'superadmin';
  });
  readonly folders = computed(() =>
    [...new Set((this.list.items() ?? []).map((reply) => reply.folder).filter(Boolean))].sort((a, b) =>
      a.localeCompare(b),
    ),
  );

  /** Rejects with ApiError; its errors name the fields of the form. */
  async create(draft: ReplyDraft): Promise<void> {
    const body = { items: [bodyOf(draft)] };
    const { items } = await named(() => this.list.send<{ items: readonly SavedReply[] }>('POST', '', body));
    for (const made of items) this.list.put(made);
    this.#library.forget();
  }

  /** Rejects with ApiError; its errors name the fields of the form. */
  async update(id: string, draft: ReplyDraft, version: unknown): Promise<void> {
    const body = { version, ...bodyOf(draft) };
    this.list.put(await named(() => this.list.send<SavedReply>('PUT', `/${id}`, body)));
    this.#library.forget();
  }

  /** Rejects with ApiError. */
  async remove(ids: readonly string[]): Promise<void> {
    await this.list.send('POST', '/delete', { ids });
    this.list.drop(...ids);
    this.#library.forget();
  }

  /** Puts the replies of a folder in an order, which is shown at once. Rejects with ApiError. */
  async order(ids: readonly string[]): Promise<void> {
    const before = this.list.items() ?? [];
    const byId = new Map(before.map((reply) => [reply.id, reply]));
    const moved = ids.flatMap((id) => byId.get(id) ?? []);
    const places = new Set(ids);
    let next = 0;
    const placed = before.map((reply) => (places.has(reply.id) ? (moved[next++] ?? reply) : reply));
    this.list.update(() => placed);
    try {
      await this.list.send('PUT', '/order', { ids });
      this.#library.forget();
    } catch (error) {
      // ApiError: said by the page; the order goes back unless the list changed meanwhile
      this.list.update((items) => (items === placed ? before : items));
      throw error;
    }
  }

  /** Rejects with ApiError. */
  async upload(file: File): Promise<SavedFile> {
    const form = new FormData();
    form.set('file', file, file.name);
    return await this.list.send<SavedFile>('POST', '/files', form, { timeoutMs: 60_000 });
  }

  /** Takes a table in, or with `dry` only says what would happen. Rejects with ApiError. */
  async import(table: Blob, dry: boolean): Promise<ImportReport> {
    const path = this.list.pathOf(`/import${dry ? '?dry=1' : ''}`);
    const report = await this.#tables.upload<ImportReport>(path, table);
    if (!dry) {
      this.#library.forget();
      await this.list.refresh();
    }
    return report;
  }

  /** The table of all. Rejects with ApiError. */
  async export(): Promise<Blob> {
    return await this.#tables.download(this.list.pathOf('/export'));
  }

  async #load(siteId: string): Promise<{ readonly items: readonly SavedReply[]; readonly teams: readonly Team[] }> {
    const [manages, base] = [this.manages(), `/api/sites/${siteId}`];
    const [{ items }, teams] = await Promise.all([
      this.#api.request<{ items: readonly SavedReply[] }>('GET', `${base}/saved-replies${manages ? '?manage=1' : ''}`),
      manages ? this.#api.request<{ items: readonly Team[] }>('GET', `${base}/teams`) : { items: [] },
    ]);
    return {
      items: manages ? items : items.filter((reply) => reply.audience.kind === 'personal'),
      teams: teams.items,
    };
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

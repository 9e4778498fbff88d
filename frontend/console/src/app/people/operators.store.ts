import { DestroyRef, Injectable, computed, inject, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { toApiProblem, type ApiProblem } from '@beseda/realtime';
import { Api } from '../core/api.js';
import { Live } from '../core/live.js';
import { type Team } from '../core/model.js';
import { Sites } from '../core/sites.js';
import { type Invitation, type MailStatus, type ManagedOperator, type PersonDraft } from './model.js';

/** A mail that is on its way is asked for this often, so many times. */
const MAIL_EVERY_MS = 1_500;
const MAIL_TIMES = 8;

/** The operators and teams of a site for the pages that manage them. Provide it at the page. */
@Injectable()
export class OperatorsStore {
  readonly #api = inject(Api);
  readonly #sites = inject(Sites);
  readonly #siteId = signal<string | null>(null);
  readonly #items = signal<readonly ManagedOperator[] | null>(null);
  readonly #teams = signal<readonly Team[]>([]);
  readonly #mail = signal<MailStatus | null>(null);
  readonly #problem = signal<ApiProblem | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  /** Null until loaded. */
  readonly items = this.#items.asReadonly();
  readonly teams = this.#teams.asReadonly();
  /** Null until known. */
  readonly mail = this.#mail.asReadonly();
  /** Why there is nothing to show. */
  readonly problem = this.#problem.asReadonly();
  readonly loading = computed(() => this.#items() === null && this.#problem() === null);
  readonly #teamNames = computed(() => new Map(this.#teams().map((team) => [team.id, team.name])));

  constructor() {
    const live = inject(Live);
    live.refreshes.pipe(takeUntilDestroyed()).subscribe(() => void this.refresh());
    live.notices.pipe(takeUntilDestroyed()).subscribe(({ name, body }) => {
      const kind = (body as { kind?: string } | null)?.kind;
      if (name === 'settings.changed' && (kind === 'operator' || kind === 'team')) void this.refresh();
    });
    inject(DestroyRef).onDestroy(() => clearTimeout(this.#timer));
  }

  async open(siteId: string): Promise<void> {
    if (this.#siteId() === siteId) return;
    this.#siteId.set(siteId);
    await this.reload();
  }

  /** From nothing, after a failure. */
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

  /** Something changed: what is shown stays until the newer state is there. */
  async refresh(): Promise<void> {
    if (this.#items() === null) return;
    await this.#load().catch(() => undefined /* ApiError: asked again with the next connection or change */);
  }

  teamNames(ids: readonly string[]): string {
    return ids
      .map((id) => this.#teamNames().get(id))
      .filter(Boolean)
      .join(', ');
  }

  find(id: string): ManagedOperator | undefined {
    return this.#items()?.find((one) => one.id === id);
  }

  /** Reads the operators anew and gives one of them. Rejects with ApiError. */
  async fetch(id: string): Promise<ManagedOperator | undefined> {
    await this.#load();
    return this.find(id);
  }

  /** Rejects with ApiError. */
  async invite(person: PersonDraft, locale: string): Promise<{ operatorId: string; invitation: Invitation | null }> {
    const body = { ...person, teamIds: [...person.teamIds], locale };
    return await this.#api.request('POST', this.#path(''), body);
  }

  /** Rejects with ApiError. */
  async change(id: string, change: Readonly<Record<string, unknown>>): Promise<ManagedOperator> {
    const item = await this.#api.request<ManagedOperator>('PATCH', this.#path(`/${id}`), change);
    this.put(item);
    return item;
  }

  /** Rejects with ApiError. */
  async inviteAgain(id: string, locale: string): Promise<Invitation> {
    const path = this.#path(`/${id}/invite`);
    const { invitation } = await this.#api.request<{ invitation: Invitation }>('POST', path, { locale });
    const item = this.find(id);
    if (item) this.put({ ...item, invitation });
    this.watchMail();
    return invitation;
  }

  /** Takes somebody off the site. Rejects with ApiError. */
  async remove(id: string): Promise<void> {
    await this.#api.request('DELETE', this.#path(`/${id}`));
    this.#items.update((items) => items?.filter((one) => one.id !== id) ?? null);
  }

  /** Null takes the photo away. Rejects with ApiError. */
  async photo(id: string, picture: Blob | null): Promise<void> {
    const path = this.#path(`/${id}/avatar`);
    if (picture) {
      const form = new FormData();
      form.set('file', picture, 'avatar');
      await this.#api.request('PUT', path, form, { timeoutMs: 60_000 });
    } else await this.#api.request('DELETE', path);
    await this.refresh();
  }

  put(item: ManagedOperator): void {
    this.#items.update((items) => items?.map((one) => (one.id === item.id ? { ...one, ...item } : one)) ?? null);
  }

  /** Rejects with ApiError. */
  async createTeam(name: string, operatorIds: readonly string[]): Promise<void> {
    await this.#api.request('POST', this.#teamPath(''), { name, operatorIds });
    await this.refresh();
  }

  /** Rejects with ApiError. */
  async changeTeam(id: string, change: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#api.request('PATCH', this.#teamPath(`/${id}`), change);
    await this.refresh();
  }

  /** Rejects with ApiError. */
  async deleteTeam(id: string): Promise<void> {
    await this.#api.request('DELETE', this.#teamPath(`/${id}`));
    this.#teams.update((teams) => teams.filter((team) => team.id !== id));
    await this.refresh();
  }

  /** Looks a few times whether waiting mails have left. */
  watchMail(): void {
    this.#asked = 0;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#lookForMail(), MAIL_EVERY_MS);
  }

  async #lookForMail(): Promise<void> {
    this.#asked += 1;
    await this.refresh();
    const waiting = this.#items()?.some((one) => one.invitation?.state === 'waiting') ?? false;
    if (waiting && this.#asked < MAIL_TIMES) this.#timer = setTimeout(() => void this.#lookForMail(), MAIL_EVERY_MS);
  }

  async #load(): Promise<void> {
    const siteId = this.#siteId();
    if (siteId === null) return;
    const [people, teams, mail] = await Promise.all([
      this.#api.request<{ items: readonly ManagedOperator[] }>('GET', `/api/sites/${siteId}/operators/manage`),
      this.#api.request<{ items: readonly Team[] }>('GET', `/api/sites/${siteId}/teams`),
      this.#mail() ?? this.#api.request<MailStatus>('GET', `/api/sites/${siteId}/mail`).catch(() => null),
    ]);
    if (this.#siteId() !== siteId) return;
    this.#items.set(people.items);
    this.#teams.set(teams.items);
    // ApiError above: where mails go is an addition, the page works without it
    this.#mail.set(mail);
    this.#problem.set(null);
    // the rest of the console names and shows the same people
    void this.#sites.loadColleagues().catch(() => undefined /* ApiError: asked again with the next connection */);
  }

  #path(rest: string): string {
    return `/api/sites/${this.#siteId()}/operators${rest}`;
  }

  #teamPath(rest: string): string {
    return `/api/sites/${this.#siteId()}/teams${rest}`;
  }
}

import { DestroyRef, Injectable, computed, inject } from '@angular/core';
import { Api } from '../core/api.js';
import { type Team } from '../core/model.js';
import { Sites } from '../core/sites.js';
import { siteList } from '../kit/site-list.js';
import { type Invitation, type MailStatus, type ManagedOperator, type PersonDraft } from './model.js';

/** A mail that is on its way is asked for this often, so many times. */
const MAIL_EVERY_MS = 1_500;
const MAIL_TIMES = 8;

interface Around {
  readonly teams: readonly Team[];
  /** Null until known. */
  readonly mail: MailStatus | null;
}

/** The operators and teams of a site for the pages that manage them. Every request rejects with ApiError. Provide it at the page. */
@Injectable()
export class OperatorsStore {
  readonly #api = inject(Api);
  readonly #sites = inject(Sites);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  readonly list = siteList<ManagedOperator, Around>({
    path: 'operators',
    live: ['operator', 'team'],
    load: (siteId) => this.#load(siteId),
  });
  readonly teamList = this.list.part((answer) => answer.teams);
  readonly teams = computed(() => this.teamList.items() ?? []);
  readonly mail = computed(() => this.list.answer()?.mail ?? null);
  readonly #teamNames = computed(() => new Map(this.teams().map((team) => [team.id, team.name])));

  constructor() {
    inject(DestroyRef).onDestroy(() => clearTimeout(this.#timer));
  }

  teamNames(ids: readonly string[]): string {
    return ids
      .map((id) => this.#teamNames().get(id))
      .filter(Boolean)
      .join(', ');
  }

  async invite(person: PersonDraft, locale: string): Promise<{ operatorId: string; invitation: Invitation | null }> {
    return await this.list.send('POST', '', { ...person, locale });
  }

  async change(id: string, change: Readonly<Record<string, unknown>>): Promise<void> {
    this.list.put(await this.list.send<ManagedOperator>('PATCH', `/${id}`, change));
  }

  async inviteAgain(id: string, locale: string): Promise<Invitation> {
    const { invitation } = await this.list.send<{ invitation: Invitation }>('POST', `/${id}/invite`, { locale });
    const item = this.list.find(id);
    if (item) this.list.put({ ...item, invitation });
    this.watchMail();
    return invitation;
  }

  /** Takes somebody off the site. */
  async remove(id: string): Promise<void> {
    await this.list.send('DELETE', `/${id}`);
    this.list.drop(id);
  }

  /** Null takes the photo away. */
  async photo(id: string, picture: Blob | null): Promise<void> {
    if (picture) {
      const form = new FormData();
      form.set('file', picture, 'avatar');
      await this.list.send('PUT', `/${id}/avatar`, form, { timeoutMs: 60_000 });
    } else await this.list.send('DELETE', `/${id}/avatar`);
    await this.list.refresh();
  }

  /** A request about one team or all of them, after which both lists are read again. */
  async sendTeam(method: string, id: string, body?: unknown): Promise<void> {
    await this.#api.request(method, `/api/sites/${this.#sites.currentId()}/teams${id && `/${id}`}`, body);
    await this.list.refresh();
  }

  /** Looks a few times whether waiting mails have left. */
  watchMail(): void {
    this.#asked = 0;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#lookForMail(), MAIL_EVERY_MS);
  }

  async #lookForMail(): Promise<void> {
    this.#asked += 1;
    await this.list.refresh();
    const waiting = this.list.items()?.some((one) => one.invitation?.state === 'waiting') ?? false;
    if (waiting && this.#asked < MAIL_TIMES) this.#timer = setTimeout(() => void this.#lookForMail(), MAIL_EVERY_MS);
  }

  async #load(siteId: string): Promise<{ readonly items: readonly ManagedOperator[] } & Around> {
    const [people, teams, mail] = await Promise.all([
      this.#api.request<{ items: readonly ManagedOperator[] }>('GET', `/api/sites/${siteId}/operators/manage`),
      this.#api.request<{ items: readonly Team[] }>('GET', `/api/sites/${siteId}/teams`),
      // ApiError: where mails go is an addition, the page works without it
      this.mail() ?? this.#api.request<MailStatus>('GET', `/api/sites/${siteId}/mail`).catch(() => null),
    ]);
    // the rest of the console names and shows the same people
    void this.#sites.loadColleagues().catch(() => undefined /* ApiError: asked again with the next connection */);
    return { items: people.items, teams: teams.items, mail };
  }
}

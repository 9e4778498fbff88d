import { DestroyRef, Injectable, computed, inject, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import {
  DialogTimeline,
  toApiProblem,
  type ApiProblem,
  type DialogEvent,
  type OutgoingSavedFile,
} from '@beseda/realtime';
import { Api } from '../core/api.js';
import { Auth } from '../core/auth.js';
import { Live } from '../core/live.js';
import { type DialogDetail, type DialogSummary } from '../core/model.js';
import { buildBlocks, unreadMark, type UnreadMark } from './blocks.js';
import { ListStore } from './list.store.js';
import { applyEvent } from './summary.js';

interface EventsPage {
  readonly events: readonly DialogEvent[];
}

const FIRST_PAGE = 100;
const OLDER_PAGE = 200;
/** Older pages are fetched by themselves up to this many events, so that search in the page and the scroll bar tell the truth. */
const AHEAD_EVENTS = 2_000;
const READ_DELAY_MS = 400;
const FILLED_MS = 300;

/** The open dialog: its summary, its timeline and what the operator does with it. */
@Injectable()
export class DialogStore {
  readonly #api = inject(Api);
  readonly #auth = inject(Auth);
  readonly #live = inject(Live);
  readonly #list = inject(ListStore);
  readonly #summary = signal<DialogDetail | null>(null);
  readonly #others = signal<readonly DialogSummary[] | null>(null);
  readonly #version = signal(0);
  readonly #timeline = signal<DialogTimeline | null>(null);
  readonly #problem = signal<ApiProblem | null>(null);
  readonly #olderProblem = signal<ApiProblem | null>(null);
  readonly #olderLoading = signal(false);
  readonly #filling = signal(true);
  readonly #unread = signal<UnreadMark | null>(null);
  readonly #id = signal<string | null>(null);
  #siteId = '';
  #generation = 0;
  #markedSeq = 0;
  #readTimer: ReturnType<typeof setTimeout> | undefined;

  readonly id = this.#id.asReadonly();
  readonly siteId = (): string => this.#siteId;
  readonly summary = this.#summary.asReadonly();
  /** Other dialogs of this person; null until loaded. */
  readonly others = this.#others.asReadonly();
  readonly problem = this.#problem.asReadonly();
  readonly olderProblem = this.#olderProblem.asReadonly();
  readonly olderLoading = this.#olderLoading.asReadonly();
  /** Older messages are being put in: a screen reader does not read them out. */
  readonly filling = this.#filling.asReadonly();
  readonly loaded = computed(() => this.#timeline() !== null);
  readonly items = computed(() => {
    this.#version();
    return this.#timeline()?.items() ?? [];
  });
  readonly blocks = computed(() => buildBlocks(this.items(), this.#unread(), this.#auth.operator()?.id ?? ''));
  readonly hasOlder = computed(() => {
    this.#version();
    return this.#timeline()?.hasOlder ?? false;
  });

  constructor() {
    this.#live.events.pipe(takeUntilDestroyed()).subscribe((event) => {
      if (event.dialogId === this.#id()) this.#summary.update((summary) => summary && applyEvent(summary, event));
    });
    this.#live.refreshes.pipe(takeUntilDestroyed()).subscribe(() => void this.#refresh());
    inject(DestroyRef).onDestroy(() => this.#leave());
  }

  async open(siteId: string, dialogId: string | null): Promise<void> {
    if (this.#siteId === siteId && this.#id() === dialogId) return;
    this.#leave();
    this.#siteId = siteId;
    this.#id.set(dialogId);
    this.#list.keepOpen(dialogId);
    if (dialogId) await this.load();
  }

  /** Loads the open dialog (again). */
  async load(): Promise<void> {
    const dialogId = this.#id();
    if (!dialogId) return;
    const generation = ++this.#generation;
    this.#problem.set(null);
    try {
      const summary = await this.#api.request<DialogDetail>('GET', this.#path());
      const page = await this.#events(`beforeSeq=${summary.seq + 1}&limit=${FIRST_PAGE}`);
      if (generation !== this.#generation) return;
      const timeline = new DialogTimeline(dialogId, {
        own: 'operator',
        onChange: () => this.#version.update((n) => n + 1),
      });
      timeline.load(page.events);
      timeline.setWatermarks(summary);
      this.#live.open(timeline);
      this.#unread.set(unreadMark(timeline.items(), summary.unread));
      this.#summary.set(summary);
      this.#timeline.set(timeline);
      void this.#loadOthers(generation);
      void this.#fetchAhead(generation);
    } catch (error) {
      // ApiError: the column says what failed and offers to try again
      if (generation === this.#generation) this.#problem.set(toApiProblem(error));
    }
  }

  /** Fetches one older page; resolves when it is in the timeline. */
  async older(): Promise<void> {
    const timeline = this.#timeline();
    if (!timeline?.hasOlder || this.#olderLoading()) return;
    const generation = this.#generation;
    this.#olderLoading.set(true);
    this.#olderProblem.set(null);
    try {
      const page = await this.#events(`beforeSeq=${timeline.firstSeq}&limit=${OLDER_PAGE}`);
      if (generation === this.#generation) timeline.prepend(page.events);
    } catch (error) {
      // ApiError: the top of the timeline offers to try again
      if (generation === this.#generation) this.#olderProblem.set(toApiProblem(error));
    } finally {
      this.#olderLoading.set(false);
    }
  }

  sendText(text: string): void {
    const id = this.#id();
    if (id) this.#live.sendText(id, text);
  }

  sendFile(file: File): void {
    const id = this.#id();
    if (id) this.#live.sendFile(id, file);
  }

  sendSavedFile(file: OutgoingSavedFile): void {
    const id = this.#id();
    if (id) this.#live.sendSavedFile(id, file);
  }

  /** Replaces the tags of the open dialog, which are shown at once. Rejects with ApiError. */
  async setTags(tags: readonly string[]): Promise<void> {
    const before = this.#summary();
    if (!before) return;
    this.#summary.set({ ...before, tags });
    try {
      const path = `/api/sites/${this.#siteId}/dialogs/${before.id}/tags`;
      const answer = await this.#api.request<{ tags: readonly string[]; seq: number }>('PUT', path, { tags });
      // a later change of one's own is on its way: its answer counts
      this.#summary.update((now) => (now?.id === before.id && now.tags === tags ? { ...now, tags: answer.tags } : now));
    } catch (error) {
      // ApiError: shown by the caller; the tags go back to what the server has
      this.#summary.update((now) => (now?.id === before.id && now.tags === tags ? { ...now, tags: before.tags } : now));
      throw error;
    }
  }

  /** Rejects with ApiError. */
  async assign(operatorId: string | null): Promise<void> {
    const before = this.#summary();
    this.#summary.update((summary) => summary && { ...summary, assigneeId: operatorId });
    try {
      await this.#api.request('PUT', `${this.#path()}/assignee`, { operatorId });
    } catch (error) {
      // ApiError: shown by the caller; the name goes back to what the server has
      this.#summary.update((now) => (now && before?.id === now.id ? { ...now, assigneeId: before.assigneeId } : now));
      throw error;
    }
  }

  /** Rejects with ApiError. */
  async close(): Promise<void> {
    await this.#api.request('POST', `${this.#path()}/close`);
    this.#summary.update((summary) => summary && { ...summary, status: 'closed' });
  }

  /** Rejects with ApiError. */
  async reopen(dialogId = this.#id()): Promise<void> {
    await this.#api.request('POST', `/api/sites/${this.#siteId}/dialogs/${dialogId}/reopen`);
    this.#summary.update((summary) => (summary?.id === dialogId ? { ...summary, status: 'open' } : summary));
  }

  /** The card was edited. */
  setContact(contact: DialogDetail['contact']): void {
    this.#summary.update((summary) => summary && { ...summary, contact });
  }

  /** The end of the timeline is on screen in a visible page. */
  seen(): void {
    const timeline = this.#timeline();
    if (!timeline || timeline.headSeq <= this.#markedSeq || this.#readTimer !== undefined) return;
    this.#readTimer = setTimeout(() => {
      this.#readTimer = undefined;
      void this.#markRead(timeline);
    }, READ_DELAY_MS);
  }

  async #markRead(timeline: DialogTimeline): Promise<void> {
    const seq = timeline.headSeq;
    if (document.visibilityState !== 'visible' || this.#timeline() !== timeline) return;
    this.#list.markRead(timeline.dialogId, seq);
    try {
      await this.#api.request('PUT', `/api/sites/${this.#siteId}/dialogs/${timeline.dialogId}/read`, { seq });
      this.#markedSeq = Math.max(this.#markedSeq, seq);
    } catch {
      // ApiError: not marked on the server; the next event or the return of the connection tries again
    }
  }

  async #refresh(): Promise<void> {
    const generation = this.#generation;
    if (!this.#summary()) return this.#id() && this.#problem() ? this.load() : undefined;
    try {
      const summary = await this.#api.request<DialogDetail>('GET', this.#path());
      if (generation !== this.#generation) return;
      this.#summary.update((now) => (now && now.seq > summary.seq ? now : summary));
      this.#timeline()?.setWatermarks(summary);
    } catch {
      // ApiError: what is shown stays; the connection refreshes again
    }
  }

  async #loadOthers(generation: number): Promise<void> {
    const contact = this.#summary()?.contact.id;
    if (!contact) return;
    try {
      const { items } = await this.#api.request<{ items: readonly DialogSummary[] }>(
        'GET',
        `/api/sites/${this.#siteId}/contacts/${contact}/dialogs`,
      );
      if (generation === this.#generation) this.#others.set(items.filter((dialog) => dialog.id !== this.#id()));
    } catch {
      // ApiError: the section stays away, nothing depends on it
    }
  }

  async #fetchAhead(generation: number): Promise<void> {
    this.#filling.set(true);
    while (generation === this.#generation) {
      const timeline = this.#timeline();
      if (!timeline?.hasOlder || this.#olderProblem() || timeline.headSeq - timeline.firstSeq >= AHEAD_EVENTS) break;
      await this.older();
    }
    // after the last page is drawn
    if (generation === this.#generation) setTimeout(() => this.#filling.set(false), FILLED_MS);
  }

  #events(query: string): Promise<EventsPage> {
    return this.#api.request('GET', `${this.#path()}/events?${query}`);
  }

  #path(): string {
    return `/api/sites/${this.#siteId}/dialogs/${this.#id()}`;
  }

  #leave(): void {
    this.#generation += 1;
    clearTimeout(this.#readTimer);
    this.#readTimer = undefined;
    this.#markedSeq = 0;
    const timeline = this.#timeline();
    if (timeline) this.#live.close(timeline);
    this.#timeline.set(null);
    this.#summary.set(null);
    this.#others.set(null);
    this.#problem.set(null);
    this.#olderProblem.set(null);
    this.#olderLoading.set(false);
    this.#unread.set(null);
  }
}

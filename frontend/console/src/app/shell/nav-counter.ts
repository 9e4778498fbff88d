import { Injectable, computed, inject, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { merge, switchMap, throttleTime, EMPTY, catchError, from, map } from 'rxjs';
import { Api } from '../core/api.js';
import { Live } from '../core/live.js';
import { type DialogCounts, type DialogPage } from '../core/model.js';
import { Sites } from '../core/sites.js';

/** The number is worth one question in this time, however much happens. */
const EVERY_MS = 3_000;

/** The counter on "Dialogs": open dialogs of nobody and own ones with something unread. */
@Injectable()
export class NavCounter {
  readonly #api = inject(Api);
  readonly #live = inject(Live);
  readonly #sites = inject(Sites);
  readonly #value = signal<{ readonly siteId: string; readonly n: number } | null>(null);

  /** 0 until known. */
  readonly value = computed(() => {
    const value = this.#value();
    return value && value.siteId === this.#sites.currentId() ? value.n : 0;
  });

  constructor() {
    merge(this.#live.refreshes, this.#live.changes)
      .pipe(
        throttleTime(EVERY_MS, undefined, { leading: true, trailing: true }),
        switchMap(() => this.#ask()),
        takeUntilDestroyed(),
      )
      .subscribe((value) => this.#value.set(value));
  }

  #ask() {
    const siteId = this.#sites.currentId();
    if (!siteId) return EMPTY;
    const base = `/api/sites/${siteId}/dialogs`;
    const both = Promise.all([
      this.#api.request<DialogCounts>('GET', `${base}/counts?status=open`),
      this.#api.request<DialogPage>('GET', `${base}?assignee=me&status=open&limit=100`),
    ]);
    return from(both).pipe(
      map(([counts, mine]) => ({ siteId, n: counts.unassigned + mine.items.filter((row) => row.unread > 0).length })),
      // ApiError: the number stays as it was until the next change
      catchError(() => EMPTY),
    );
  }
}

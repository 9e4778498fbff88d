import { Injectable, computed, inject, signal } from '@angular/core';
import { Api } from './api.js';
import { Auth } from './auth.js';
import { Live } from './live.js';
import { type Presence, type PresenceState } from './model.js';

/** Who of the present site's operators is there. Read after every (re)connection, then kept by what the server pushes. */
@Injectable({ providedIn: 'root' })
export class PresenceStore {
  readonly #api = inject(Api);
  readonly #auth = inject(Auth);
  readonly #live = inject(Live);
  readonly #siteId = signal<string | null>(null);
  readonly #states = signal<ReadonlyMap<string, Presence>>(new Map());

  /** The own state; a connection alone makes one present. */
  readonly mine = computed((): PresenceState => {
    const me = this.#auth.operator()?.id;
    const known = me ? this.#states().get(me)?.state : undefined;
    if (known === 'away') return 'away';
    const up = this.#live.state() === 'online' || this.#live.state() === 'polling';
    return up ? 'online' : (known ?? 'offline');
  });
  readonly onlineCount = computed(() => [...this.#states().values()].filter((one) => one.state === 'online').length);

  constructor() {
    this.#live.refreshes.subscribe(() => void this.load().catch(() => undefined /* ApiError: asked again later */));
    this.#live.notices.subscribe((notice) => {
      if (notice.name === 'presence') this.#heard(notice.body);
    });
  }

  /** Undefined: not known (yet). */
  of(operatorId: string): Presence | undefined {
    return this.#states().get(operatorId);
  }

  async enter(siteId: string): Promise<void> {
    if (this.#siteId() !== siteId) this.#states.set(new Map());
    this.#siteId.set(siteId);
    await this.load();
  }

  /** Rejects with ApiError. */
  async load(): Promise<void> {
    const siteId = this.#siteId();
    if (!siteId) return;
    const { items } = await this.#api.request<{ items: readonly Presence[] }>('GET', `/api/sites/${siteId}/presence`);
    if (this.#siteId() === siteId) this.#states.set(new Map(items.map((one) => [one.operatorId, one])));
  }

  /** Sets the own status, which survives reloads. Rejects with ApiError. */
  async choose(status: 'online' | 'away'): Promise<void> {
    const { state } = await this.#api.request<{ state: PresenceState }>('PUT', '/api/account/status', { status });
    const me = this.#auth.operator()?.id;
    if (me) this.#put({ operatorId: me, state, since: new Date().toISOString() });
  }

  forget(): void {
    this.#siteId.set(null);
    this.#states.set(new Map());
  }

  #heard(body: unknown): void {
    const said = body as Partial<Presence & { siteId: string }> | null;
    if (!said?.operatorId || !said.state || said.siteId !== this.#siteId()) return;
    this.#put({ operatorId: said.operatorId, state: said.state, since: said.since ?? null });
  }

  #put(presence: Presence): void {
    this.#states.update((states) => new Map(states).set(presence.operatorId, presence));
  }
}

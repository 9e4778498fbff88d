import { presenceV1, type routingV1 } from '@beseda/contracts';
import type { Logger } from '@beseda/service-defaults';
import { type Repetition, every } from '@beseda/timers';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { Backends } from '../infrastructure/backends.js';

/** How an operator is seen by others. */
export type OperatorState = 'online' | 'away' | 'offline';

/** An operator's state on a site, and since when. */
export interface Seen {
  readonly operatorId: string;
  readonly state: OperatorState;
  readonly since: Date;
}

export type PresenceListener = (siteId: string, operatorId: string, state: OperatorState, since: Date) => void;

const WORDS: Partial<Record<presenceV1.OperatorState, OperatorState>> = {
  [presenceV1.OperatorState.OPERATOR_STATE_ONLINE]: 'online',
  [presenceV1.OperatorState.OPERATOR_STATE_AWAY]: 'away',
  [presenceV1.OperatorState.OPERATOR_STATE_OFFLINE]: 'offline',
};

/** A state of the contracts as a word; undefined for one this version does not know. */
export const stateName = (state: presenceV1.OperatorState): OperatorState | undefined => WORDS[state];

/** A state as the contracts have it. */
export const stateValue = (state: OperatorState): presenceV1.OperatorState =>
  ({
    online: presenceV1.OperatorState.OPERATOR_STATE_ONLINE,
    away: presenceV1.OperatorState.OPERATOR_STATE_AWAY,
    offline: presenceV1.OperatorState.OPERATOR_STATE_OFFLINE,
  })[state];

/** The whole is asked for this often, should an event have been missed; milliseconds. */
const RECONCILE_MS = 30_000;

interface Known extends Seen {
  version: number;
}

/** Which operators are there, from a copy in this process: asked for whole at the start, kept by events. */
export class Presence implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #sites = new Map<string, Map<string, Known>>();
  readonly #listeners = new Set<PresenceListener>();
  #timer: Repetition | undefined;
  #reading: Promise<void> | undefined;

  constructor(
    private readonly backends: Pick<Backends, 'routing'>,
    private readonly logger: Logger,
  ) {}

  /** Does not wait: until the answer is here nobody counts as online. */
  onApplicationBootstrap(): void {
    const run = () => this.reconcile();
    this.#timer = every({ name: 'operator-presence', ms: RECONCILE_MS, run, logger: this.logger });
  }

  async onModuleDestroy(): Promise<void> {
    await this.#timer?.stop();
    await this.#reading;
  }

  /** Undefined for somebody who has never been there. */
  stateOf(siteId: string, operatorId: string): Seen | undefined {
    return this.#sites.get(siteId)?.get(operatorId);
  }

  /** Everybody of a site who has ever been there. */
  list(siteId: string): Seen[] {
    return [...(this.#sites.get(siteId)?.values() ?? [])];
  }

  onChange(listener: PresenceListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes an event of the bus; others of the topic are left alone. */
  receive({ envelope, body }: presenceV1.PresenceEvent): void {
    if (!envelope || body?.$case !== 'operatorPresenceChanged') return;
    this.#learn(envelope.siteId, { ...body.value, version: envelope.seq });
  }

  /** Asks for the whole: at the start, now and then, and when events may have been missed. */
  reconcile(): Promise<void> {
    return (this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    }));
  }

  async #read(): Promise<void> {
    try {
      const actor = { kind: 'service', id: 'gateway' } as const;
      const { items } = await this.backends.routing.call('listPresence', {}, { actor, deadlineMs: 5_000 });
      for (const item of items) this.#learn(item.siteId, item);
    } catch (error) {
      // `routing` is away: what is known stays, and the next try comes by itself.
      this.logger.warn({ err: error }, 'the presence of operators could not be read');
    }
  }

  #learn(siteId: string, news: Pick<routingV1.OperatorPresence, 'operatorId' | 'state' | 'since' | 'version'>): void {
    const state = stateName(news.state);
    if (!state) return;
    let site = this.#sites.get(siteId);
    if (!site) this.#sites.set(siteId, (site = new Map()));
    const before = site.get(news.operatorId);
    const expired = before?.version === news.version && state === 'offline';
    if (before && news.version <= before.version && !expired) return;
    const since = news.since ?? new Date();
    site.set(news.operatorId, { operatorId: news.operatorId, state, since, version: news.version });
    if (before?.state === state) return;
    for (const listener of this.#listeners) listener(siteId, news.operatorId, state, since);
  }
}

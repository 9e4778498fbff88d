import type { Bus, ReceivedRecord } from '@beseda/bus';
import { TOPICS, settingsV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import type { ReadinessProbe } from '@beseda/mongo';
import { type Repetition, SYSTEM_CLOCK, every } from '@beseda/timers';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { Counter, Gauge, type Registry } from 'prom-client';
import { keyOfSetting, type SettingKind } from './kinds.js';
import { type SettingsLogger, SILENT } from './logger.js';
import { SettingsCopy } from './settings-copy.js';
import type { SettingsStore } from './settings-store.js';

/** Options of {@link SettingsCopies}. */
export interface SettingsCopiesOptions {
  kinds: readonly SettingKind[];
  bus: Pick<Bus, 'broadcast'>;
  store: SettingsStore;
  /** Every setting of a kind as its owner has it now. */
  snapshot: (kind: SettingKind, signal: AbortSignal) => Promise<settingsV1.Setting[]>;
  registry?: Registry;
  logger?: SettingsLogger;
  /** Pause between two comparisons with the owner, milliseconds (default 600,000). */
  reconcileEveryMs?: number;
  /** How long a start without any copy waits for the owner, milliseconds (default 5,000). */
  firstWaitMs?: number;
}

const RECONCILE_EVERY_MS = 600_000;
const FIRST_WAIT_MS = 5_000;
const BACKOFF = { firstMs: 200, longestMs: 5_000 };

/**
 * A service's copies of settings that `admin` owns. They are read from memory, so no call to another service sits on the
 * path of a message. They come from the store (a start without the owner works), from events as they happen, and from the
 * owner's snapshot at start, every 10 minutes and whenever events may have been missed. The highest version wins, so the
 * order in which these arrive does not matter.
 */
export class SettingsCopies implements OnModuleInit, OnApplicationShutdown {
  readonly #options: SettingsCopiesOptions;
  readonly #logger: SettingsLogger;
  readonly #copies = new Map<SettingKind, SettingsCopy<SettingKind>>();
  readonly #stop = new AbortController();
  readonly #readyWaiters: (() => void)[] = [];
  readonly #metrics: { reconciled: Gauge; failures: Counter } | undefined;
  /** Kinds the store is known to know. */
  readonly #marked = new Set<string>();
  #feed: { close(): Promise<void> } | undefined;
  #comparison: Repetition | undefined;
  #reconciling: Promise<void> | undefined;

  constructor(options: SettingsCopiesOptions) {
    this.#options = options;
    this.#logger = options.logger ?? SILENT;
    for (const kind of options.kinds) this.#copies.set(kind, new SettingsCopy(kind, this.#logger));
    this.#metrics = options.registry && metricsIn(options.registry);
  }

  /** The copy of one kind. @throws TypeError when the kind is not among the service's. */
  of<K extends SettingKind>(kind: K): SettingsCopy<K> {
    const copy = this.#copies.get(kind);
    if (!copy) throw new TypeError(`this service keeps no copy of the settings "${kind}"`);
    return copy as unknown as SettingsCopy<K>;
  }

  /** Whether a whole copy of every kind is there, be it an old one. */
  get ready(): boolean {
    return [...this.#copies.values()].every((copy) => copy.known);
  }

  /** Resolves when {@link ready}. */
  whenReady(): Promise<void> {
    if (this.ready) return Promise.resolve();
    return new Promise((resolve) => this.#readyWaiters.push(resolve));
  }

  readiness(): ReadinessProbe {
    return {
      name: 'settings',
      check: async () => {
        if (!this.ready) throw appError('UNAVAILABLE', 'The settings have not been read yet.');
      },
    };
  }

  /** Loads, listens, asks the owner. Waits for the owner (≤ 5 s) only when nothing was stored. */
  async start(): Promise<void> {
    await this.#load();
    this.#feed = await this.#options.bus.broadcast({
      topics: [TOPICS.settings.name],
      handler: (record) => this.#receive(record),
      onResync: () => this.#comparison?.wake(),
    });
    this.#comparison = this.#reconcileForEver();
    if (!this.ready) await this.#firstWait();
  }

  /** Compares with the owner now; calls that come meanwhile share it. @throws what the snapshot throws. */
  reconcile(): Promise<void> {
    this.#reconciling ??= this.#reconcileAll().finally(() => (this.#reconciling = undefined));
    return this.#reconciling;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#feed?.close();
    await this.#comparison?.stop();
  }

  onModuleInit(): Promise<void> {
    return this.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  async #load(): Promise<void> {
    for (const setting of await this.#options.store.load()) {
      const copy = this.#copies.get(setting.kind as SettingKind);
      copy?.apply(setting, true);
      copy?.markKnown();
    }
    // A kind may have no settings at all; that it is known to have none was kept by itself.
    for (const kind of await this.#options.store.knownKinds()) {
      this.#copies.get(kind as SettingKind)?.markKnown();
      this.#marked.add(kind);
    }
    this.#tellReady();
  }

  #tellReady(): void {
    if (this.ready) for (const resolve of this.#readyWaiters.splice(0)) resolve();
  }

  async #receive(record: ReceivedRecord): Promise<void> {
    const setting = settingsV1.Setting.decode(record.value);
    const copy = this.#copies.get(setting.kind as SettingKind);
    if (copy?.apply(setting, false)) await this.#storeAll(copy);
  }

  async #firstWait(): Promise<void> {
    const timeout = new AbortController();
    const signal = AbortSignal.any([timeout.signal, this.#stop.signal]);
    await Promise.race([this.whenReady(), SYSTEM_CLOCK.sleep(this.#options.firstWaitMs ?? FIRST_WAIT_MS, signal)]);
    timeout.abort();
    if (!this.ready) this.#logger.warn({}, 'started without settings; the service is ready when it has read them');
  }

  #reconcileForEver(): Repetition {
    return every({
      name: 'settings',
      ms: this.#options.reconcileEveryMs ?? RECONCILE_EVERY_MS,
      jitter: 0.2,
      backoff: BACKOFF,
      run: (stop) =>
        this.reconcile().catch((error: unknown) => {
          // The owner is away: the copies are as good as before. At the end of the service it is no failure.
          if (!stop.aborted) throw error;
        }),
      failed: 'the settings could not be compared with their owner',
      logger: this.#logger,
      onFailure: () => this.#metrics?.failures.inc(),
    });
  }

  async #reconcileAll(): Promise<void> {
    for (const copy of this.#copies.values()) {
      const before = copy.all();
      const settings = await this.#snapshot(copy.kind);
      for (const setting of settings) copy.apply(setting, false);
      await this.#forgetUnknown(copy, before, settings);
      copy.markKnown();
      this.#tellReady();
      this.#metrics?.reconciled.set({ kind: copy.kind }, Date.now() / 1_000);
      await this.#storeAll(copy);
      await this.#markKnown(copy.kind);
    }
  }

  async #markKnown(kind: SettingKind): Promise<void> {
    if (this.#marked.has(kind)) return;
    if (await this.#stored({ kind, id: '' }, () => this.#options.store.markKnown(kind))) this.#marked.add(kind);
  }

  /** A snapshot, given up at once when the service stops, even if the call does not heed the signal. */
  #snapshot(kind: SettingKind): Promise<settingsV1.Setting[]> {
    const { signal } = this.#stop;
    return new Promise((resolve, reject) => {
      const stop = (): void => reject(appError('UNAVAILABLE', 'The service stops.'));
      if (signal.aborted) return stop();
      signal.addEventListener('abort', stop, { once: true });
      this.#options
        .snapshot(kind, signal)
        .then(resolve, reject)
        .finally(() => signal.removeEventListener('abort', stop));
    });
  }

  /** Settings the owner does not know any more (its database was restored from a backup). Deleted ones it would list. */
  async #forgetUnknown(
    copy: SettingsCopy<SettingKind>,
    before: settingsV1.Setting[],
    settings: settingsV1.Setting[],
  ): Promise<void> {
    const listed = new Set(settings.map(({ siteId, id }) => keyOfSetting(copy.kind, siteId, id)));
    for (const setting of before) {
      if (listed.has(keyOfSetting(copy.kind, setting.siteId, setting.id)) || !copy.forget(setting)) continue;
      this.#logger.warn({ kind: copy.kind, id: setting.id }, 'a setting is unknown to its owner and was forgotten');
      await this.#stored(setting, () => this.#options.store.remove(setting));
    }
  }

  async #storeAll(copy: SettingsCopy<SettingKind>): Promise<void> {
    for (const setting of copy.unstored()) {
      if (await this.#stored(setting, () => this.#options.store.save(setting))) copy.markStored(setting);
    }
  }

  async #stored(setting: Pick<settingsV1.Setting, 'kind' | 'id'>, write: () => Promise<void>): Promise<boolean> {
    try {
      await write();
      return true;
    } catch (error) {
      // The copy in memory is right; the stored one catches up with the next event or comparison.
      this.#logger.warn({ kind: setting.kind, id: setting.id, err: error }, 'a copy of a setting could not be stored');
      return false;
    }
  }
}

function metricsIn(registry: Registry): { reconciled: Gauge; failures: Counter } {
  const registers = [registry];
  return {
    reconciled: new Gauge({
      name: 'beseda_settings_reconciled_timestamp_seconds',
      help: 'When the copies were last compared with their owner, seconds since 1970',
      labelNames: ['kind'],
      registers,
    }),
    failures: new Counter({
      name: 'beseda_settings_reconcile_failures_total',
      help: 'Comparisons with the owner that failed and were repeated',
      registers,
    }),
  };
}

import { AppError, appError } from '@beseda/errors';
import { toMongoAppError } from '@beseda/mongo';
import { type Repetition, SYSTEM_CLOCK, every } from '@beseda/timers';
import { outsideSpans } from '@beseda/tracing';
import type { BeforeApplicationShutdown, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { Lanes } from './lanes.js';
import { OutboxMetrics } from './metrics.js';
import type { Shape } from './shape.js';
import type { OutboxStore } from './store.js';
import { OutboxAlarm, type OutboxLogger, type OutboxRecord, type Publisher } from './types.js';

/** Options common to every outbox. */
export interface OutboxOptions {
  /** Names it in logs and metrics: `dialogs`. */
  name: string;
  bus: Publisher;
  registry?: Registry;
  logger?: OutboxLogger;
  /** Aggregates handed on side by side (default 16). */
  concurrency?: number;
  /** Age from which the sweeper takes an outbox that nobody has drained, milliseconds (default 500). */
  staleMs?: number;
  /** Pause between two sweeps, milliseconds (default 500; it grows to 5 s while sweeps fail). */
  sweepEveryMs?: number;
}

/** Longest pause between sweeps during an outage, milliseconds. */
const LONGEST_PAUSE_MS = 5_000;
/** A sweep that only meets failures gives up after so many: the bus or the database is down, not one aggregate damaged. */
const GIVE_UP_AFTER = 32;
/** How long shutdown waits for what is being handed on, milliseconds. The rest is swept at the next start. */
const DRAIN_MS = 5_000;

const SILENT: OutboxLogger = { warn: () => undefined, error: () => undefined };

/** What one sweep did. */
export interface SweepReport {
  handedOn: number;
  failed: number;
}

/**
 * Hands committed events on: timeline, bus, then out of the outbox, in this order, whole outboxes only. So a later event
 * is never published before an earlier one by any replica; repeats are possible and harmless. What a process leaves
 * undone (a crash, a bus that is down) is swept up by any replica.
 *
 * As a Nest provider it starts and stops with the application.
 */
export class Outbox<D> implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  readonly #options: OutboxOptions;
  readonly #shape: Shape<D>;
  readonly #store: OutboxStore<D>;
  readonly #metrics: OutboxMetrics;
  readonly #logger: OutboxLogger;
  readonly #lanes: Lanes<D>;
  readonly #halted = new Set<string>();
  readonly #stop = new AbortController();
  #sweeper: Repetition | undefined;

  constructor(options: OutboxOptions, shape: Shape<D>, store: OutboxStore<D>) {
    this.#options = options;
    this.#shape = shape;
    this.#store = store;
    this.#metrics = new OutboxMetrics(options.name, options.registry);
    this.#logger = options.logger ?? SILENT;
    this.#lanes = new Lanes(
      options.concurrency ?? 16,
      (document) => shape.versionOf(document),
      // Lanes run on behalf of many; each record names its own span.
      (document, handedOn) => outsideSpans(() => this.#handOn(document, handedOn)),
    );
  }

  /**
   * Hands on what a commit left in the outbox. Call it right after the commit with the whole post-image. It returns at
   * once and never throws: what fails is left to the sweeper.
   */
  drain(postImage: D): void {
    if (this.#stop.signal.aborted) return;
    void this.#submit(postImage);
  }

  /** Starts sweeping: at once, then again and again. */
  start(): void {
    this.#sweeper ??= this.#sweepForEver();
  }

  /** Sweeps once, now. */
  async sweepNow(): Promise<SweepReport> {
    const report: SweepReport = { handedOn: 0, failed: 0 };
    const cutoff = Date.now() - (this.#options.staleMs ?? 500);
    const running = new Set<Promise<void>>();
    let oldest: Date | undefined;
    for await (const { id, since } of this.#store.stale(new Date(cutoff))) {
      oldest ??= since;
      if (this.#stop.signal.aborted || (report.handedOn === 0 && report.failed >= GIVE_UP_AFTER)) break;
      if (this.#halted.has(id) || this.#lanes.has(id)) continue;
      const one: Promise<void> = this.#sweepOne(id, report).finally(() => running.delete(one));
      running.add(one);
      if (running.size >= (this.#options.concurrency ?? 16)) await Promise.race(running);
    }
    await Promise.all(running);
    this.#metrics.age(oldest ? Date.now() - oldest.getTime() : 0);
    return report;
  }

  /** Resolves when nothing is being handed on. */
  whenIdle(): Promise<void> {
    return this.#lanes.whenIdle();
  }

  /** Aggregates whose events are no longer handed on: damage or a defect that somebody must look at. */
  halted(): string[] {
    return [...this.#halted];
  }

  /** Waits until what was given to {@link drain} is handed on, or until the time is over (the sweeper has the rest). */
  async drainAll(timeoutMs = DRAIN_MS): Promise<void> {
    const timeout = new AbortController();
    await Promise.race([this.whenIdle(), SYSTEM_CLOCK.sleep(timeoutMs, timeout.signal, true)]);
    timeout.abort();
  }

  /** Hands on what is left, stops the sweeper, takes nothing more. */
  async close(): Promise<void> {
    await this.drainAll();
    this.#stop.abort();
    await this.#sweeper?.stop();
  }

  onApplicationBootstrap(): void {
    this.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.drainAll();
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  #submit(document: D): Promise<boolean> {
    const id = this.#shape.idOf(document);
    if (this.#halted.has(id)) return Promise.resolve(false);
    return this.#lanes.submit(id, document);
  }

  async #handOn(document: D, handedOn: number): Promise<number> {
    try {
      const handover = this.#shape.handover(document, handedOn);
      await this.#store.record(document, handover.events);
      const records = handover.records();
      if (records.length > 0) await this.#publish(records);
      await this.#store.confirm(document, handover.upTo);
      this.#metrics.drained(records.length);
      return handover.upTo;
    } catch (error) {
      // Damage halts the aggregate; anything else is repeated by the sweeper. Either way the lane is told.
      this.#report(this.#shape.idOf(document), error);
      throw error;
    }
  }

  async #publish(records: OutboxRecord[]): Promise<void> {
    try {
      await this.#options.bus.publish(records);
    } catch (error) {
      // A bus that says "never" must not be asked for ever, and nothing behind this event may overtake it.
      if (!(error instanceof AppError) || error.retryable) throw error;
      throw new OutboxAlarm('refused', `the bus refuses an event of ${records[0]?.key ?? 'nothing'}`, error);
    }
  }

  #report(aggregate: string, error: unknown): void {
    const fields = { outbox: this.#options.name, aggregate, err: toMongoAppError(error) };
    if (!(error instanceof OutboxAlarm)) {
      this.#metrics.failed();
      this.#logger.warn(fields, 'events could not be handed on; the sweeper repeats it');
      return;
    }
    this.#halted.add(aggregate);
    this.#metrics.alarmed(error.reason);
    this.#logger.error({ ...fields, reason: error.reason }, 'ALARM: events of this aggregate are no longer handed on');
  }

  async #sweepOne(id: string, report: SweepReport): Promise<void> {
    let success = false;
    try {
      const document = await this.#store.load(id);
      success = document === undefined || (await this.#submit(document));
    } catch (error) {
      // The document could not be read: an outage, repeated by the next sweep.
      this.#report(id, error);
    }
    report[success ? 'handedOn' : 'failed'] += 1;
  }

  #sweepForEver(): Repetition {
    const ms = this.#options.sweepEveryMs ?? 500;
    return every({
      name: `outbox ${this.#options.name}`,
      ms,
      // Replicas that started together do not keep sweeping together.
      jitter: 0.4,
      backoff: { firstMs: 2 * ms, longestMs: LONGEST_PAUSE_MS },
      run: async () => {
        const { failed } = await this.sweepNow();
        if (failed > 0) throw appError('UNAVAILABLE', `${failed} could not be handed on.`);
      },
      failed: 'the outbox sweep failed',
      logger: {
        warn: ({ err, ...fields }: { err?: unknown }, message) =>
          this.#logger.warn({ ...fields, err: toMongoAppError(err) }, message),
      },
    });
  }
}

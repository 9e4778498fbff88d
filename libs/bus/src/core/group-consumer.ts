import { type Repetition, every } from '@beseda/timers';
import type { AdapterConsumer, Assignment, Batch, ConsumerSink, Position } from '../adapter.js';
import { partitionOf } from '../partition.js';
import type { ParkedKey, ReceivedRecord, ReplayReport, SubscribeOptions } from '../port.js';
import { Attempts, type Outcome } from './attempts.js';
import { ABORT_GRACE_MS, KeyLanes } from './lanes.js';
import type { Measured } from './metrics.js';
import { PartitionState } from './partition-state.js';
import type { ConsumerParts, GroupTopic } from './parts.js';

const DEFAULTS = { lanes: 32, window: 1_000, drainMs: 5_000, replayEveryMs: 600_000 } as const;
/** Progress is committed this often, milliseconds: what a crash repeats at most, apart from the lanes' disorder. */
const COMMIT_EVERY_MS = 100;
/** While something is parked, it is looked this often whether somebody asked for a replay; milliseconds. */
const LOOK_FOR_REQUEST_MS = 3_000;

/** Reads one topic for one group: lanes by key, retries, parking, commit of what is finished without a gap. */
export class GroupConsumer implements ConsumerSink, Measured {
  readonly group: string;
  readonly topic: string;
  readonly #lanes: KeyLanes;
  readonly #attempts: Attempts;
  readonly #closing = new AbortController();
  #partitions = new Map<number, PartitionState>();
  #generation = 0;
  /** Parked keys of the partitions held; known once `#parkedKnown` has resolved. */
  #parked = new Set<string>();
  #parkedKnown: Promise<void> = Promise.resolve();
  #consumer: AdapterConsumer | undefined;
  #commitTimer: NodeJS.Timeout | undefined;
  #committing: Promise<void> = Promise.resolve();
  readonly #replays: Repetition[] = [];
  /** The last replay that somebody asked for and that was begun. */
  #askedAt = new Date(0);

  constructor(
    private readonly parts: ConsumerParts,
    private readonly names: GroupTopic,
    private readonly options: SubscribeOptions,
  ) {
    this.group = names.group;
    this.topic = names.topic;
    this.#lanes = new KeyLanes((error) => parts.onFatal(error));
    this.#attempts = new Attempts(parts, names, options, options.lanes ?? DEFAULTS.lanes, this.#closing.signal);
  }

  async start(): Promise<void> {
    const { fullTopic, group } = this.names;
    this.parts.metrics.add(this);
    this.#consumer = await this.parts.adapter.consume({ topic: fullTopic, group }, this);
    for (const state of this.#partitions.values()) state.throttle(this.#consumer);
    this.#repeat('replay', this.options.replayEveryMs ?? DEFAULTS.replayEveryMs, () => this.#replayQuietly());
    if (this.options.parked.replayAskedAt)
      this.#repeat('replay-request', LOOK_FOR_REQUEST_MS, () => this.#replayIfAsked());
  }

  assigned(assignment: Assignment): readonly Position[] {
    this.revoked();
    if (this.#closing.signal.aborted) return [];
    this.#generation = assignment.generation;
    const window = this.options.window ?? DEFAULTS.window;
    this.#partitions = new Map(assignment.partitions.map((p) => [p, new PartitionState(p, window)]));
    this.#parkedKnown = this.#loadParked(this.#partitions);
    void this.#parkedKnown.then(() => this.#replayQuietly());
    return [];
  }

  revoked(): void {
    for (const state of this.#partitions.values()) state.retire('the partition was given to another member');
    this.#partitions = new Map();
    this.#parked = new Set();
  }

  records(generation: number, batch: Batch): void {
    const state = this.#partitions.get(batch.partition);
    if (!state || generation !== this.#generation || this.#closing.signal.aborted) return;
    for (const raw of batch.records) {
      const record = { ...raw, topic: this.topic };
      state.progress.take(record.offset);
      this.#lanes.run(record.key, () => this.#process(state, record));
    }
    if (this.#consumer) state.throttle(this.#consumer);
  }

  positionLost(partition: number): void {
    this.parts.logger.error({ ...this.names, partition }, 'records were deleted before this group read them');
  }

  failed(error: unknown): void {
    this.parts.logger.error({ ...this.names, err: error }, 'the consumer is dead');
    this.parts.onFatal(error);
  }

  get parkedKeys(): number {
    return this.#parked.size;
  }

  async lag(): Promise<number> {
    const { adapter } = this.parts;
    const [marks, committed] = await Promise.all([
      adapter.watermarks(this.names.fullTopic),
      adapter.committed(this.group, this.names.fullTopic),
    ]);
    let lag = 0;
    for (const partition of this.#partitions.keys()) {
      const mark = marks[partition];
      if (mark) lag += mark.high - Math.max(mark.low, committed[partition] ?? 0);
    }
    return lag;
  }

  async listParked(): Promise<ParkedKey[]> {
    return this.options.parked.keys(this.group);
  }

  async replayParked(): Promise<ReplayReport> {
    await this.#parkedKnown;
    const keys = new Map((await this.listParked()).map(({ key, partition }) => [key, partition]));
    // a key emptied by a member that was just losing it may still be remembered here
    for (const key of this.#parked) keys.set(key, keys.get(key) ?? partitionOf(key));
    const held = [...keys].flatMap(([key, partition]) => {
      const state = this.#partitions.get(partition);
      return state ? [{ key, state }] : [];
    });
    const results = await Promise.all(
      held.map(
        ({ key, state }) =>
          new Promise<{ replayed: number; parked: boolean }>((resolve, reject) => {
            // in the lane of the key: new records of it wait until the parked ones are through
            this.#lanes.run(key, () => this.#replayKey(state, key).then(resolve, reject));
          }),
      ),
    );
    return {
      keys: held.length,
      replayed: results.reduce((sum, r) => sum + r.replayed, 0),
      stillParked: results.filter((r) => r.parked).length,
    };
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    // not waited for: a replay under way is in the lanes, which end below
    for (const replay of this.#replays) void replay.stop();
    clearTimeout(this.#commitTimer);
    for (const partition of this.#partitions.keys()) this.#consumer?.pause(partition);
    const drained = await this.#lanes.idleWithin(this.options.drainMs ?? DEFAULTS.drainMs);
    if (!drained)
      this.parts.logger.warn({ ...this.names }, 'handlers did not end in time: their records stay for the next start');
    await this.#commit();
    for (const state of this.#partitions.values()) state.retire('the subscription was closed');
    await this.#lanes.idleWithin(ABORT_GRACE_MS);
    this.parts.metrics.delete(this);
    await this.#consumer?.close();
  }

  #repeat(name: string, ms: number, run: () => Promise<void>): void {
    this.#replays.push(every({ name, ms, later: true, run, logger: this.parts.logger }));
  }

  #mayStart(state: PartitionState): boolean {
    return state.live && !this.#closing.signal.aborted;
  }

  async #process(state: PartitionState, record: ReceivedRecord): Promise<void> {
    await this.#parkedKnown;
    if (!this.#mayStart(state)) return;
    const outcome: Outcome = this.#parked.has(record.key)
      ? { kind: 'parked', reason: this.#attempts.successorReason(record) }
      : await this.#attempts.handle(state, record);
    if (outcome.kind === 'abandoned') return;
    if (outcome.kind === 'parked') {
      const stored = await this.#attempts.store(state, () =>
        this.options.parked.park(this.group, record, outcome.reason),
      );
      if (!stored) return;
      this.#parked.add(record.key);
    }
    this.parts.metrics.handled.inc({ group: this.group, topic: this.topic, outcome: outcome.kind });
    state.progress.finish(record.offset);
    this.#commitSoon();
    if (this.#consumer) state.throttle(this.#consumer);
  }

  async #replayKey(state: PartitionState, key: string): Promise<{ replayed: number; parked: boolean }> {
    const { parked } = this.options;
    for (let replayed = 0; ; replayed++) {
      if (!this.#mayStart(state)) return { replayed, parked: true };
      const found = await this.#attempts.store(state, () => parked.first(this.group, key));
      if (!found) return { replayed, parked: true };
      if (!found.value) {
        this.#parked.delete(key);
        if (replayed > 0) this.parts.logger.info({ ...this.names, key, replayed }, 'a parked key goes on');
        return { replayed, parked: false };
      }
      const { record } = found.value;
      const outcome = await this.#attempts.handle(state, record);
      if (outcome.kind === 'parked')
        await this.#attempts.store(state, () => parked.park(this.group, record, outcome.reason));
      if (outcome.kind !== 'ok') return { replayed, parked: true };
      await this.#attempts.store(state, () => parked.remove(this.group, record));
      this.parts.metrics.handled.inc({ group: this.group, topic: this.topic, outcome: 'replayed' });
    }
  }

  async #replayIfAsked(): Promise<void> {
    if (this.#parked.size === 0 || this.#closing.signal.aborted) return;
    let asked: Date | undefined;
    try {
      asked = await this.options.parked.replayAskedAt?.();
    } catch (error) {
      // the store is out of reach: it is looked again in a moment
      this.parts.logger.warn({ ...this.names, err: error }, 'it could not be seen whether a replay was asked for');
    }
    if (!asked || asked <= this.#askedAt) return;
    this.#askedAt = asked;
    await this.#replayQuietly();
  }

  async #replayQuietly(): Promise<void> {
    if (this.#parked.size === 0 || this.#closing.signal.aborted) return;
    try {
      const report = await this.replayParked();
      this.parts.logger.info({ ...this.names, ...report }, 'parked keys were tried again');
    } catch (error) {
      // the store is out of reach: the next round tries again
      this.parts.logger.warn({ ...this.names, err: error }, 'parked keys could not be read');
    }
  }

  async #loadParked(partitions: ReadonlyMap<number, PartitionState>): Promise<void> {
    const some = partitions.values().next().value;
    if (!some) return;
    const loaded = await this.#attempts.store(some, () => this.options.parked.keys(this.group));
    if (!loaded || !some.live) return;
    this.#parked = new Set(loaded.value.filter((k) => partitions.has(k.partition)).map((k) => k.key));
  }

  #commitSoon(): void {
    if (this.#closing.signal.aborted) return; // `close` commits once at its end
    this.#commitTimer ??= setTimeout(() => {
      this.#commitTimer = undefined;
      void this.#commit();
    }, COMMIT_EVERY_MS);
  }

  /** Commits what is new, one commit at a time, so that an older position can never overtake a newer one. */
  #commit(): Promise<void> {
    this.#committing = this.#committing.then(async () => {
      const generation = this.#generation;
      const due = [...this.#partitions.values()].flatMap((state) => {
        const offset = state.progress.uncommitted();
        return offset === undefined ? [] : [{ state, partition: state.partition, offset }];
      });
      if (due.length === 0 || !this.#consumer) return;
      try {
        await this.#consumer.commit(generation, due);
        for (const { state, offset } of due) state.progress.committed(offset);
      } catch (error) {
        // out of reach, or a rebalance is under way: the next round commits the newest position
        this.parts.logger.warn({ ...this.names, err: error }, 'positions could not be committed');
        this.#commitSoon();
      }
    });
    return this.#committing;
  }
}

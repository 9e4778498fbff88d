import {
  planChoreography,
  type ChoreographyFaults,
  type ChoreographyPlan,
  type ChoreographyRecord,
} from './choreography-plan.js';
import {
  assertExpected,
  assertSentOrder,
  assertSeqOrder,
  eventIdOf,
  firstOnes,
  type ChoreographySeen,
  type ExpectedRecord,
  type RecordedRecord,
} from './choreography-record.js';
import { seededRandom } from './seeded-random.js';
import { until } from './until.js';

/** What the kit needs of a bus: `Bus` of `@beseda/bus` on any adapter. */
export interface ChoreographyBus {
  publish(records: readonly ChoreographyRecord[]): Promise<void>;
  broadcast(options: {
    readonly topics: readonly string[];
    readonly handler: (record: RecordedRecord) => Promise<void> | void;
  }): Promise<{ close(): Promise<void> }>;
}

/** What the kit needs of a log to see how far a group is: `BusAdapter` of `@beseda/bus`. */
export interface ChoreographyLog {
  watermarks(topic: string): Promise<readonly { readonly low: number; readonly high: number }[]>;
  committed(group: string, topic: string): Promise<readonly (number | undefined)[]>;
}

/** A consumer group whose end of work is awaited. */
export interface ChoreographyGroup {
  /** As given to `subscribe`, usually the service's name. */
  readonly group: string;
  readonly topic: string;
}

/** Options of {@link choreography}. */
export interface ChoreographyOptions {
  /** A bus beside the one of the consumer, on the same log; stays open over restarts. */
  readonly bus: ChoreographyBus;
  /** Decides what is left to chance; stands in every error. */
  readonly seed: string | number;
  /** Topics to record beside those of the given records. */
  readonly record?: readonly string[];
  /** The seq inside an event; when given, what is caused must count up by one per key. */
  readonly seqOf?: (record: RecordedRecord) => number | undefined;
  /**
   * Groups that must have committed everything before expectations are looked at, so that nothing can come right by being
   * looked at early. `prefix` is that of the bus.
   */
  readonly settle?: {
    readonly log: ChoreographyLog;
    readonly prefix: string;
    readonly groups: readonly ChoreographyGroup[];
  };
}

/** Faults, and what goes on beside them. */
export interface ChoreographyConditions extends ChoreographyFaults {
  /** Told of records before they are published: the state of their owner, who writes before he tells. */
  readonly beforePublish?: (records: readonly ChoreographyRecord[]) => void;
  /** What users do while the records come. */
  readonly during?: () => Promise<void>;
  /**
   * Published in order behind everything else, for consumers without a group: when the last record of a key shows an effect,
   * all before it have had theirs.
   */
  readonly closing?: readonly ChoreographyRecord[];
}

/** What must become true: an awaited event, or anything that gives true (or gives nothing, as an assertion does). */
export type ChoreographyExpectation =
  ExpectedRecord | ((seen: ChoreographySeen) => boolean | void | Promise<boolean | void>);

/** A test in the making: given → with → expect. */
export interface Choreography {
  given(...records: readonly ChoreographyRecord[]): Choreography;
  with(conditions: ChoreographyConditions): Choreography;
  /**
   * Plays it: publishes by the plan, waits for the groups, then until all expectations hold at once, then checks the orders.
   * @throws Error that names the seed and the expectation that was not met in `timeoutMs` (default 10,000)
   */
  expect(
    expectations: ChoreographyExpectation | readonly ChoreographyExpectation[],
    options?: { readonly timeoutMs?: number },
  ): Promise<ChoreographySeen>;
}

class Play implements ChoreographySeen {
  readonly #recorded: RecordedRecord[] = [];
  readonly #sent: ChoreographyRecord[] = [];
  readonly #sentIds = new Set<string>();
  readonly poisoned: readonly string[];

  constructor(
    private readonly options: ChoreographyOptions,
    private readonly plan: ChoreographyPlan,
    private readonly conditions: ChoreographyConditions,
  ) {
    this.poisoned = plan.poisoned;
  }

  readonly record = (record: RecordedRecord): void => void this.#recorded.push(record);

  published(topic: string): readonly RecordedRecord[] {
    return this.#recorded.filter((record) => record.topic === topic);
  }

  caused(topic: string): readonly RecordedRecord[] {
    return firstOnes(this.published(topic)).filter((record) => !this.#sentIds.has(eventIdOf(record)));
  }

  async run(): Promise<void> {
    const during = this.conditions.during?.();
    let restarted = Promise.resolve();
    during?.catch(() => undefined); // thrown below, when it is awaited
    try {
      for (const { records, restart } of this.plan.steps) {
        if (restart && this.conditions.restart) restarted = restarted.then(this.conditions.restart);
        restarted.catch(() => undefined); // the same
        await this.#publish(records);
      }
    } finally {
      await Promise.all([during, restarted]); // nothing goes on behind a test that has failed
    }
    await this.#publish(this.plan.repeats);
    await this.#publish(this.conditions.closing ?? []);
  }

  async settled(timeoutMs: number): Promise<void> {
    const { log, prefix, groups } = this.options.settle ?? { groups: [], prefix: '', log: undefined };
    for (const { group, topic } of groups) {
      await until(
        async () => {
          const [committed, marks] = await Promise.all([
            log?.committed(`${prefix}${group}.${topic}`, prefix + topic),
            log?.watermarks(prefix + topic),
          ]);
          return marks?.every(({ low, high }, partition) => (committed?.[partition] ?? low) >= high);
        },
        { what: `the group ${group} to have handled all of ${topic}`, timeoutMs, everyMs: 25 },
      );
    }
    const topics = new Set(this.#sent.map(({ topic }) => topic));
    const back = (): number =>
      this.#recorded.filter((r) => topics.has(r.topic) && this.#sentIds.has(eventIdOf(r))).length;
    await until(() => back() >= this.#sent.length, { what: 'the records to come back', timeoutMs });
  }

  async meets(expectations: readonly ChoreographyExpectation[]): Promise<true> {
    for (const expectation of expectations) {
      if (typeof expectation !== 'function') assertExpected(expectation, this);
      else if ((await expectation(this)) === false) throw new Error(`not met: ${expectation.name || 'a predicate'}`);
    }
    return true;
  }

  assertOrders(): void {
    assertSentOrder(this.#sent, this.#recorded);
    const { seqOf } = this.options;
    const caused = this.#recorded.filter((record) => !this.#sentIds.has(eventIdOf(record)));
    if (seqOf) assertSeqOrder(caused, seqOf);
  }

  async #publish(records: readonly ChoreographyRecord[]): Promise<void> {
    if (records.length === 0) return;
    for (const record of records) this.#sentIds.add(eventIdOf(record));
    this.#sent.push(...records);
    this.conditions.beforePublish?.(records);
    await this.options.bus.publish(records);
  }
}

async function played(
  options: ChoreographyOptions,
  given: readonly ChoreographyRecord[],
  conditions: ChoreographyConditions,
  expectations: readonly ChoreographyExpectation[],
  timeoutMs: number,
): Promise<ChoreographySeen> {
  const plan = planChoreography(given, conditions, seededRandom(options.seed));
  const play = new Play(options, plan, conditions);
  const topics = [...new Set([...given.map(({ topic }) => topic), ...(options.record ?? [])])];
  const recorder = await options.bus.broadcast({ topics, handler: play.record });
  try {
    await play.run();
    await play.settled(timeoutMs);
    await until(() => play.meets(expectations), { what: 'the expectations', timeoutMs, everyMs: 25 });
    play.assertOrders();
    return play;
  } finally {
    await recorder.close();
  }
}

/**
 * Tests of consumers on a log: given records are published with faults, then the expected must have happened.
 * Records of one event must share their `ce_id` and different events must not: that is how repeats are known.
 */
export function choreography(options: ChoreographyOptions): Choreography {
  const given: ChoreographyRecord[] = [];
  let conditions: ChoreographyConditions = {};
  const self: Choreography = {
    given: (...records) => {
      given.push(...records);
      return self;
    },
    with: (more) => {
      conditions = { ...conditions, ...more };
      return self;
    },
    expect: async (wanted, { timeoutMs = 10_000 } = {}) => {
      const expectations: readonly ChoreographyExpectation[] = [wanted].flat();
      try {
        return await played(options, given, conditions, expectations, timeoutMs);
      } catch (error) {
        // whatever went wrong: with the seed it can be played again
        const message = error instanceof Error ? error.message : String(error);
        throw new Error(`choreography with seed ${options.seed}: ${message}`, { cause: error });
      }
    },
  };
  return self;
}

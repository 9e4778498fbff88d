import type { BusRecord, ReceivedRecord } from './port.js';

/** A position in one partition. */
export interface Position {
  readonly partition: number;
  /** The next record to read. */
  readonly offset: number;
}

/** What the log holds of one partition. */
export interface Watermarks {
  /** Offset of the oldest record that is still there (= `high` when there is none). */
  readonly low: number;
  /** Offset the next appended record will get. */
  readonly high: number;
}

/** Records of one partition, in order. */
export interface Batch {
  readonly partition: number;
  readonly records: readonly ReceivedRecord[];
}

/** Partitions a member holds from now on. */
export interface Assignment {
  /** Grows at every join of this member; calls that name an older one are ignored. */
  readonly generation: number;
  readonly partitions: readonly number[];
}

/** What the core offers to an adapter. None of these calls waits for handlers. */
export interface ConsumerSink {
  /**
   * A new generation has begun: everything of earlier ones is void, also for partitions that are kept. Reading starts at
   * the positions given back; partitions without one start at the committed offset of the group, else at the earliest record.
   */
  assigned(assignment: Assignment): readonly Position[];
  /** The generation has ended and the next is not known yet: nothing of it may start or be committed any more. */
  revoked(): void;
  /** Records read. After `pause` a batch that was already on its way may still come. */
  records(generation: number, batch: Batch): void;
  /** The wanted position is no longer in the log; reading goes on at the earliest record. */
  positionLost(partition: number): void;
  /** The consumer is dead and will not come back by itself. */
  failed(error: unknown): void;
}

/** A member of a consumer group, or a lone reader. */
export interface AdapterConsumer {
  /** Commits positions (next record to read) for the group. Ignored when the generation is over. */
  commit(generation: number, positions: readonly Position[]): Promise<void>;
  /** Stops delivery of a partition in this generation. */
  pause(partition: number): void;
  resume(partition: number): void;
  /** Leaves the group. Nothing is delivered afterwards. */
  close(): Promise<void>;
}

/** What to read. */
export interface ConsumeOptions {
  readonly topic: string;
  /**
   * Group whose members share the partitions; undefined: a lone reader of all partitions that commits nothing, whose
   * positions all come from {@link ConsumerSink.assigned}.
   */
  readonly group: string | undefined;
}

/**
 * All that a log has to supply: append, fetch, commit, seek (by the positions given back on assignment), watermarks.
 * Topics and groups are full names here. Partition of a key: `partitionOf(key, count)`, the same on every log.
 */
export interface BusAdapter {
  /** Appends in order; resolves when the records will survive the end of this process. Implementations may gather calls. */
  append(records: readonly BusRecord[]): Promise<void>;
  /** Joins; resolves after the first assignment has been delivered. */
  consume(options: ConsumeOptions, sink: ConsumerSink): Promise<AdapterConsumer>;
  /** Per partition, indexed by its number. */
  watermarks(topic: string): Promise<readonly Watermarks[]>;
  /** Committed positions per partition; undefined where the group has none. */
  committed(group: string, topic: string): Promise<readonly (number | undefined)[]>;
  close(): Promise<void>;
}

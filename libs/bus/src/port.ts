/** A fact as it is put on the bus. */
export interface BusRecord {
  /** Topic without the installation's prefix, e.g. `beseda.dialogs.v1`. */
  readonly topic: string;
  /** Records of one key keep their order; it decides the partition. */
  readonly key: string;
  /** The event, encoded (protobuf). */
  readonly value: Uint8Array;
  /** CloudEvents attributes and tracing: `ce_id`, `ce_type`, `ce_source`, `ce_time`, `ce_subject`, `traceparent`, `correlation_id`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A record as it comes back from the log. */
export interface ReceivedRecord extends BusRecord {
  readonly partition: number;
  /** Position inside the partition; grows, may have gaps. */
  readonly offset: number;
  /** When it was appended, milliseconds since 1970. */
  readonly timestamp: number;
}

/** What a handler is told beside the record. */
export interface HandlerContext {
  /** Aborted when the partition was given to another replica or when draining took too long: stop, nothing will be committed. */
  readonly signal: AbortSignal;
  /** 1 for the first try, then counting up. */
  readonly attempt: number;
}

/** Handles one record. A retryable error repeats it for ever, any other error parks its key. */
export type RecordHandler = (record: ReceivedRecord, context: HandlerContext) => Promise<void> | void;

/** A key of a group whose records are set aside. */
export interface ParkedKey {
  readonly topic: string;
  readonly key: string;
  readonly partition: number;
  /** Records set aside: the one that failed and its successors. */
  readonly count: number;
}

/** Why a record was set aside. */
export interface ParkedReason {
  /** Code of an `AppError`, or the error's name. */
  readonly code: string;
  readonly message: string;
  /** The record failed itself (`error`) or only follows one of its key that did (`successor`). */
  readonly kind: 'error' | 'successor';
}

/** A record that was set aside. */
export interface ParkedRecord {
  readonly record: ReceivedRecord;
  readonly reason: ParkedReason;
}

/**
 * Where a service keeps the records it cannot handle. `group` is the full name of the consumer group, which contains the
 * topic. Any error of a store is taken as an outage: the core repeats the call until it works.
 */
export interface ParkedStore {
  /**
   * Stores a record durably. The same record (group, partition, offset) again is no second one: only its reason is
   * replaced, and only by one of the kind `error`.
   */
  park(group: string, record: ReceivedRecord, reason: ParkedReason): Promise<void>;
  /** All parked keys of a group. */
  keys(group: string): Promise<ParkedKey[]>;
  /** The record of this key with the lowest offset. */
  first(group: string, key: string): Promise<ParkedRecord | undefined>;
  /** Forgets a record that has now been handled. */
  remove(group: string, record: ReceivedRecord): Promise<void>;
  /** When somebody last asked that parked keys be tried again now; undefined: never, or the store cannot be asked. */
  replayAskedAt?(): Promise<Date | undefined>;
}

/** Options of {@link Bus.subscribe}. */
export interface SubscribeOptions {
  /** Usually the service's name; on the log there is one group per topic: `<prefix><group>.<topic>`. A new group starts at the earliest record. */
  readonly group: string;
  readonly topics: readonly string[];
  readonly handler: RecordHandler;
  /** Where records with permanent errors go. */
  readonly parked: ParkedStore;
  /** Handlers running at once per topic (default 32). */
  readonly lanes?: number;
  /** Records of a partition between the oldest unfinished and the newest taken one, beyond which the partition is paused (default 1,000). */
  readonly window?: number;
  /** How long `close` waits for running handlers before it aborts their signal, milliseconds (default 5,000). */
  readonly drainMs?: number;
  /** How often parked keys are tried again, milliseconds (default 600,000 = 10 minutes). */
  readonly replayEveryMs?: number;
}

/** What a replay of parked keys did. */
export interface ReplayReport {
  /** Keys that were tried (those whose partitions this replica holds). */
  readonly keys: number;
  /** Records handled. */
  readonly replayed: number;
  /** Keys that are still parked, because their next record failed again. */
  readonly stillParked: number;
}

/** A running group member. */
export interface Subscription {
  /** Tries all parked keys again, each in order, in turn with its new records. */
  replayParked(): Promise<ReplayReport>;
  parkedKeys(): Promise<ParkedKey[]>;
  /** Records appended and not committed by the group, in the partitions this replica holds. */
  lag(): Promise<number>;
  /** Takes nothing new, lets running handlers finish, commits, leaves the group. */
  close(): Promise<void>;
}

/** Why a broadcast's listener should bring its clients up to date by other means. */
export interface ResyncInfo {
  /** `position-lost`: records were skipped; `handler-failed`: the handler threw for a record of `key`. */
  readonly reason: 'position-lost' | 'handler-failed';
  readonly topic: string;
  readonly key?: string;
}

/** Options of {@link Bus.broadcast}. */
export interface BroadcastOptions {
  readonly topics: readonly string[];
  /** Is not repeated when it fails: `onResync` is called instead. */
  readonly handler: (record: ReceivedRecord, context: { readonly signal: AbortSignal }) => Promise<void> | void;
  readonly onResync?: (info: ResyncInfo) => void;
  /** Handlers running at once per topic (default 32). */
  readonly lanes?: number;
  /** As in {@link SubscribeOptions}. */
  readonly window?: number;
}

/** The bus as services see it. */
export interface Bus {
  /**
   * Appends records; resolves when the log has them. Records of one call keep their order per key.
   * @throws a retryable AppError when the log cannot be reached; the records may have been appended (repeat: at least once).
   */
  publish(records: readonly BusRecord[]): Promise<void>;
  /** At least once, in order per key, parallel across keys; retryable errors are repeated for ever, permanent ones park their key. */
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /**
   * Every caller gets every record appended after this promise has resolved; nothing is committed. In order per key.
   * For state that is only kept in memory, such as sockets.
   */
  broadcast(options: BroadcastOptions): Promise<{ close(): Promise<void> }>;
  /** Closes all subscriptions (each drains), then the connection to the log. */
  close(): Promise<void>;
}

/** The part of a logger the bus uses; pino's loggers fit. */
export interface BusLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

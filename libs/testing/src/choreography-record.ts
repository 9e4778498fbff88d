import { streamsOf, type ChoreographyRecord } from './choreography-plan.js';

/** A record as it came back from the log. */
export interface RecordedRecord extends ChoreographyRecord {
  readonly partition: number;
  readonly offset: number;
}

/** What the log has been seen to hold since the choreography began, oldest first per key. */
export interface ChoreographySeen {
  /** Everything on a topic, the given records included. */
  published(topic: string): readonly RecordedRecord[];
  /** What others published on a topic because of the given records: each event once, however often it came. */
  caused(topic: string): readonly RecordedRecord[];
  /** Keys of the poison that was sent, each once. */
  readonly poisoned: readonly string[];
}

/** An event that is awaited. */
export interface ExpectedRecord {
  readonly topic: string;
  readonly key?: string;
  /** Its `ce_type`. */
  readonly type?: string;
  readonly where?: (record: RecordedRecord) => boolean;
  /** How many different ones (default 1); more are an error, 0: none may come. Repeats of one event count once. */
  readonly count?: number;
}

/** An event's identity: repeats carry the same. */
export const eventIdOf = ({ headers, topic, key }: ChoreographyRecord): string =>
  `${topic} ${key} ${headers['ce_id'] ?? ''}`;

/** Leaves out repeats. */
export function firstOnes<R extends ChoreographyRecord>(records: readonly R[]): R[] {
  const seen = new Set<string>();
  return records.filter((record) => !seen.has(eventIdOf(record)) && seen.add(eventIdOf(record)));
}

const matches = (expected: ExpectedRecord, record: RecordedRecord): boolean =>
  (expected.key === undefined || record.key === expected.key) &&
  (expected.type === undefined || record.headers['ce_type'] === expected.type) &&
  (expected.where?.(record) ?? true);

/** @throws Error that says what is missing or too much */
export function assertExpected(expected: ExpectedRecord, seen: ChoreographySeen): void {
  const found = seen.caused(expected.topic).filter((record) => matches(expected, record)).length;
  const { topic, key = 'any key', type = 'any type', count = 1 } = expected;
  if (found !== count) throw new Error(`${found} instead of ${count} events on ${topic}, ${key}, ${type}`);
}

/**
 * Given records must come back in the order they were sent, per key, repeats included.
 * @throws Error that names the key
 */
export function assertSentOrder(sent: readonly ChoreographyRecord[], recorded: readonly RecordedRecord[]): void {
  const back = streamsOf(recorded);
  for (const [stream, records] of streamsOf(sent)) {
    const wanted = records.map(eventIdOf);
    const own = new Set(wanted);
    const found = (back.get(stream) ?? []).map(eventIdOf).filter((id) => own.has(id));
    if (found.join('\n') !== wanted.join('\n')) throw new Error(`the log has ${stream} in another order than sent`);
  }
}

/**
 * Per key the seqs of events go up by one; repeats do not count.
 * @throws Error that names the key and its seqs
 */
export function assertSeqOrder(
  records: readonly RecordedRecord[],
  seqOf: (record: RecordedRecord) => number | undefined,
): void {
  for (const [stream, all] of streamsOf(firstOnes(records))) {
    const seqs = all.flatMap((record) => seqOf(record) ?? []);
    if (seqs.some((seq, i) => i > 0 && seq !== (seqs[i - 1] ?? 0) + 1))
      throw new Error(`${stream} was published in the order ${seqs.join(', ')}`);
  }
}

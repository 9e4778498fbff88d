import type { SeededRandom } from './seeded-random.js';

/** A record as buses take it: the shape of `BusRecord` of `@beseda/bus`, which itself is tested with this package. */
export interface ChoreographyRecord {
  readonly topic: string;
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** What happens to the given records on their way, all of it decided by the seed. */
export interface ChoreographyFaults {
  /**
   * Share of the records (0 to 1) that come once more somewhere behind, as publishers repeat after a crash. When it is more
   * than 0, at last the newest record of every key comes once more and then one of its older ones, when restarts are over:
   * what is done twice, and what takes the last record for the newest, shows whatever the seed.
   */
  readonly duplicates?: number;
  /** Keys are mixed; inside a key the order stays as given. */
  readonly reorderAcrossKeys?: boolean;
  /**
   * Records nobody can handle. A number: so many damaged copies of given ones, under keys of their own. Records: those; one
   * whose key is among the given ones comes before them, so that they are its successors.
   */
  readonly poison?: number | readonly ChoreographyRecord[];
  /** Which given records damaged copies are made of (default any): those of types that the consumer reads. */
  readonly poisonable?: (record: ChoreographyRecord) => boolean;
  /** Ends the consumer and starts it again, by whatever means; the publishing goes on meanwhile. */
  readonly restart?: () => Promise<void>;
  /** How many restarts (default 1 when there is a `restart`). */
  readonly restarts?: number;
}

/** Records of one call of `publish`, and whether a restart begins with it. */
export interface ChoreographyStep {
  readonly records: readonly ChoreographyRecord[];
  readonly restart: boolean;
}

/** What is published, in order: the steps while restarts go on, the repeats when the consumer is back. */
export interface ChoreographyPlan {
  readonly steps: readonly ChoreographyStep[];
  readonly repeats: readonly ChoreographyRecord[];
  /** Keys of the poison, each once. */
  readonly poisoned: readonly string[];
}

/** Records of one call at most: enough to put several of a key into one request. */
const MOST_AT_ONCE = 8;
/** Three bytes that no protobuf decoder takes for a field: a varint without its end. */
const DAMAGED = new Uint8Array([255, 255, 255]);

/** What makes a stream whose order counts. */
export const streamOf = ({ topic, key }: ChoreographyRecord): string => `${topic} ${key}`;

/** Lists of records, by topic and key, in order. */
export function streamsOf<R extends ChoreographyRecord>(records: readonly R[]): Map<string, R[]> {
  const streams = new Map<string, R[]>();
  for (const record of records) {
    const stream = streams.get(streamOf(record));
    if (stream) stream.push(record);
    else streams.set(streamOf(record), [record]);
  }
  return streams;
}

/** Mixes the keys; inside a key the order stays. */
function mixed(records: readonly ChoreographyRecord[], random: SeededRandom): ChoreographyRecord[] {
  const streams = streamsOf(records);
  return random.shuffle(records.map(streamOf)).map((stream) => streams.get(stream)?.shift() as ChoreographyRecord);
}

function withDuplicates(records: readonly ChoreographyRecord[], share: number, random: SeededRandom) {
  const out = [...records];
  for (const record of records) {
    if (random.bool(share)) out.splice(random.int(out.lastIndexOf(record) + 1, out.length), 0, record);
  }
  return out;
}

/** Of every key the newest record, then an older one (nothing more when it has none). */
function lateRepeats(records: readonly ChoreographyRecord[], random: SeededRandom): ChoreographyRecord[] {
  const late = [...streamsOf(records).values()].flatMap((all) => {
    const older = all.slice(0, -1);
    return [...all.slice(-1), ...(older.length > 0 ? [random.pick(older)] : [])];
  });
  return mixed(late, random);
}

function poisonOf(
  records: readonly ChoreographyRecord[],
  { poison, poisonable = () => true }: ChoreographyFaults,
  random: SeededRandom,
): readonly ChoreographyRecord[] {
  if (typeof poison !== 'number') return poison ?? [];
  const models = records.filter(poisonable);
  return Array.from({ length: poison }, (_, i) => {
    const model = random.pick(models);
    const key = `poison-${i}-${random.hex(6)}`;
    return { ...model, key, value: DAMAGED, headers: { ...model.headers, ce_id: key, ce_subject: key } };
  });
}

/** Decides everything that is left to chance. The same records, faults and seed give the same plan. */
export function planChoreography(
  given: readonly ChoreographyRecord[],
  faults: ChoreographyFaults,
  random: SeededRandom,
): ChoreographyPlan {
  const duplicates = faults.duplicates ?? 0;
  const ordered = faults.reorderAcrossKeys ? mixed(given, random.fork('order')) : given;
  const records = withDuplicates(ordered, duplicates, random.fork('duplicates'));
  const poison = poisonOf(given, faults, random.fork('poison'));
  const places = random.fork('places');
  for (const bad of poison) {
    const first = records.findIndex((record) => streamOf(record) === streamOf(bad));
    records.splice(first < 0 ? places.int(0, records.length) : first, 0, bad);
  }
  const calls: ChoreographyRecord[][] = [];
  const sizes = random.fork('calls');
  while (records.length > 0) calls.push(records.splice(0, sizes.int(1, MOST_AT_ONCE)));
  const restarts = faults.restart ? Math.min(faults.restarts ?? 1, calls.length) : 0;
  const at = new Set(
    random
      .fork('restarts')
      .shuffle([...calls.keys()])
      .slice(0, restarts),
  );
  return {
    steps: calls.map((call, i) => ({ records: call, restart: at.has(i) })),
    repeats: duplicates > 0 ? lateRepeats(given, random.fork('repeats')) : [],
    poisoned: [...new Set(poison.map(({ key }) => key))],
  };
}

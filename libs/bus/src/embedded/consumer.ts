import type { AdapterConsumer, ConsumeOptions, ConsumerSink, Position } from '../adapter.js';
import type { Group, Member } from './group.js';
import type { EmbeddedLog } from './log.js';

/** Records of one partition read in one go. */
const BATCH = 100;
/** Records read in one turn of the event loop: a few milliseconds of work. */
const TURN = 500;

/** Delivers a topic from the log to one member: reads when something was appended, until it has caught up. */
export class EmbeddedConsumer implements AdapterConsumer, Member {
  #generation = 0;
  readonly #positions = new Map<number, number>();
  readonly #paused = new Set<number>();
  #pumping: NodeJS.Immediate | undefined;
  #closed = false;
  readonly #unlisten: () => void;

  constructor(
    private readonly log: EmbeddedLog,
    private readonly options: ConsumeOptions,
    private readonly sink: ConsumerSink,
    private readonly group: Group,
    private readonly onClose: (consumer: EmbeddedConsumer) => void,
  ) {
    this.#unlisten = log.onAppend(options.topic, () => this.#pump());
    group.join(this);
  }

  revoke(): void {
    this.#positions.clear();
    this.#paused.clear();
    this.sink.revoked();
  }

  assign(generation: number, partitions: readonly number[]): void {
    this.#generation = generation;
    const { topic, group } = this.options;
    const starts = new Map(this.sink.assigned({ generation, partitions }).map((p) => [p.partition, p.offset]));
    const committed = group === undefined ? [] : this.log.committed(group, topic);
    const marks = this.log.watermarks(topic);
    for (const partition of partitions) {
      this.#positions.set(partition, starts.get(partition) ?? committed[partition] ?? marks[partition]?.low ?? 0);
    }
    this.#pump();
  }

  commit(generation: number, positions: readonly Position[]): Promise<void> {
    const { topic, group } = this.options;
    if (group !== undefined && !this.#closed && generation === this.#generation)
      this.log.commit(group, topic, positions);
    return Promise.resolve();
  }

  pause(partition: number): void {
    this.#paused.add(partition);
  }

  resume(partition: number): void {
    this.#paused.delete(partition);
    this.#pump();
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    this.#unlisten();
    if (this.#pumping) clearImmediate(this.#pumping);
    this.group.leave(this);
    this.onClose(this);
    return Promise.resolve();
  }

  #pump(): void {
    if (this.#closed || this.#pumping) return;
    this.#pumping = setImmediate(() => {
      this.#pumping = undefined;
      try {
        if (this.#deliver()) this.#pump();
      } catch (error) {
        this.sink.failed(error); // the file can no longer be read: nothing here can mend that
      }
    });
  }

  /** Delivers what there is, batch by batch in turn over the partitions; true when there may be more. */
  #deliver(): boolean {
    const { topic } = this.options;
    const marks = this.log.watermarks(topic);
    let budget = TURN;
    for (const [partition, wanted] of this.#positions) {
      const mark = marks[partition];
      if (!mark || this.#paused.has(partition) || wanted === mark.high) continue;
      if (budget <= 0) return true;
      const from = wanted < mark.low || wanted > mark.high ? mark.low : wanted;
      if (from !== wanted) this.sink.positionLost(partition);
      const records = this.log.read(topic, partition, from, BATCH);
      budget -= records.length;
      // deleted and set again: it stands last now, so this loop comes back to it after the other partitions
      this.#positions.delete(partition);
      this.#positions.set(partition, (records.at(-1)?.offset ?? mark.high - 1) + 1);
      if (records.length > 0) this.sink.records(this.#generation, { partition, records });
    }
    return false;
  }
}

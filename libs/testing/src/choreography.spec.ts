import { describe, expect, it } from '@jest/globals';
import type { ChoreographyRecord } from './choreography-plan.js';
import { choreography, type ChoreographyBus } from './choreography.js';
import type { RecordedRecord } from './choreography-record.js';

const IN = 'in';
const OUT = 'out';
const record = (topic: string, key: string, seq: number): ChoreographyRecord => ({
  topic,
  key,
  value: Uint8Array.of(seq),
  headers: { ce_id: `${topic}-${key}-${seq}`, ce_type: `${topic}.told` },
});
const given = ['a', 'b', 'c'].flatMap((key) => [1, 2, 3].map((seq) => record(IN, key, seq)));
const seqOf = ({ value }: RecordedRecord): number | undefined => value[0];
const faults = { duplicates: 0.5, reorderAcrossKeys: true, poison: 1 };
const fast = { timeoutMs: 200 };

/** A log in memory with one consumer, which reads a record in a later turn of the event loop. */
class Stage implements ChoreographyBus {
  readonly #log: RecordedRecord[] = [];
  readonly #readers = new Set<(record: RecordedRecord) => void>();
  readonly numbers = new Map<string, number>();
  #handled = 0;

  constructor(
    private readonly consume: (stage: Stage, record: RecordedRecord) => void,
    private readonly arrange: (records: readonly ChoreographyRecord[]) => readonly ChoreographyRecord[] = (r) => r,
  ) {}

  async publish(records: readonly ChoreographyRecord[]): Promise<void> {
    for (const one of this.arrange(records)) {
      const stored = { ...one, partition: 0, offset: this.#log.length };
      this.#log.push(stored);
      for (const read of this.#readers) read(stored);
      if (one.topic === IN) setImmediate(() => (this.consume(this, stored), (this.#handled += 1)));
    }
  }

  async broadcast({ topics, handler }: Parameters<ChoreographyBus['broadcast']>[0]) {
    const read = (one: RecordedRecord): void => void (topics.includes(one.topic) && handler(one));
    this.#readers.add(read);
    return { close: async () => void this.#readers.delete(read) };
  }

  readonly watermarks = async () => [{ low: 0, high: this.#log.filter(({ topic }) => topic === IN).length }];
  readonly committed = async () => [this.#handled];
}

/** Keeps the newest number of each key and passes it on once. */
const sound = (stage: Stage, { key, value }: RecordedRecord): void => {
  const seq = value[0] ?? 0;
  if (value.length > 1 || seq <= (stage.numbers.get(key) ?? 0)) return;
  stage.numbers.set(key, seq);
  void stage.publish([record(OUT, key, seq)]);
};
/** Takes whatever comes for the newest. */
const forgetful = (stage: Stage, { key, value }: RecordedRecord): void => {
  if (value.length === 1) stage.numbers.set(key, value[0] ?? 0);
};

const play = (stage: Stage, seed = 'seed') =>
  choreography({
    bus: stage,
    seed,
    record: [OUT],
    seqOf,
    settle: { log: stage, prefix: '', groups: [{ group: 'reader', topic: IN }] },
  }).given(...given);
const allAtThree = (stage: Stage) => () => ['a', 'b', 'c'].every((key) => stage.numbers.get(key) === 3);

describe('choreography', () => {
  it('lets a sound consumer pass, whatever the seed', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const stage = new Stage(sound);
      const seen = await play(stage, `seed ${seed}`)
        .with(faults)
        .expect(
          [allAtThree(stage), { topic: OUT, key: 'a', count: 3 }, { topic: OUT, type: 'out.told', count: 9 }],
          fast,
        );
      expect(seen.poisoned).toHaveLength(1);
      expect(seen.caused(IN)).toEqual([]);
      expect(seen.published(IN).length).toBeGreaterThan(given.length);
    }
  });

  it('fails for a consumer that takes an old record for new, and names the seed', async () => {
    const stage = new Stage(forgetful);
    await expect(play(stage).with(faults).expect(allAtThree(stage), fast)).rejects.toThrow(
      'choreography with seed seed',
    );
    await expect(play(new Stage(forgetful)).expect(() => undefined, fast)).resolves.toBeDefined();
  });

  it('fails when events are missing, too many, or come in another order', async () => {
    const mute = new Stage(() => undefined);
    await expect(play(mute).expect({ topic: OUT, key: 'a', count: 3 }, fast)).rejects.toThrow('0 instead of 3');
    await expect(play(new Stage(sound)).expect({ topic: OUT }, fast)).rejects.toThrow('9 instead of 1');
    const leaping = new Stage((stage, one) => one.value[0] !== 2 && sound(stage, one));
    await expect(play(leaping).expect(() => undefined, fast)).rejects.toThrow('order 1, 3');
  });

  it('fails when the log changes the order of a key', async () => {
    const turned = new Stage(sound, (records) => [...records].reverse());
    await expect(play(turned).expect(() => undefined, fast)).rejects.toThrow('another order than sent');
  });

  it('waits for the group before it looks', async () => {
    const stuck = new Stage(sound);
    Object.assign(stuck, { committed: async () => [undefined] });
    await expect(play(stuck).expect(() => undefined, fast)).rejects.toThrow(
      'the group reader to have handled all of in',
    );
  });

  it('restarts while records go on, waits for what goes on beside, and ends with the closing records', async () => {
    const stage = new Stage(sound);
    const happened: string[] = [];
    const restart = async (): Promise<void> => void happened.push('restart');
    const during = async (): Promise<void> => void happened.push('during');
    const beforePublish = (records: readonly ChoreographyRecord[]): void =>
      void happened.push(...records.filter(({ key }) => key === 'last').map(() => 'closing'));
    await play(stage)
      .with({ restart, restarts: 2, during, beforePublish, closing: [record(IN, 'last', 1)] })
      .expect(() => stage.numbers.get('last') === 1, fast);
    expect(happened).toEqual(['during', 'restart', 'restart', 'closing']);
    const broken = { restart: () => Promise.reject(new Error('does not come up')) };
    await expect(
      play(new Stage(sound))
        .with(broken)
        .expect(() => undefined, fast),
    ).rejects.toThrow('does not come up');
  });
});

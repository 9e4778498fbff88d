import { describe, expect, it } from '@jest/globals';
import { planChoreography, streamsOf, type ChoreographyFaults, type ChoreographyRecord } from './choreography-plan.js';
import { seededRandom } from './seeded-random.js';

const record = (key: string, seq: number): ChoreographyRecord => ({
  topic: 't',
  key,
  value: Uint8Array.of(seq),
  headers: { ce_id: `${key}-${seq}`, ce_type: seq === 1 ? 'made' : 'moved' },
});
const given = ['a', 'b', 'c'].flatMap((key) => [1, 2, 3, 4].map((seq) => record(key, seq)));
const idsOf = (records: readonly ChoreographyRecord[]): (string | undefined)[] =>
  records.map(({ headers }) => headers['ce_id']);
const plan = (faults: ChoreographyFaults, seed = 'seed') => planChoreography(given, faults, seededRandom(seed));
const sent = (faults: ChoreographyFaults, seed?: string) => plan(faults, seed).steps.flatMap(({ records }) => records);
const firsts = (records: readonly ChoreographyRecord[]) => [...new Set(records)];
const seeds = Array.from({ length: 50 }, (_, i) => `seed ${i}`);

describe('planChoreography', () => {
  it('without faults sends what is given, in a few calls', () => {
    expect(sent({})).toEqual(given);
    expect(plan({})).toMatchObject({ repeats: [], poisoned: [] });
    expect(plan({}).steps.every(({ records, restart }) => records.length > 0 && !restart)).toBe(true);
  });

  it('is decided by the seed', () => {
    const faults = { duplicates: 0.5, reorderAcrossKeys: true, poison: 2, restart: () => Promise.resolve() };
    expect(plan(faults)).toEqual(plan(faults));
    expect(plan(faults)).not.toEqual(plan(faults, 'another'));
  });

  it('mixes keys and keeps each in order', () => {
    for (const seed of seeds) {
      const records = sent({ reorderAcrossKeys: true }, seed);
      expect(idsOf(records)).not.toEqual(idsOf(given));
      expect(streamsOf(records)).toEqual(
        new Map([...streamsOf(records).keys()].map((s) => [s, streamsOf(given).get(s)])),
      );
    }
  });

  it('repeats records behind themselves, and at last the newest of each key and an older one', () => {
    for (const seed of seeds) {
      const { steps, repeats } = plan({ duplicates: 0.5 }, seed);
      const records = steps.flatMap((step) => step.records);
      expect(firsts(records)).toEqual(given);
      expect(records.length).toBeGreaterThan(given.length);
      expect([...streamsOf(repeats).keys()].sort()).toEqual([...streamsOf(given).keys()].sort());
      for (const [newest, older, ...more] of streamsOf(repeats).values()) {
        expect([newest?.value[0], (older?.value[0] ?? 4) < 4, more]).toEqual([4, true, []]);
      }
    }
  });

  it('puts damaged copies under keys of their own, of the types asked for', () => {
    for (const seed of seeds) {
      const faults = { poison: 2, poisonable: (r: ChoreographyRecord) => r.headers['ce_type'] === 'moved' };
      const { steps, poisoned } = plan(faults, seed);
      const bad = steps.flatMap(({ records }) => records).filter(({ key }) => key.startsWith('poison'));
      expect(bad.map(({ key }) => key).sort()).toEqual([...poisoned].sort());
      expect(bad.map(({ headers }) => headers['ce_type'])).toEqual(['moved', 'moved']);
      expect(new Set(idsOf([...bad, ...given])).size).toBe(given.length + 2);
    }
  });

  it('puts poison of a given key before all of that key', () => {
    for (const seed of seeds) {
      const bad = { ...record('b', 0), value: Uint8Array.of() };
      const records = sent({ reorderAcrossKeys: true, poison: [bad] }, seed);
      expect(streamsOf(records).get('t b')?.[0]).toBe(bad);
    }
  });

  it('restarts as often as asked, when there is something to restart', () => {
    const restarts = (faults: ChoreographyFaults) => plan(faults).steps.filter(({ restart }) => restart).length;
    const restart = () => Promise.resolve();
    expect(restarts({ restart })).toBe(1);
    expect(restarts({ restart, restarts: 2 })).toBe(2);
    expect(restarts({ restarts: 2 })).toBe(0);
  });
});

import { appError } from '@beseda/errors';
import { type SeededRandom, seededRandom } from '@beseda/testing';
import { describe, expect, it } from '@jest/globals';
import { Outbox } from './outbox.js';
import { eventShape } from './shape.js';
import type { OutboxStore, StaleAggregate } from './store.js';
import { OutboxAlarm, type OutboxAggregate, type OutboxEntry, type OutboxRecord } from './types.js';

type Doc = OutboxAggregate<OutboxEntry>;

/** The database and the bus as all replicas see them. */
class World {
  readonly documents = new Map<string, Doc>();
  readonly timeline = new Map<string, Map<number, string>>();
  readonly published: { key: string; seq: number; id: string }[] = [];

  commit(id: string, count: number): Doc {
    const before = this.documents.get(id) ?? { _id: id, siteId: 's', seq: 0, outbox: [] };
    const added = Array.from({ length: count }, (_, index) => ({
      _id: `${id}/${before.seq + index + 1}`,
      siteId: 's',
      seq: before.seq + index + 1,
    }));
    const after: Doc = {
      ...before,
      seq: before.seq + count,
      outbox: [...before.outbox, ...added],
      outboxSince: before.outboxSince ?? new Date(0),
    };
    this.documents.set(id, after);
    return after;
  }
}

/** What goes wrong: a step may fail before or after its effect, and a crashed process does nothing any more. */
class Chaos {
  crashed = false;
  constructor(
    readonly random: SeededRandom,
    readonly failures: number,
  ) {}

  async step<T>(effect: () => T): Promise<T> {
    for (let turn = this.random.int(0, 3); turn > 0; turn -= 1) await Promise.resolve();
    if (this.crashed) return new Promise(() => undefined); // the process is gone: nothing returns
    if (this.random.bool(this.failures)) throw appError('UNAVAILABLE', 'before the effect');
    const result = effect();
    if (this.random.bool(this.failures)) throw appError('UNAVAILABLE', 'after the effect');
    return result;
  }
}

function store(world: World, chaos: Chaos): OutboxStore<Doc> {
  return {
    record: (document, events) =>
      chaos.step(() => {
        const line = world.timeline.get(document._id) ?? new Map<number, string>();
        world.timeline.set(document._id, line);
        // Unordered, and not atomic: a failing insert may have done a part.
        for (const { seq, _id } of chaos.random.shuffle(events as OutboxEntry[])) {
          if (chaos.random.bool(chaos.failures / 4)) throw appError('UNAVAILABLE', 'half of an insert');
          const known = line.get(seq);
          if (known !== undefined && known !== _id) throw new OutboxAlarm('foreign-event', 'two events under one seq');
          line.set(seq, _id);
        }
      }),
    confirm: ({ _id, seq }, publishedSeq) =>
      chaos.step(() => {
        const now = world.documents.get(_id);
        if (!now) return;
        const { outboxSince, ...rest } = { ...now, outbox: now.outbox.filter((entry) => entry.seq > publishedSeq) };
        world.documents.set(_id, now.seq === seq || !outboxSince ? rest : { ...rest, outboxSince });
      }),
    load: (id) => chaos.step(() => world.documents.get(id)),
    async *stale(): AsyncGenerator<StaleAggregate> {
      for (const [id, { outboxSince }] of [...world.documents]) {
        await chaos.step(() => undefined);
        if (outboxSince) yield { id, since: outboxSince };
      }
    },
  };
}

function replica(world: World, chaos: Chaos): Outbox<Doc> {
  const publish = (records: OutboxRecord[]): Promise<void> =>
    chaos.step(() => {
      for (const { key, value, headers } of records) {
        world.published.push({ key, seq: Number(Buffer.from(value).toString()), id: headers['ce_id'] ?? '' });
      }
    });
  const toRecords = ({ _id, seq }: OutboxEntry, { _id: key }: Doc): OutboxRecord => ({
    topic: 't',
    key,
    value: Buffer.from(String(seq)),
    headers: { ce_id: _id },
  });
  return new Outbox({ name: 'test', bus: { publish }, concurrency: 3 }, eventShape(toRecords), store(world, chaos));
}

/** First appearances per key must count up without a hole; gives how far each key has come. */
function firstTimes(world: World): Map<string, number> {
  const heads = new Map<string, number>();
  for (const { key, seq, id } of world.published) {
    const head = heads.get(key) ?? 0;
    // A later event is never published before an earlier one. Plain checks: there are very many of them.
    if (id !== `${key}/${seq}`) throw new Error(`event ${id} was published with the seq ${seq}`);
    if (seq > head + 1) throw new Error(`event ${seq} of ${key} was published right after ${head}`);
    heads.set(key, Math.max(head, seq));
  }
  return heads;
}

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
};

async function round(seed: number): Promise<{ published: number; events: number }> {
  const random = seededRandom(seed);
  const world = new World();
  const start = (): { outbox: Outbox<Doc>; chaos: Chaos } => {
    const chaos = new Chaos(random.fork(`replica-${random.next()}`), random.pick([0, 0.05, 0.3]));
    return { outbox: replica(world, chaos), chaos };
  };
  let replicas = [start(), start(), start()];
  const ids = ['a', 'b', 'c', 'd', 'e'];
  for (let command = 0; command < 60; command += 1) {
    const at = random.pick(replicas);
    const postImage = world.commit(random.pick(ids), random.int(1, 3));
    if (random.bool(0.9)) at.outbox.drain(postImage); // else the process died right after its commit
    if (random.bool(0.3))
      void random
        .pick(replicas)
        .outbox.sweepNow()
        .catch(() => undefined);
    if (random.bool(0.1)) {
      at.chaos.crashed = true;
      replicas = replicas.map((other) => (other === at ? start() : other));
    }
    await turns(random.int(0, 12));
  }
  // What is left is swept by whoever still lives, however often it takes.
  const sweeper = { outbox: replica(world, new Chaos(random, 0.1)) };
  for (let sweep = 0; sweep < 200 && [...world.documents.values()].some((d) => d.outboxSince); sweep += 1) {
    await sweeper.outbox.sweepNow().catch(() => undefined);
  }
  const heads = firstTimes(world);
  for (const [id, { seq, outbox, outboxSince }] of world.documents) {
    expect(heads.get(id)).toBe(seq);
    expect([...(world.timeline.get(id) ?? [])].sort(([a], [b]) => a - b)).toEqual(
      Array.from({ length: seq }, (_, index) => [index + 1, `${id}/${index + 1}`]),
    );
    expect({ outbox, outboxSince }).toEqual({ outbox: [], outboxSince: undefined });
  }
  for (const { outbox } of [...replicas, sweeper]) expect(outbox.halted()).toEqual([]);
  return {
    published: world.published.length,
    events: [...world.documents.values()].reduce((sum, d) => sum + d.seq, 0),
  };
}

describe('several replicas, a bus and a database that fail, processes that die', () => {
  it('publish every event, in order, none skipped', async () => {
    let repeats = 0;
    for (let seed = 1; seed <= 150; seed += 1) {
      const { published, events } = await round(seed);
      repeats += published - events;
    }
    expect(repeats).toBeGreaterThan(100); // otherwise nothing ever went wrong and the rounds prove nothing
  });
});

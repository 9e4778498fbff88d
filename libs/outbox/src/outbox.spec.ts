import { appError } from '@beseda/errors';
import { until } from '@beseda/testing';
import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { Outbox } from './outbox.js';
import { eventShape, stateShape } from './shape.js';
import type { OutboxStore } from './store.js';
import type { OutboxAggregate, OutboxEntry, OutboxRecord, StateAggregate } from './types.js';

type Doc = OutboxAggregate<OutboxEntry>;

const entry = (seq: number): OutboxEntry => ({ _id: `e${seq}`, siteId: 's', seq });
const doc = (...seqs: number[]): Doc => ({ _id: 'd', siteId: 's', seq: seqs.at(-1) ?? 0, outbox: seqs.map(entry) });
const record = (key: string, text: string): OutboxRecord => ({
  topic: 't',
  key,
  value: Buffer.from(text),
  headers: {},
});

function fakeStore<D>(): OutboxStore<D> & { recorded: unknown[][]; confirmed: number[]; documents: D[] } {
  const recorded: unknown[][] = [];
  const confirmed: number[] = [];
  const documents: D[] = [];
  return {
    recorded,
    confirmed,
    documents,
    record: async (_document, events) => void recorded.push([...events]),
    confirm: async (_document, seq) => void confirmed.push(seq),
    load: async (id) => documents.find((one) => (one as { _id: string })._id === id),
    async *stale() {
      for (const one of documents) yield { id: (one as { _id: string })._id, since: new Date(0) };
    },
  };
}

/** A bus whose publishes wait until they are let through. */
function gatedBus() {
  const calls: { texts: string[]; release: (error?: Error) => void }[] = [];
  const publish = (records: OutboxRecord[]): Promise<void> =>
    new Promise((resolve, reject) => {
      calls.push({
        texts: records.map(({ value }) => Buffer.from(value).toString()),
        release: (error) => (error ? reject(error) : resolve()),
      });
    });
  return { calls, publish };
}

const toRecords = ({ seq }: OutboxEntry, { _id }: Doc): OutboxRecord => record(_id, String(seq));

describe('Outbox', () => {
  it('publishes each event in the trace it was committed in, whoever does it and whenever', async () => {
    const traceparents: unknown[] = [];
    const bus = {
      publish: async (records: OutboxRecord[]) =>
        void traceparents.push(...records.map(({ headers }) => headers['traceparent'])),
    };
    const store = fakeStore<Doc>();
    const parent = (n: number): string => `00-${String(n).repeat(32)}-${String(n).repeat(16)}-01`;
    const [first, second, third] = [entry(1), entry(2), entry(3)];
    const outbox = [{ ...first!, traceparent: parent(1) }, second!, { ...third!, traceparent: parent(3) }];
    store.documents.push({ ...doc(3), outbox });
    await new Outbox<Doc>({ name: 'x', bus }, eventShape(toRecords), store).sweepNow();
    expect(traceparents).toEqual([parent(1), undefined, parent(3)]);
    expect(store.recorded).toEqual([outbox]);
  });

  it('makes one publish of what came while it was busy, and repeats nothing it has published', async () => {
    const bus = gatedBus();
    const store = fakeStore<Doc>();
    const outbox = new Outbox<Doc>({ name: 'x', bus }, eventShape(toRecords), store);
    outbox.drain(doc(1));
    await until(() => bus.calls.length === 1, { what: 'first publish' });
    outbox.drain(doc(1, 2));
    outbox.drain(doc(1, 2, 3, 4));
    outbox.drain(doc(1, 2, 3)); // older, came late
    bus.calls[0]?.release();
    await until(() => bus.calls.length === 2, { what: 'second publish' });
    bus.calls[1]?.release();
    await outbox.whenIdle();
    expect(bus.calls.map(({ texts }) => texts)).toEqual([['1'], ['2', '3', '4']]);
    expect(store.confirmed).toEqual([1, 4]);
  });

  it('hands aggregates on side by side, but not more than allowed', async () => {
    const bus = gatedBus();
    const outbox = new Outbox<Doc>({ name: 'x', bus, concurrency: 2 }, eventShape(toRecords), fakeStore<Doc>());
    for (const id of ['a', 'b', 'c']) outbox.drain({ ...doc(1), _id: id });
    await until(() => bus.calls.length === 2, { what: 'two publishes' });
    bus.calls[1]?.release(); // b does not wait for a
    await until(() => bus.calls.length === 3, { what: 'third publish' });
    bus.calls[0]?.release();
    bus.calls[2]?.release();
    await outbox.whenIdle();
  });

  it('halts an aggregate on damage and says so, others go on', async () => {
    const registry = new Registry();
    const errors: object[] = [];
    const published: string[] = [];
    const bus = {
      publish: async (records: OutboxRecord[]) => {
        if (records[0]?.key === 'refused') throw appError('PAYLOAD_TOO_LARGE', 'never');
        published.push(...records.map(({ key, value }) => `${key}:${Buffer.from(value).toString()}`));
      },
    };
    const logger = { warn: () => undefined, error: (fields: object) => void errors.push(fields) };
    const shape = eventShape<OutboxEntry, Doc>((one, aggregate) => {
      if (aggregate._id === 'unmappable' && one.seq === 2) throw new Error('bug');
      return toRecords(one, aggregate);
    });
    const outbox = new Outbox<Doc>({ name: 'x', bus, registry, logger }, shape, fakeStore<Doc>());
    outbox.drain({ ...doc(1, 3), _id: 'gap' });
    outbox.drain({ ...doc(1, 2), _id: 'unmappable' });
    outbox.drain({ ...doc(1), _id: 'refused' });
    outbox.drain({ ...doc(1, 2), _id: 'sound' });
    await outbox.whenIdle();
    expect(outbox.halted().sort()).toEqual(['gap', 'refused', 'unmappable']);
    outbox.drain({ ...doc(1, 2, 3), _id: 'gap' });
    await outbox.whenIdle();
    expect(published).toEqual(['sound:1', 'sound:2']);
    expect(errors).toHaveLength(3);
    const text = await registry.metrics();
    expect(text).toContain('beseda_outbox_alarms_total{outbox="x",reason="gap"} 1');
    expect(text).toContain('beseda_outbox_drained_total{outbox="x"} 2');
  });

  it('sweeps by itself until what failed is published', async () => {
    const store = fakeStore<Doc>();
    store.documents.push(doc(1, 2));
    let failures = 3;
    const published: OutboxRecord[] = [];
    const bus = {
      publish: async (records: OutboxRecord[]) => {
        if (failures-- > 0) throw appError('UNAVAILABLE', 'down');
        published.push(...records);
        store.documents.length = 0;
      },
    };
    const outbox = new Outbox<Doc>({ name: 'x', bus, sweepEveryMs: 1 }, eventShape(toRecords), store);
    outbox.start();
    await until(() => published.length === 2, { what: 'swept' });
    await outbox.close();
    outbox.drain(doc(3)); // closed: left to the next start
    await outbox.whenIdle();
    expect(published).toHaveLength(2);
  });

  it('gives a sweep up when everything fails, and waits no longer than allowed at shutdown', async () => {
    const store = fakeStore<Doc>();
    for (let index = 0; index < 200; index += 1) store.documents.push({ ...doc(1), _id: `d${index}` });
    const down = { publish: () => Promise.reject(appError('UNAVAILABLE', 'down')) };
    const outbox = new Outbox<Doc>({ name: 'x', bus: down, concurrency: 4 }, eventShape(toRecords), store);
    const { failed } = await outbox.sweepNow();
    expect(failed).toBeGreaterThanOrEqual(32);
    expect(failed).toBeLessThan(40);
    const stuck = new Outbox<Doc>({ name: 'y', bus: gatedBus() }, eventShape(toRecords), store);
    stuck.drain(doc(1));
    await stuck.drainAll(10);
  });

  it('publishes a state, the newest at least', async () => {
    const published: string[] = [];
    const bus = {
      publish: async (records: OutboxRecord[]) =>
        void published.push(...records.map(({ value }) => Buffer.from(value).toString())),
    };
    const store = fakeStore<StateAggregate>();
    const shape = stateShape<StateAggregate>(({ _id, version }) => record(_id, `v${version}`));
    const outbox = new Outbox<StateAggregate>({ name: 's', bus }, shape, store);
    outbox.drain({ _id: 'a', version: 1 });
    outbox.drain({ _id: 'a', version: 3 });
    outbox.drain({ _id: 'a', version: 2 });
    await outbox.whenIdle();
    expect(published.at(-1)).toBe('v3');
    expect(published).not.toContain('v2');
  });
});

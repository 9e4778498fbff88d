import { describe, expect, it } from '@jest/globals';
import { MAX_OUTBOX_EVENTS, type OutboxEntry, assertOutboxRoom, pushToOutbox, readWithOutbox } from './index.js';

const entry = (seq: number, text = ''): OutboxEntry & { text: string } => ({ _id: `e${seq}`, siteId: 's', seq, text });
const range = (from: number, to: number): OutboxEntry[] =>
  Array.from({ length: to - from + 1 }, (_, index) => entry(from + index));

describe('readWithOutbox', () => {
  const aggregate = { _id: 'd', seq: 7, outbox: [entry(6), entry(7)] };
  const timeline = async (from: number, to: number): Promise<OutboxEntry[]> => range(from, Math.min(to, 6)).reverse();
  const seqs = async (wanted: Parameters<typeof readWithOutbox>[1]): Promise<number[]> =>
    (await readWithOutbox(aggregate, wanted, timeline)).map(({ seq }) => seq);

  it('joins timeline and outbox, ascending', async () => {
    expect(await seqs({ afterSeq: 0, limit: 100 })).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await seqs({ afterSeq: 4, limit: 2 })).toEqual([5, 6]);
    expect(await seqs({ afterSeq: 7, limit: 2 })).toEqual([]);
    expect(await seqs({ beforeSeq: 7, limit: 3 })).toEqual([4, 5, 6]);
    expect(await seqs({ beforeSeq: 3, limit: 100 })).toEqual([1, 2]);
    expect(await seqs({ beforeSeq: 1, limit: 100 })).toEqual([]);
    expect(await seqs({ beforeSeq: 1_000, limit: 2 })).toEqual([6, 7]);
  });

  it('asks the timeline for nothing the outbox has', async () => {
    const asked: number[] = [];
    await readWithOutbox(aggregate, { afterSeq: 5, limit: 10 }, async (from) => (asked.push(from), []));
    expect(asked).toEqual([]);
  });

  it('ignores events newer than the document that was read', async () => {
    const newer = async (): Promise<OutboxEntry[]> => range(1, 9);
    const events = await readWithOutbox(aggregate, { afterSeq: 0, limit: 100 }, newer);
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('never hides a hole or a foreign event', async () => {
    const holed = async (): Promise<OutboxEntry[]> => [1, 2, 4, 5].map((seq) => entry(seq));
    await expect(readWithOutbox(aggregate, { afterSeq: 0, limit: 100 }, holed)).rejects.toThrow('seq 3 is missing');
    const foreign = async (): Promise<OutboxEntry[]> => [...range(1, 5), { ...entry(6), _id: 'other' }];
    await expect(readWithOutbox(aggregate, { afterSeq: 0, limit: 100 }, foreign)).rejects.toMatchObject({
      code: 'INTERNAL',
    });
  });
});

describe('limits', () => {
  it('allow 500 events and 1 MiB, not more', () => {
    expect(() => assertOutboxRoom(range(1, MAX_OUTBOX_EVENTS - 1), [entry(500)])).not.toThrow();
    expect(() => assertOutboxRoom(range(1, MAX_OUTBOX_EVENTS), [entry(501)])).toThrow(/UNAVAILABLE/);
    const half = 'x'.repeat(524_000);
    expect(() => assertOutboxRoom([entry(1, half)], [entry(2, half)])).not.toThrow();
    expect(() => assertOutboxRoom([entry(1, half), entry(2, half)], [entry(3, 'x'.repeat(1_000))])).toThrow(
      /UNAVAILABLE/,
    );
  });

  it('keep the time of the oldest event', () => {
    const now = new Date();
    expect(pushToOutbox([entry(1)], now)).toEqual({
      $push: { outbox: { $each: [entry(1)] } },
      $min: { outboxSince: now },
    });
  });
});

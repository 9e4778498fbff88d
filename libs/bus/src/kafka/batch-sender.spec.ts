import { describe, expect, it } from '@jest/globals';
import type { BusRecord } from '../port.js';
import { BatchSender } from './batch-sender.js';
import { fakeProducers } from '../testing/fake-kafka.js';

const record = (key: string, value: string, bytes = 0): BusRecord => ({
  topic: 't',
  key,
  value: Buffer.from(value.padEnd(bytes, ' ')),
  headers: {},
});

describe('BatchSender', () => {
  it('sends one request at a time, in the order of the calls, and takes together what waits', async () => {
    const { kafka, sent, most } = fakeProducers((_, partitions) => partitions);
    const sender = new BatchSender(kafka, { acks: -1 }, undefined);
    const first = sender.send([record('a', '1')]);
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([first, sender.send([record('a', '2'), record('b', '3')]), sender.send([record('c', '4')])]);
    expect(sent.map((s) => s.values)).toEqual([['1'], ['2', '3', '4']]);
    expect(most()).toBe(1);
    await sender.close();
  });

  it('keeps a request below 200 keys and what a broker takes of one partition', async () => {
    const { kafka, sent } = fakeProducers((_, partitions) => partitions);
    const sender = new BatchSender(kafka, { acks: -1 }, undefined);
    await sender.send(Array.from({ length: 450 }, (_, i) => record(`k${i}`, String(i))));
    expect(sent.map((s) => s.values.length)).toEqual([200, 200, 50]);
    await sender.send(Array.from({ length: 5 }, (_, i) => record('one', String(i), 200 * 1024)));
    expect(sent.slice(3).map((s) => s.values.length)).toEqual([2, 2, 1]);
    await sender.close();
  });

  it('refuses a record no broker would take, and sends nothing of its call', async () => {
    const { kafka, sent } = fakeProducers((_, partitions) => partitions);
    const sender = new BatchSender(kafka, { acks: -1 }, undefined);
    const call = sender.send([record('a', '1'), record('a', '2', 950 * 1024)]);
    await expect(call).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE', retryable: false });
    expect(sent).toEqual([]);
  });

  it('sends again what a partition has not answered, before anything later', async () => {
    let leftOut = true;
    const { kafka, sent } = fakeProducers((_, partitions) => {
      const answered = leftOut ? partitions.slice(1) : partitions;
      leftOut = false;
      return answered;
    });
    const sender = new BatchSender(kafka, { acks: -1 }, undefined);
    const first = sender.send([record('a', '1'), record('b', '2'), record('a', '3')]);
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([first, sender.send([record('a', '4')])]);
    expect(sent.map((s) => s.values)).toEqual([['1', '2', '3'], ['1', '3'], ['4']]);
    await sender.close();
  });

  it('takes a new producer after a failure, and fails what waited behind it', async () => {
    let failing = true;
    const { kafka, sent } = fakeProducers((_, partitions) => {
      if (!failing) return partitions;
      failing = false;
      throw new Error('gone');
    });
    const sender = new BatchSender(kafka, { acks: -1 }, undefined);
    const first = sender.send([record('a', '1')]);
    await new Promise((resolve) => setImmediate(resolve));
    const second = sender.send([record('a', '2')]);
    const failed = { code: 'UNAVAILABLE', retryable: true };
    await expect(first).rejects.toMatchObject(failed);
    await expect(second).rejects.toMatchObject(failed);
    await sender.send([record('a', '1')]);
    expect(sent).toEqual([
      { producer: 1, values: ['1'] },
      { producer: 2, values: ['1'] },
    ]);
    await sender.close();
    await expect(sender.send([record('a', '2')])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

import { describe, expect, it } from '@jest/globals';
import { until } from '@beseda/testing';
import type { AdapterConsumer, Assignment, ConsumerSink, Position, Watermarks } from '../adapter.js';
import { KafkaConsumer } from './consumer.js';
import type { KafkaDirectory } from './directory.js';
import { DEFAULT_TIMES } from './options.js';
import { fakeConsumer, type FakeConsumer } from '../testing/fake-kafka.js';

interface World {
  readonly fake: FakeConsumer;
  readonly consumer: AdapterConsumer;
  /** What the core heard: `assigned 1`, `revoked`, `records 1 0: 5,6`, `lost 0`, `failed`. */
  readonly heard: string[];
  readonly marks: Watermarks[];
}

/** A member that holds partitions 0 and 1, or a lone reader that begins at the given positions. */
async function join(committed: readonly (number | undefined)[], positions?: readonly Position[]): Promise<World> {
  const fake = fakeConsumer('t');
  const heard: string[] = [];
  const marks: Watermarks[] = [
    { low: 0, high: 100 },
    { low: 0, high: 100 },
  ];
  const sink: ConsumerSink = {
    assigned: ({ generation }: Assignment) => (heard.push(`assigned ${generation}`), positions ?? []),
    revoked: () => void heard.push('revoked'),
    records: (generation, { partition, records }) =>
      void heard.push(`records ${generation} ${partition}: ${records.map((r) => r.offset).join()}`),
    positionLost: (partition) => void heard.push(`lost ${partition}`),
    failed: () => void heard.push('failed'),
  };
  const directory = {
    committed: () => Promise.resolve(committed),
    watermarks: () => Promise.resolve(marks),
    deleteGroup: () => Promise.resolve(),
  } as unknown as KafkaDirectory;
  const context = { kafka: fake.kafka, directory, times: DEFAULT_TIMES, logger: undefined };
  const consumer = new KafkaConsumer(context, { topic: 't', group: positions ? undefined : 'g' }, sink);
  const started = consumer.start();
  await new Promise((resolve) => setImmediate(resolve));
  fake.emit('GROUP_JOIN', { memberAssignment: { t: [0, 1] } });
  await started;
  return { fake, consumer, heard, marks };
}

describe('KafkaConsumer', () => {
  it('hands over what it fetched and goes on behind it', async () => {
    const { fake, consumer, heard } = await join([5, undefined]);
    await fake.deliver(0, 5, [5, 6]);
    await fake.deliver(1, 0, [0]);
    await fake.deliver(0, 7, [7]);
    expect(heard).toEqual(['assigned 1', 'records 1 0: 5,6', 'records 1 1: 0', 'records 1 0: 7']);
    expect(fake.calls).toEqual(['resolve 0 6', 'resolve 1 0', 'resolve 0 7']);
    await consumer.close();
  });

  it('drops a batch that was asked for before the last join, and reads from where the group stands', async () => {
    const { fake, consumer, heard } = await join([5, 5]);
    await fake.deliver(0, 8, [8, 9]); // another broker's answer to a question of the earlier generation
    expect(heard).toEqual(['assigned 1']);
    expect(fake.calls).toEqual(['seek 0 5']);
    await fake.deliver(0, 5, [5, 6, 7, 8, 9]);
    expect(heard).toEqual(['assigned 1', 'records 1 0: 5,6,7,8,9']);
    await consumer.close();
  });

  it('says when the position is gone from the log, and goes on at the earliest record', async () => {
    const { fake, consumer, heard, marks } = await join([5, 5]);
    await fake.deliver(0, 5, [5]);
    marks[0] = { low: 40, high: 100 };
    await fake.deliver(0, 40, [40, 41]);
    expect(heard).toEqual(['assigned 1', 'records 1 0: 5', 'lost 0', 'records 1 0: 40,41']);
    await consumer.close();
  });

  it('steps over a stretch of the log without records', async () => {
    const { fake, consumer, heard } = await join([5, 5]);
    await fake.deliver(0, 9, [9]);
    await fake.deliver(0, 9, [9]);
    expect(heard).toEqual(['assigned 1']);
    await fake.deliver(0, 9, [9]);
    expect(heard).toEqual(['assigned 1', 'records 1 0: 9']);
    await consumer.close();
  });

  it('stops in the middle of a batch when the partition is paused, and leaves the rest for later', async () => {
    const { fake, consumer, heard } = await join([0, 0]);
    const many = Array.from({ length: 250 }, (_, i) => i);
    const push = heard.push.bind(heard);
    heard.push = (line) => {
      if (line.startsWith('records 1 0: 0,')) consumer.pause(0);
      return push(line);
    };
    await fake.deliver(0, 0, many);
    expect(fake.calls).toEqual(['resolve 0 99', 'pause 0']);
    consumer.resume(0);
    await fake.deliver(0, 100, many.slice(100));
    expect(fake.calls.slice(2)).toEqual(['resume 0', 'resolve 0 199', 'resolve 0 249']);
    await consumer.close();
  });

  it('commits for its own generation only', async () => {
    const { fake, consumer, heard } = await join([0, 0]);
    await fake.deliver(0, 0, [0]);
    await consumer.commit(1, [{ partition: 0, offset: 1 }]);
    fake.emit('REBALANCING', {});
    await consumer.commit(1, [{ partition: 0, offset: 1 }]);
    fake.emit('GROUP_JOIN', { memberAssignment: { t: [0] } });
    await consumer.commit(1, [{ partition: 0, offset: 1 }]);
    expect(fake.calls.filter((call) => call.startsWith('commit'))).toEqual(['commit 0 1']);
    expect(heard).toEqual(['assigned 1', 'records 1 0: 0', 'revoked', 'assigned 2']);
    await consumer.close();
  });

  it('seeks to its own positions at every join when it reads alone, and commits nothing', async () => {
    const { fake, consumer } = await join(
      [],
      [
        { partition: 0, offset: 50 },
        { partition: 1, offset: 60 },
      ],
    );
    await fake.deliver(0, 50, [50]);
    await consumer.commit(1, [{ partition: 0, offset: 51 }]);
    fake.emit('GROUP_JOIN', { memberAssignment: { t: [0, 1] } });
    expect(fake.calls).toEqual(['seek 0 50', 'seek 1 60', 'resolve 0 50', 'seek 0 50', 'seek 1 60']);
    await consumer.close();
  });

  it('tells of its death, but not of a crash that is tried again', async () => {
    const { fake, consumer, heard } = await join([0, 0]);
    fake.emit('CRASH', { restart: true, error: new Error('for now') });
    expect(heard).toEqual(['assigned 1', 'revoked']);
    fake.emit('CRASH', { restart: false, error: new Error('for good') });
    await until(() => heard.includes('failed'), { what: 'the news' });
    await consumer.close();
  });
});

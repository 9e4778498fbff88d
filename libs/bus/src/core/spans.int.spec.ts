import { appError } from '@beseda/errors';
import { until } from '@beseda/testing';
import { inSpan, openSpan } from '@beseda/tracing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SpanKind, SpanStatusCode, context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { embeddedAdapter } from '../embedded/adapter.js';
import { memoryParkedStore } from '../parked/memory.js';
import type { Bus, BusRecord, ReceivedRecord } from '../port.js';
import { createBus } from './bus.js';

const STORED = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const record = (key: string, headers: Record<string, string> = {}): BusRecord => ({
  topic: 't',
  key,
  value: Buffer.from(key),
  headers: { ce_type: 'x.happened', ...headers },
});

describe('spans of the bus', () => {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const tracer = provider.getTracer('test');
  const ofKind = (kind: SpanKind) => exporter.getFinishedSpans().filter((span) => span.kind === kind);
  let bus: Bus;

  beforeEach(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    exporter.reset();
    bus = createBus({ adapter: embeddedAdapter({ path: `:memory:${crypto.randomUUID()}` }), tracer });
  });
  afterEach(async () => {
    await bus.close();
    context.disable();
  });

  /** Handles with a group what is published until it has `count` records. */
  const receive = async (count: number, work: (record: ReceivedRecord) => void, publish: () => Promise<void>) => {
    const received: ReceivedRecord[] = [];
    const handler = (one: ReceivedRecord): void => {
      work(one);
      received.push(one);
    };
    // Whatever a reader was started in, its records are not part of it.
    await inSpan(openSpan(tracer, { name: 'start' }), () =>
      bus.subscribe({ group: 'g', topics: ['t'], parked: memoryParkedStore(), handler }),
    );
    await publish();
    await until(() => received.length === count, { what: 'the records' });
    return received;
  };

  it('follow from the span stored with the event, not from that of whoever publishes', async () => {
    await receive(
      1,
      () => undefined,
      () => inSpan(openSpan(tracer, { name: 'sweeper' }), () => bus.publish([record('a', { traceparent: STORED })])),
    );
    const [published] = ofKind(SpanKind.PRODUCER);
    await until(() => ofKind(SpanKind.CONSUMER).length === 1, { what: 'the span of the handler' });
    const [handled] = ofKind(SpanKind.CONSUMER);
    expect(published?.parentSpanContext?.spanId).toBe(STORED.split('-')[2]);
    expect(handled?.parentSpanContext?.spanId).toBe(published?.spanContext().spanId);
    expect(handled?.spanContext().traceId).toBe(STORED.split('-')[1]);
  });

  it('are one for each attempt; the failed ones say so', async () => {
    let attempts = 0;
    const flaky = (): void => {
      if ((attempts += 1) < 3) throw appError('UNAVAILABLE', 'not now');
    };
    await receive(1, flaky, () => bus.publish([record('a', { traceparent: STORED })]));
    await until(() => ofKind(SpanKind.CONSUMER).length === 3, { what: 'three spans' });
    expect(ofKind(SpanKind.CONSUMER).map(({ status }) => status.code)).toEqual([
      SpanStatusCode.ERROR,
      SpanStatusCode.ERROR,
      SpanStatusCode.UNSET,
    ]);
    expect(new Set(ofKind(SpanKind.CONSUMER).map((span) => span.parentSpanContext?.spanId)).size).toBe(1);
  });

  it('are not made for what belongs to no trace, whatever runs beside it', async () => {
    const inside: unknown[] = [];
    const look = ({ key }: ReceivedRecord): void => void (key === 'none' && inside.push(trace.getActiveSpan()));
    await receive(2, look, async () => {
      await bus.publish([record('none'), record('some', { traceparent: STORED })]);
    });
    expect(inside).toEqual([undefined]);
    expect([ofKind(SpanKind.PRODUCER).length, ofKind(SpanKind.CONSUMER).length]).toEqual([1, 1]);
  });

  it('without a tracer a stored span still goes along with its record', async () => {
    const plain = createBus({ adapter: embeddedAdapter({ path: `:memory:${crypto.randomUUID()}` }) });
    const received: ReceivedRecord[] = [];
    await plain.broadcast({ topics: ['t'], handler: (one) => void received.push(one) });
    await plain.publish([record('a', { traceparent: STORED })]);
    await until(() => received.length === 1, { what: 'the record' });
    expect(received[0]?.headers['traceparent']).toBe(STORED);
    expect(exporter.getFinishedSpans()).toEqual([]);
    await plain.close();
  });
});

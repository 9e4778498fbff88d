import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { currentTraceIds, currentTraceparent, inSpan, openChild, openSpan, outsideSpans } from './span.js';
import { parseTraceparent } from './traceparent.js';

describe('spans', () => {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const tracer = provider.getTracer('one');
  const named = (name: string) => exporter.getFinishedSpans().find((span) => span.name === name)!;

  beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
  beforeEach(() => exporter.reset());
  afterAll(() => {
    context.disable();
    return provider.shutdown();
  });

  it('contain their children over promises, and end with the work', async () => {
    const outer = openSpan(tracer, { name: 'outer', role: 'server' });
    await inSpan(outer, async () => {
      await Promise.resolve();
      await inSpan(openChild({ name: 'inner', role: 'client' }), async () => {
        await Promise.resolve();
        expect(currentTraceparent()).not.toBe(outer?.traceparent);
        expect(exporter.getFinishedSpans()).toHaveLength(0);
      });
      expect(currentTraceparent()).toBe(outer?.traceparent);
    });
    expect(named('inner').parentSpanContext?.spanId).toBe(named('outer').spanContext().spanId);
    expect([named('inner').kind, named('outer').kind]).toEqual([SpanKind.CLIENT, SpanKind.SERVER]);
    expect(currentTraceparent()).toBeUndefined();
  });

  it('follow from a span elsewhere', () => {
    const parent = openSpan(tracer, { name: 'far' })!.traceparent;
    inSpan(openSpan(tracer, { name: 'here', parent }), () => {
      expect(currentTraceIds()?.traceId).toBe(parseTraceparent(parent)?.traceId);
    });
    expect(named('here').parentSpanContext?.spanId).toBe(parseTraceparent(parent)?.spanId);
  });

  it('begin a trace where the parent is nonsense, also inside another span', () => {
    inSpan(openSpan(tracer, { name: 'outer' }), () =>
      inSpan(openSpan(tracer, { name: 'new', parent: '?' }), () => undefined),
    );
    expect(named('new').parentSpanContext).toBeUndefined();
    expect(named('new').spanContext().traceId).not.toBe(named('outer').spanContext().traceId);
  });

  it('tell a failure by its code and not by its words', async () => {
    const failure = Object.assign(new Error('private words'), { code: 'NOT_FOUND' });
    expect(() =>
      inSpan(openSpan(tracer, { name: 'now' }), () => {
        throw failure;
      }),
    ).toThrow(failure);
    await expect(inSpan(openSpan(tracer, { name: 'later' }), () => Promise.reject(failure))).rejects.toBe(failure);
    for (const span of [named('now'), named('later')]) {
      expect(span.status).toEqual({ code: SpanStatusCode.ERROR });
      expect(span.attributes).toEqual({ 'error.type': 'NOT_FOUND' });
      expect(span.events).toEqual([]);
    }
  });

  it('without a tracer, or outside any span, there are none', () => {
    expect(openSpan(undefined, { name: 'x' })).toBeUndefined();
    expect(openChild({ name: 'x' })).toBeUndefined();
    expect(inSpan(undefined, () => 5)).toBe(5);
    inSpan(openSpan(tracer, { name: 'outer' }), () =>
      outsideSpans(() => expect([trace.getActiveSpan(), openChild({ name: 'x' })]).toEqual([undefined, undefined])),
    );
  });
});

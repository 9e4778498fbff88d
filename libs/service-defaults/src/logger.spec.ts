import { runInContext } from '@beseda/grpc';
import { inSpan, openSpan } from '@beseda/tracing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { symbols } from 'pino';
import { createLogger } from './logger.js';

describe('log lines', () => {
  const logger = createLogger('x', 'silent') as unknown as Record<symbol, () => object>;
  const added = (): object => (logger[(symbols as unknown as { mixinSym: symbol }).mixinSym] as () => object)();

  beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
  afterAll(() => context.disable());

  it('carry the correlation id and, inside a span, its ids', () => {
    const tracer = new NodeTracerProvider().getTracer('x');
    expect(added()).toEqual({});
    runInContext({ correlationId: 'c' }, () => {
      expect(added()).toEqual({ correlationId: 'c' });
      const span = openSpan(tracer, { name: 'x' });
      const [, traceId, spanId] = span?.traceparent.split('-') ?? [];
      inSpan(span, () => expect(added()).toEqual({ correlationId: 'c', traceId, spanId }));
    });
  });
});

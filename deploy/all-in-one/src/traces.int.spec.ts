import { randomUUID } from 'node:crypto';
import { ensureKafkaTopics } from '@beseda/bus';
import { TOPICS } from '@beseda/contracts';
import { loadInstallationConfig } from '@beseda/installation';
import { kafkaSkipped, startTestKafka, tempDir, type TempDir, until } from '@beseda/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Beseda, startBeseda } from './beseda.js';
import { type CollectedSpan, type Collector, startCollector } from './testing/collector.js';
import { writeAsVisitor } from './testing/visitor.js';

const CORRELATION = 'correlation-of-the-message';
const FOREIGN = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('traces of the whole installation', () => {
  let folder: TempDir;
  let collector: Collector;
  let beseda: Beseda | undefined;

  beforeEach(async () => {
    [folder, collector] = await Promise.all([tempDir(), startCollector()]);
  });
  afterEach(async () => {
    await beseda?.stop();
    beseda = undefined;
    await collector.stop();
    await folder.remove();
  });

  const start = async (more: Record<string, string> = {}): Promise<Beseda> => {
    const env = {
      BESEDA_DATA: folder.path,
      BESEDA_PORT: '0',
      LOG_LEVEL: 'silent',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      ...more,
    };
    return (beseda = await startBeseda(loadInstallationConfig(env), env));
  };
  const stop = async (): Promise<void> => {
    await beseda?.stop();
    beseda = undefined;
  };
  const named = (service: string, name: string, parent?: CollectedSpan): CollectedSpan[] =>
    collector.spans.filter(
      (span) => span.service === service && span.name === name && (!parent || span.parentSpanId === parent.spanId),
    );
  const only = (spans: CollectedSpan[]): CollectedSpan => {
    expect(spans).toHaveLength(1);
    return spans[0]!;
  };

  /** The trace of the one message that was written, from the request over dialogs and bus to the sockets. */
  const expectOneTrace = (): void => {
    const request = only(named('gateway', 'POST /api/widget/messages'));
    expect(request.parentSpanId ?? '').toBe('');
    expect(request.traceId).not.toBe(FOREIGN.split('-')[1]);
    expect(request).toMatchObject({ kind: 2, attributes: { 'beseda.correlation_id': CORRELATION } });
    const method = 'beseda.dialogs.v1.DialogsService/PostMessage';
    const call = only(named('gateway', method, request));
    expect(call.kind).toBe(3);
    const handled = only(named('dialogs', method, call));
    expect(handled.kind).toBe(2);
    // The dialog began and the message was posted: two events, each with its own way from here.
    const published = named('dialogs', 'publish beseda.dialogs.v1', handled);
    expect(published.map(({ attributes }) => attributes['beseda.event.type']).sort()).toEqual([
      'dialog.started',
      'message.posted',
    ]);
    for (const publish of published) {
      expect(publish.kind).toBe(4);
      const received = only(named('gateway', 'process beseda.dialogs.v1', publish));
      expect(received.kind).toBe(5);
      only(named('gateway', 'emit dialog.event', received));
    }
    const trace = collector.spans.filter(({ traceId }) => traceId === request.traceId);
    // `admin` reads the topic too: names of tags that operators use.
    expect(new Set(trace.map(({ service }) => service))).toEqual(new Set(['gateway', 'dialogs', 'admin']));
    const ids = new Set(trace.map(({ spanId }) => spanId));
    expect(trace.filter(({ parentSpanId }) => !parentSpanId || !ids.has(parentSpanId))).toEqual([request]);
    expect(named('gateway', 'emit dialog.event')).toHaveLength(2);
    // Timers, copies of settings and the like begin no traces.
    const roots = collector.spans.filter(({ parentSpanId }) => !parentSpanId);
    expect(roots.filter(({ service, kind }) => service !== 'gateway' || kind !== 2)).toEqual([]);
  };

  it('a message of a visitor is one trace, from the request over dialogs and bus to the sockets', async () => {
    await writeAsVisitor(await start(), 'Hello', { 'x-correlation-id': CORRELATION, traceparent: FOREIGN });
    await stop(); // sends what waits
    expectOneTrace();
  });

  (kafkaSkipped ? it.skip : it)(
    'and so it is on Kafka',
    async () => {
      const kafka = await startTestKafka();
      try {
        const prefix = `traces-${randomUUID().slice(0, 8)}-`;
        const wanted = Object.values(TOPICS).map(({ name, ...topic }) => ({ ...topic, name: prefix + name }));
        await ensureKafkaTopics({ brokers: kafka.brokers }, wanted);
        const running = await start({ KAFKA_BROKERS: kafka.brokers.join(','), BESEDA_PREFIX: prefix });
        await writeAsVisitor(running, 'Hello', { 'x-correlation-id': CORRELATION });
        await stop();
        expectOneTrace();
      } finally {
        await stop();
        await kafka.stop();
      }
    },
    240_000,
  );

  it('nothing people wrote and no token is in a span', async () => {
    await writeAsVisitor(await start(), 'Words that stay here', {});
    await stop();
    expect(collector.spans.length).toBeGreaterThan(5);
    expect(JSON.stringify(collector.spans)).not.toMatch(/Words that|Bearer|eyJ/);
  });

  it('what a service refuses is marked by its code on both sides of the call, not on the request', async () => {
    const { ready } = await start();
    const { token } = await writeAsVisitor(beseda!, 'Hello', {});
    const path = '/api/widget/dialogs/01890000-0000-7000-8000-000000000000/events';
    const answer = await fetch(ready.url + path, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(404);
    await answer.body?.cancel();
    await stop();
    const request = only(named('gateway', 'GET /api/widget/dialogs/:dialogId/events'));
    expect(request.attributes).toMatchObject({ 'http.response.status_code': 404 });
    expect(request.status.code ?? 0).toBe(0);
    const refused = { status: { code: 2 }, attributes: { 'error.type': 'NOT_FOUND' } };
    const call = only(named('gateway', 'beseda.dialogs.v1.DialogsService/ListEvents', request));
    expect(call).toMatchObject(refused);
    expect(only(named('dialogs', call.name, call))).toMatchObject(refused);
  });

  it('a trace that began before a trusted proxy goes on here', async () => {
    await writeAsVisitor(await start({ BESEDA_TRUST_PROXY: '1' }), 'Hello', { traceparent: FOREIGN });
    await stop();
    const [, traceId, parentSpanId] = FOREIGN.split('-');
    expect(only(named('gateway', 'POST /api/widget/messages'))).toMatchObject({ traceId, parentSpanId });
    expect(named('gateway', 'emit dialog.event').map((span) => span.traceId)).toEqual([traceId, traceId]);
  });

  it('a collector that is away disturbs neither messages nor the stop', async () => {
    await collector.stop();
    // Of the exporter, which reads it itself: so that it gives up soon after the stop has left it behind.
    process.env['OTEL_EXPORTER_OTLP_TIMEOUT'] = '1000';
    const running = await start();
    await writeAsVisitor(running, 'Hello', {});
    const began = performance.now();
    await stop();
    expect(performance.now() - began).toBeLessThan(12_000);
    delete process.env['OTEL_EXPORTER_OTLP_TIMEOUT'];
    collector = await startCollector();
  });

  it('spans are also sent while the services run', async () => {
    // Of the SDK, which reads it itself and otherwise sends every 5 s.
    process.env['OTEL_BSP_SCHEDULE_DELAY'] = '100';
    const running = await start();
    delete process.env['OTEL_BSP_SCHEDULE_DELAY'];
    await writeAsVisitor(running, 'Hello', {});
    await until(() => named('gateway', 'emit dialog.event').length === 2, { what: 'the spans' });
  });
});

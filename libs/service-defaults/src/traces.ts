import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Tracer } from '@beseda/tracing';
import type { Logger } from './logger.js';
import type { TracesSettings } from './traces-config.js';

/** The spans of one service on their way to the collector. */
export interface Traces {
  tracer: Tracer;
  /** Sends what waits, but never holds a stop up for longer than {@link CLOSE_MS}. */
  close(): Promise<void>;
}

/** Milliseconds. Spans are worth a moment of a stop, not its time limit. */
const CLOSE_MS = 2_000;
/** A collector that is away is mentioned this often; milliseconds. */
const MENTION_EVERY_MS = 60_000;

/**
 * Makes a service's tracer. Only here are the SDK and its exporter loaded. Spans wait in memory, at most 2,048 a service
 * (`OTEL_BSP_MAX_QUEUE_SIZE`), and are lost, not waited for, when the collector is away. The SDK reads its further variables
 * itself: headers and certificates of the exporter, batches, sampler, resource attributes.
 */
export async function startTraces(service: string, { url }: TracesSettings, logger: Logger): Promise<Traces> {
  const [{ context, diag, DiagLogLevel }, { AsyncLocalStorageContextManager }, sdk, exporter, resources] =
    await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/context-async-hooks'),
      import('@opentelemetry/sdk-trace-node'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
  // Of the process: services that share one have one context, and each its own provider. The first one registers.
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  diag.setLogger(mentioning(logger), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const provider = new sdk.NodeTracerProvider({
    resource: resources.detectResources({ detectors: [resources.envDetector] }).merge(
      resources.resourceFromAttributes({
        'service.name': service,
        'service.namespace': 'beseda',
        'service.instance.id': randomUUID(),
      }),
    ),
    spanProcessors: [new sdk.BatchSpanProcessor(new exporter.OTLPTraceExporter({ url }))],
  });
  return {
    tracer: provider.getTracer('beseda'),
    close: async () => {
      const sent = provider.shutdown().catch((error: unknown) => {
        // The collector is away: these spans are lost, the service stops all the same.
        logger.warn({ err: error }, 'the last spans could not be sent');
      });
      await Promise.race([sent, delay(CLOSE_MS, undefined, { ref: false })]);
    },
  };
}

/** What the SDK has to say, as warnings, and not with every batch. */
function mentioning(logger: Logger): Record<'error' | 'warn' | 'info' | 'debug' | 'verbose', (text: string) => void> {
  let last = -Infinity;
  const mention = (text: string): void => {
    if (performance.now() - last < MENTION_EVERY_MS) return;
    last = performance.now();
    logger.warn({ detail: text.slice(0, 500) }, 'spans cannot be sent');
  };
  const silent = (): void => undefined;
  return { error: mention, warn: mention, info: silent, debug: silent, verbose: silent };
}

import { TRACEPARENT, type Tracer, currentTraceparent, inSpan, openSpan, outsideSpans } from '@beseda/tracing';
import type { BusRecord } from '../port.js';

const SYSTEM = { 'messaging.system': 'beseda-bus' } as const;

/**
 * Appends records inside one span each, which follows from the record's own `traceparent` (its event may have waited in an
 * outbox), else from the work going on; readers follow from that span. Records of no trace get none.
 */
export async function inPublishSpans(
  tracer: Tracer | undefined,
  records: readonly BusRecord[],
  append: (records: readonly BusRecord[]) => Promise<void>,
): Promise<void> {
  if (!tracer) return append(records);
  const spans = records.map(({ topic, headers }) => {
    const parent = headers[TRACEPARENT] ?? currentTraceparent();
    if (parent === undefined) return undefined;
    const attributes = { ...SYSTEM, ...ofType(headers), 'messaging.operation.name': 'publish' };
    return openSpan(tracer, { name: `publish ${topic}`, role: 'producer', parent, attributes });
  });
  try {
    await append(
      records.map((record, index) => {
        const span = spans[index];
        return span ? { ...record, headers: { ...record.headers, [TRACEPARENT]: span.traceparent } } : record;
      }),
    );
  } catch (error) {
    // The log could not be reached: whoever publishes decides; a repeat has spans of its own.
    for (const span of spans) span?.fail(error);
    throw error;
  } finally {
    for (const span of spans) span?.end();
  }
}

/** Handles a record inside a span that follows from the record's; each attempt has its own. */
export function inHandleSpan<T>(
  tracer: Tracer | undefined,
  { topic, headers }: BusRecord,
  attributes: Record<string, string | number>,
  handle: () => T,
): T {
  const parent = headers[TRACEPARENT];
  // The log may have woken its reader from within somebody's publishing.
  if (!tracer || parent === undefined) return outsideSpans(handle);
  const all = { ...SYSTEM, ...ofType(headers), 'messaging.operation.name': 'process', ...attributes };
  return inSpan(openSpan(tracer, { name: `process ${topic}`, role: 'consumer', parent, attributes: all }), handle);
}

const ofType = (headers: BusRecord['headers']): Record<string, string> => {
  const type = headers['ce_type'];
  return type === undefined ? {} : { 'beseda.event.type': type };
};

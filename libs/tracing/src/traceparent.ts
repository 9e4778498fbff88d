import { type SpanContext, isSpanContextValid } from '@opentelemetry/api';

/** Name of the header, of the gRPC metadata and of the bus's record header. */
export const TRACEPARENT = 'traceparent';

const FORMAT = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;

/** A span in the form of the W3C header `traceparent`; https://www.w3.org/TR/trace-context/. */
export const toTraceparent = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;

/** Reads a `traceparent`; undefined when it is none: then a trace begins, as the standard asks. */
export function parseTraceparent(value: string | undefined): SpanContext | undefined {
  const [, version, traceId = '', spanId = '', flags = '', rest] = FORMAT.exec(value ?? '') ?? [];
  // Version 00 has nothing behind the flags; later ones may.
  if (version === undefined || version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  const context: SpanContext = { traceId, spanId, traceFlags: parseInt(flags, 16) & 1, isRemote: true };
  return isSpanContextValid(context) ? context : undefined;
}
